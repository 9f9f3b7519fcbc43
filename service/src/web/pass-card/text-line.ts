import { measure } from './text-width.ts'

export type Direction = 'ltr' | 'rtl'

/** A line of text with the size at which it fits. */
export interface Line {
  text: string
  size: number
  /** Estimated, never too small where `sure`. */
  width: number
  sure: boolean
  direction: Direction
}

/** The sizes that a text may shrink between, in points, and how heavy it is drawn. */
export interface Type {
  size: number
  least: number
  /** Heavier letters are wider. */
  stretch?: number
}

/** A text on one line, at its full size. */
export function oneLine(text: string, { size, stretch = 1 }: Type): Line {
  const shown = collapsed(text)
  const { width, sure } = extent(graphemesOf(shown))
  return { text: shown, size, width: width * size * stretch, sure, direction: directionOf(shown) }
}

/** Makes a line fit: smaller as far as Wallet goes, then cut with an ellipsis. */
export function fitted(line: Line, { size, least, stretch = 1 }: Type, width: number): Line {
  if (line.width <= width) return line
  const smaller = Math.max(least, (size * width) / line.width)
  if ((line.width * smaller) / size <= width + 0.01) return { ...line, size: smaller, width }
  return cut(line, least * stretch, width, least)
}

const ELLIPSIS = '…'

function cut(line: Line, em: number, width: number, size: number): Line {
  const graphemes = graphemesOf(line.text)
  let used = measure(ELLIPSIS).width * em
  let sure = true
  let end = 0
  for (; end < graphemes.length; end += 1) {
    // Measured as the end of a word, which it will be.
    const next = measure(graphemes[end] ?? '')
    if (used + next.width * em > width) break
    used += next.width * em
    sure &&= next.sure
  }
  const text = `${graphemes.slice(0, end).join('').trimEnd()}${ELLIPSIS}`
  return { ...line, text, size, width: used, sure }
}

/** Breaks a text into lines no wider than given, at spaces where there are any; nothing is lost. */
export function wrapped(text: string, { size, stretch = 1 }: Type, width: number): Line[] {
  return calm(text)
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .flatMap((paragraph) => {
      const direction = directionOf(paragraph)
      return broken(graphemesOf(paragraph), width / size / stretch).map((graphemes) => {
        const all = extent(graphemes)
        const shown = graphemes.join('').replace(/\t/g, ' ').trimEnd()
        return { text: shown, size, width: all.width * size * stretch, sure: all.sure, direction }
      })
    })
}

function broken(graphemes: string[], ems: number): string[][] {
  const lines: string[][] = []
  let start = 0
  let used = 0
  let breakAt = 0
  for (let at = 0; at < graphemes.length; at += 1) {
    const grapheme = graphemes[at] ?? ''
    // As the end of a word, since a line may end here.
    const { width } = measure(grapheme)
    if (used + width > ems && at > start && !/^\s/.test(grapheme)) {
      const end = breakAt > start ? breakAt : at
      lines.push(graphemes.slice(start, end))
      start = end
      used = extent(graphemes.slice(start, at)).width
    }
    used += measure(grapheme, graphemes[at + 1]).width
    if (mayBreakAfter.test(grapheme) && !neverFirst.test(graphemes[at + 1] ?? '')) breakAt = at + 1
  }
  return [...lines, graphemes.slice(start)]
}

const neverFirst = /^[、。，．：；！？」』】〉》ー…”’)\]!?,.:;%]/
const mayBreakAfter = /^(?:[\s\u200b\-‐–—/]|[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])/

function extent(graphemes: string[]): { width: number; sure: boolean } {
  let width = 0
  let sure = true
  for (const [at, grapheme] of graphemes.entries()) {
    const one = measure(grapheme, graphemes[at + 1])
    width += one.width
    sure &&= one.sure
  }
  return { width, sure }
}

/** No card is wide enough for more, and some values are whole letters. */
const MOST = 1000

function collapsed(text: string): string {
  return calm(text.slice(0, MOST))
    .replace(/[\s\u0085]+/g, ' ')
    .trim()
}

/** No script piles up more marks on a letter; towers of them would cover other texts. */
function calm(text: string): string {
  return text.replace(/(\p{M}{4})\p{M}+/gu, '$1')
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

function graphemesOf(text: string): string[] {
  // The segmenter is slow, and long texts are mostly of these.
  if (/^[\x20-\x7e\u00a0-\u02ff]*$/.test(text)) return text.split('')
  return Array.from(segmenter.segment(text.toWellFormed()), ({ segment }) => segment)
}

/** A text's own direction: that of its first letter (Unicode's bidi rules P2 and P3). */
function directionOf(text: string): Direction {
  const first = /[\p{L}\u200e\u200f\u061c]/u.exec(text)?.[0] ?? ''
  return rightToLeft.test(first) ? 'rtl' : 'ltr'
}

const rightToLeft =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
