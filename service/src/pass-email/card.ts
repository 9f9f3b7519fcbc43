import type { PassColors } from '@passwright/shared/schema'
import { computeContrastRatio, parseHexColor, pickReadableColors } from '../apple/colors.ts'
import { renderRow } from '../email/templates/blocks.ts'
import type { Block } from '../email/templates/content.ts'
import { fontFamily, layoutTableAttributes } from '../email/templates/frame.ts'
import { wrapText } from '../email/templates/plain-text.ts'
import { escapeHtml } from '../text/html.ts'
import { toSingleLine, truncate } from '../text/plain-text.ts'

/** What the email shows of a pass. */
export interface CardData {
  title: string
  organizationName: string
  fields: readonly { label: string; value: string }[]
  colors: PassColors
}

/** As many as fit on the card of an email. */
export const MAX_CARD_FIELDS = 4
const MAX_LABEL_CHARACTERS = 64
const MAX_VALUE_CHARACTERS = 160

/** WCAG 2.2, 1.4.3. */
const MIN_CONTRAST_RATIO = 4.5

/** Renders the pass as a small card in its colors: a table, so that it shows even when images are blocked. */
export function renderCard({ title, organizationName, fields, colors }: CardData): Block {
  const shownFields = fields
    .map(({ label, value }) => ({
      label: truncate(toSingleLine(label), MAX_LABEL_CHARACTERS),
      value: truncate(toSingleLine(value), MAX_VALUE_CHARACTERS),
    }))
    .filter(({ value }) => value !== '')
    .slice(0, MAX_CARD_FIELDS)
  const shownName = organizationName === title ? '' : organizationName
  return {
    text: wrapText(
      [
        ...[shownName, title].filter((line) => line !== ''),
        ...shownFields.map(({ label, value }) => (label === '' ? value : `${label}: ${value}`)),
      ].join('\n'),
    ),
    html: renderRow(renderCardHtml(shownName, title, shownFields, toReadableColors(colors))),
  }
}

function renderCardHtml(
  organizationName: string,
  title: string,
  fields: CardData['fields'],
  { background, foreground, label }: PassColors,
): string {
  const renderText = (tag: string, color: string, font: string, text: string) =>
    `<${tag} dir="auto" style="margin:0;${fontFamily};color:${color};${font};word-break:break-word">${escapeHtml(text)}</${tag}>`
  const lines = [
    organizationName && renderText('p', label, 'font-size:14px;line-height:20px', organizationName),
    renderText('h1', foreground, 'font-size:22px;line-height:28px;font-weight:bold', title),
  ]
  const cells = fields.map(
    (field) => `<td valign="top" width="50%" style="padding:14px 8px 0 0">
${field.label && renderText('p', label, 'font-size:13px;line-height:18px', field.label)}
${renderText('p', foreground, 'font-size:16px;line-height:22px', field.value)}
</td>`,
  )
  const style = `background-color:${background};border:1px solid #a6a6ab;border-radius:12px;padding:18px 20px 20px`
  return `<table ${layoutTableAttributes} width="100%"><tr><td bgcolor="${background}" style="${style}">
${lines.filter((line) => line !== '').join('\n')}
${renderTwoColumns(cells)}
</td></tr></table>`
}

function renderTwoColumns(cells: readonly string[]): string {
  if (cells.length === 0) return ''
  const rows = cells.flatMap((cell, index) =>
    index % 2 === 0 ? [`<tr>${cell}${cells[index + 1] ?? '<td width="50%">&nbsp;</td>'}</tr>`] : [],
  )
  return `<table ${layoutTableAttributes} width="100%">${rows.join('\n')}</table>`
}

/** Replaces text colors that are hard to read; an email has no barcode to fall back on. */
function toReadableColors({ background, foreground, label }: PassColors): PassColors {
  const backgroundRgb = parseHexColor(background)
  const readable = pickReadableColors(backgroundRgb)
  const pick = (color: string, replacement: string) =>
    computeContrastRatio(parseHexColor(color), backgroundRgb) >= MIN_CONTRAST_RATIO
      ? color
      : replacement
  return {
    background: readable.background,
    foreground: pick(foreground, readable.foreground),
    label: pick(label, readable.label),
  }
}
