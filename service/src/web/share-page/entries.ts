import type { FieldGroup } from '@passwright/shared/schema'
import { z } from 'zod'
import type { PassJson } from '../../apple/pass-json.ts'
import { escapeHtml } from '../page.ts'
import type { Card } from '../pass-card/card.ts'
import { formatFieldValue, stripTags, type Viewer } from '../pass-card/field-text.ts'
import { styleOf } from '../pass-card/styles.ts'

/** A line of a list: its name, empty where it has none, and finished HTML. */
export interface Entry {
  name: string
  html: string
}

/** A list of names and values; what has no name is called `unnamed` for those who only hear it. */
export function renderEntryList(entries: readonly Entry[], unnamed: string): string {
  const lines = entries.map(({ name, html }) => {
    const term =
      name.trim() === ''
        ? `<dt class="unseen">${escapeHtml(unnamed)}</dt>`
        : `<dt dir="auto">${escapeHtml(name)}</dt>`
    return `<div>${term}<dd dir="auto">${html}</dd></div>`
  })
  return `<dl>\n${lines.join('\n')}\n</dl>`
}

const frontGroups: readonly FieldGroup[] = [
  'headerFields',
  'primaryFields',
  'secondaryFields',
  'auxiliaryFields',
]

/** What stands on the front, in reading order. */
export function buildFrontEntries({ fields }: Card): Entry[] {
  return frontGroups
    .flatMap((group) => fields[group])
    .map(({ label, value }) => ({ name: label, html: escapeHtml(value) }))
}

/** What stands on the back, with its links. */
export function buildBackEntries(passJson: PassJson, reader: Viewer): Entry[] {
  return Back.parse(passJson[styleOf(passJson).style])
    .backFields.map(({ label, attributedValue, ...field }) => ({
      name: label,
      html:
        attributedValue === undefined
          ? escapeHtml(formatFieldValue(field, reader))
          : linked(String(attributedValue)),
    }))
    .filter(({ name, html }) => name.trim() !== '' || html.trim() !== '')
}

const value = z.union([z.string(), z.number()])
const style = z.string().optional().catch(undefined)

const BackField = z.object({
  label: z.string().catch(''),
  value: value.catch(''),
  attributedValue: value.optional().catch(undefined),
  dateStyle: style,
  timeStyle: style,
  isRelative: z.boolean().optional().catch(undefined),
  numberStyle: style,
  currencyCode: style,
})

/** Also with keys of a caller's own: what is not as it should be is left out. */
const Back = z
  .object({ backFields: z.array(BackField.catch(BackField.parse({}))).catch([]) })
  .catch({ backFields: [] })

const link = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>([^<>]*)<\/a>/gi
const allowedProtocols = ['http:', 'https:', 'mailto:', 'tel:']

/** Links become links, everything else text, whatever was written. */
function linked(markup: string): string {
  const pieces: string[] = []
  let at = 0
  for (const match of markup.matchAll(link)) {
    const [whole, double, single, words = ''] = match
    pieces.push(escapeHtml(stripTags(markup.slice(at, match.index))))
    pieces.push(linkTo(stripTags(double ?? single ?? ''), stripTags(words)))
    at = match.index + whole.length
  }
  return pieces.join('') + escapeHtml(stripTags(markup.slice(at)))
}

function linkTo(target: string, words: string): string {
  const url = URL.parse(target)
  if (!url || !allowedProtocols.includes(url.protocol)) return escapeHtml(words)
  const shown = words.trim() === '' ? url.href : words
  return `<a href="${escapeHtml(url.href)}" rel="noopener nofollow ugc">${escapeHtml(shown)}</a>`
}
