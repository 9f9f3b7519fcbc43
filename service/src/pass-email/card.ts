import type { PassColors } from '@passwright/shared/schema'
import { contrastRatio, parseHexColor, pickReadableColors } from '../apple/colors.ts'
import { row } from '../email/templates/blocks.ts'
import type { Block } from '../email/templates/content.ts'
import { font, layoutTable } from '../email/templates/frame.ts'
import { wrapText } from '../email/templates/plain-text.ts'
import { toSingleLine, truncate } from '../text/plain-text.ts'
import { escapeHtml } from '../web/page.ts'

/** What the letter shows of a pass. */
export interface CardData {
  title: string
  organizationName: string
  fields: readonly { label: string; value: string }[]
  colors: PassColors
}

const MOST_FIELDS = 4
const LONGEST_LABEL = 64
const LONGEST_VALUE = 160

/** The pass as a small card in its colors: a table, so that it is seen without pictures too. */
export function renderCard({ title, organizationName, fields, colors }: CardData): Block {
  const shown = fields
    .map(({ label, value }) => ({
      label: truncate(toSingleLine(label), LONGEST_LABEL),
      value: truncate(toSingleLine(value), LONGEST_VALUE),
    }))
    .filter(({ value }) => value !== '')
    .slice(0, MOST_FIELDS)
  const above = organizationName === title ? '' : organizationName
  return {
    text: wrapText(
      [
        ...[above, title].filter((line) => line !== ''),
        ...shown.map(({ label, value }) => (label === '' ? value : `${label}: ${value}`)),
      ].join('\n'),
    ),
    html: row(cardHtml(above, title, shown, readable(colors))),
  }
}

function cardHtml(
  above: string,
  title: string,
  fields: CardData['fields'],
  { background, foreground, label }: PassColors,
): string {
  const text = (tag: string, color: string, size: string, content: string) =>
    `<${tag} dir="auto" style="margin:0;${font};color:${color};${size};word-break:break-word">${escapeHtml(content)}</${tag}>`
  const lines = [
    above && text('p', label, 'font-size:14px;line-height:20px', above),
    text('h1', foreground, 'font-size:22px;line-height:28px;font-weight:bold', title),
  ]
  const cells = fields.map(
    (field) => `<td valign="top" width="50%" style="padding:14px 8px 0 0">
${field.label && text('p', label, 'font-size:13px;line-height:18px', field.label)}
${text('p', foreground, 'font-size:16px;line-height:22px', field.value)}
</td>`,
  )
  const style = `background-color:${background};border:1px solid #a6a6ab;border-radius:12px;padding:18px 20px 20px`
  return `<table ${layoutTable} width="100%"><tr><td bgcolor="${background}" style="${style}">
${lines.filter((line) => line !== '').join('\n')}
${inPairs(cells)}
</td></tr></table>`
}

function inPairs(cells: readonly string[]): string {
  if (cells.length === 0) return ''
  const rows = cells.flatMap((cell, index) =>
    index % 2 === 0 ? [`<tr>${cell}${cells[index + 1] ?? '<td width="50%">&nbsp;</td>'}</tr>`] : [],
  )
  return `<table ${layoutTable} width="100%">${rows.join('\n')}</table>`
}

/** A caller may choose colors that nobody can read; a letter has no code that makes up for it. */
function readable({ background, foreground, label }: PassColors): PassColors {
  const ground = parseHexColor(background)
  const safe = pickReadableColors(ground)
  const kept = (color: string, otherwise: string) =>
    contrastRatio(parseHexColor(color), ground) >= 4.5 ? color : otherwise
  return {
    background: safe.background,
    foreground: kept(foreground, safe.foreground),
    label: kept(label, safe.label),
  }
}
