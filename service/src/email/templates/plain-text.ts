import type { Block } from './content.ts'

/** As wide as mail programs have always shown plain text. */
const LINE_WIDTH = 72

/** A letter as plain text: its blocks with blank lines between them. */
export function toPlainTextVersion(blocks: readonly Block[]): string {
  const texts = blocks.map(({ text }) => text).filter((text) => text !== '')
  return `${texts.join('\n\n')}\n`
}

/** Breaks long lines between words; a word is never broken, so that a link stays whole. */
export function wrapText(text: string): string {
  return text.split('\n').map(wrappedLine).join('\n')
}

function wrappedLine(line: string): string {
  if (line.length <= LINE_WIDTH) return line
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/ +/)) {
    if (current !== '' && current.length + 1 + word.length > LINE_WIDTH) {
      lines.push(current)
      current = word
    } else {
      current = current === '' ? word : `${current} ${word}`
    }
  }
  return [...lines, current].join('\n')
}
