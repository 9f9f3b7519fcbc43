import type { Block } from './content.ts'

/** The line length that email clients expect of plain text. */
const MAX_LINE_CHARACTERS = 72

/** Renders the plain text version of an email: its blocks with blank lines between them. */
export function renderPlainText(blocks: readonly Block[]): string {
  const texts = blocks.map(({ text }) => text).filter((text) => text !== '')
  return `${texts.join('\n\n')}\n`
}

/** Breaks long lines between words; a word is never broken, so that links stay intact. */
export function wrapText(text: string): string {
  return text.split('\n').map(wrapLine).join('\n')
}

function wrapLine(line: string): string {
  if (line.length <= MAX_LINE_CHARACTERS) return line
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/ +/)) {
    if (current !== '' && current.length + 1 + word.length > MAX_LINE_CHARACTERS) {
      lines.push(current)
      current = word
    } else {
      current = current === '' ? word : `${current} ${word}`
    }
  }
  return [...lines, current].join('\n')
}
