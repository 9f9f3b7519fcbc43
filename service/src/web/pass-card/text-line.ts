import { measureGrapheme } from './text-width.ts'

export type Direction = 'ltr' | 'rtl'

/** A line of text with its font size and estimated width, in points. */
export interface TextLine {
  text: string
  size: number
  width: number
  /** Whether the text is at most `width` wide in every common font; else `width` is a guess. */
  isReliable: boolean
  direction: Direction
}

/** A font size in points, and the size down to which a text may shrink. */
export interface FontSpec {
  size: number
  minSize: number
  /** Widens the estimate for heavier weights; 1 by default. */
  widthFactor?: number
}

/** Sets a text on one line, at its full size. */
export function toTextLine(text: string, { size, widthFactor = 1 }: FontSpec): TextLine {
  const shown = collapseWhitespace(text)
  const { width, isReliable } = measureGraphemes(splitGraphemes(shown))
  const direction = detectDirection(shown)
  return { text: shown, size, width: width * size * widthFactor, isReliable, direction }
}

/** Fits a line into a width: shrinks it as far as Wallet does, then truncates it with an ellipsis. */
export function fitLine(
  line: TextLine,
  { size, minSize, widthFactor = 1 }: FontSpec,
  maxWidth: number,
): TextLine {
  if (line.width <= maxWidth) return line
  const smaller = Math.max(minSize, (size * maxWidth) / line.width)
  if ((line.width * smaller) / size <= maxWidth + 0.01) {
    return { ...line, size: smaller, width: maxWidth }
  }
  return truncateLine(line, { em: minSize * widthFactor, size: minSize, maxWidth })
}

const ELLIPSIS = '…'

function truncateLine(
  line: TextLine,
  { em, size, maxWidth }: { em: number; size: number; maxWidth: number },
): TextLine {
  const graphemes = splitGraphemes(line.text)
  let width = measureGrapheme(ELLIPSIS).width * em
  let isReliable = true
  let end = 0
  for (; end < graphemes.length; end += 1) {
    // Measured as the end of a word, because the cut may be here.
    const next = measureGrapheme(graphemes[end] ?? '')
    if (width + next.width * em > maxWidth) break
    width += next.width * em
    isReliable &&= next.isReliable
  }
  const text = `${graphemes.slice(0, end).join('').trimEnd()}${ELLIPSIS}`
  return { ...line, text, size, width, isReliable }
}

/** Breaks a text into lines of at most `maxWidth`, at spaces where possible; no text is lost. */
export function wrapTextLines(
  text: string,
  { size, widthFactor = 1 }: FontSpec,
  maxWidth: number,
): TextLine[] {
  return limitCombiningMarks(text)
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .flatMap((paragraph) => {
      const direction = detectDirection(paragraph)
      const lines = breakIntoLines(splitGraphemes(paragraph), maxWidth / size / widthFactor)
      return lines.map((graphemes) => {
        const { width, isReliable } = measureGraphemes(graphemes)
        const shown = graphemes.join('').replace(/\t/g, ' ').trimEnd()
        return { text: shown, size, width: width * size * widthFactor, isReliable, direction }
      })
    })
}

function breakIntoLines(graphemes: string[], maxEms: number): string[][] {
  const lines: string[][] = []
  let start = 0
  let usedEms = 0
  let breakAt = 0
  for (let at = 0; at < graphemes.length; at += 1) {
    const grapheme = graphemes[at] ?? ''
    // Measured as the end of a word, because a line may end here.
    const { width } = measureGrapheme(grapheme)
    if (usedEms + width > maxEms && at > start && !/^\s/.test(grapheme)) {
      const end = breakAt > start ? breakAt : at
      lines.push(graphemes.slice(start, end))
      start = end
      usedEms = measureGraphemes(graphemes.slice(start, at)).width
    }
    usedEms += measureGrapheme(grapheme, graphemes[at + 1]).width
    if (breakableAfter.test(grapheme) && !neverAtLineStart.test(graphemes[at + 1] ?? '')) {
      breakAt = at + 1
    }
  }
  return [...lines, graphemes.slice(start)]
}

const neverAtLineStart = /^[、。，．：；！？」』】〉》ー…”’)\]!?,.:;%]/
const breakableAfter = /^(?:[\s\u200b\-‐–—/]|[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])/

function measureGraphemes(graphemes: string[]): { width: number; isReliable: boolean } {
  let width = 0
  let isReliable = true
  for (const [at, grapheme] of graphemes.entries()) {
    const measured = measureGrapheme(grapheme, graphemes[at + 1])
    width += measured.width
    isReliable &&= measured.isReliable
  }
  return { width, isReliable }
}

/** No card is wide enough for more, and some values are very long. */
const MAX_LINE_CHARACTERS = 1000

function collapseWhitespace(text: string): string {
  return limitCombiningMarks(text.slice(0, MAX_LINE_CHARACTERS))
    .replace(/[\s\u0085]+/g, ' ')
    .trim()
}

/** No script puts more than four marks on a letter; stacks of them would cover other texts. */
function limitCombiningMarks(text: string): string {
  return text.replace(/(\p{M}{4})\p{M}+/gu, '$1')
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

function splitGraphemes(text: string): string[] {
  // The segmenter is slow, and most long texts consist of these characters only.
  if (/^[\x20-\x7e\u00a0-\u02ff]*$/.test(text)) return text.split('')
  return Array.from(segmenter.segment(text.toWellFormed()), ({ segment }) => segment)
}

/** The base direction of a text is that of its first letter (Unicode Bidirectional Algorithm, P2 and P3). */
function detectDirection(text: string): Direction {
  const first = /[\p{L}\u200e\u200f\u061c]/u.exec(text)?.[0] ?? ''
  return rightToLeftLetter.test(first) ? 'rtl' : 'ltr'
}

const rightToLeftLetter =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
