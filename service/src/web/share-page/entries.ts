import type { FieldGroup } from '@passwright/shared/schema'
import { z } from 'zod'
import type { PassJson } from '../../apple/pass-json.ts'
import { escapeHtml } from '../../text/html.ts'
import type { Card } from '../pass-card/card.ts'
import { formatFieldValue, stripTags, type Viewer } from '../pass-card/field-text.ts'
import { findStyle } from '../pass-card/styles.ts'

/** An entry of a list: its name, which may be empty, and its value as HTML. */
export interface Entry {
  name: string
  html: string
}

/** Renders a list of names and values; `unnamed` is the name that screen readers read where there is none. */
export function renderEntryList(entries: readonly Entry[], unnamed: string): string {
  const items = entries.map(({ name, html }) => {
    const term =
      name.trim() === ''
        ? `<dt class="visually-hidden">${escapeHtml(unnamed)}</dt>`
        : `<dt dir="auto">${escapeHtml(name)}</dt>`
    return `<div>${term}<dd dir="auto">${html}</dd></div>`
  })
  return `<dl>\n${items.join('\n')}\n</dl>`
}

const frontGroups: readonly FieldGroup[] = [
  'headerFields',
  'primaryFields',
  'secondaryFields',
  'auxiliaryFields',
]

/** Builds the entries of the front, in reading order. */
export function buildFrontEntries({ fields }: Card): Entry[] {
  return frontGroups
    .flatMap((group) => fields[group])
    .map(({ label, value }) => ({ name: label, html: escapeHtml(value) }))
}

/** Builds the entries of the back, with their links. */
export function buildBackEntries(passJson: PassJson, viewer: Viewer): Entry[] {
  return Back.parse(passJson[findStyle(passJson).style])
    .backFields.map(({ label, attributedValue, ...field }) => ({
      name: label,
      html:
        attributedValue === undefined
          ? escapeHtml(formatFieldValue(field, viewer))
          : renderLinks(String(attributedValue)),
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

/** Tolerates raw keys from the caller: invalid parts are left out. */
const Back = z
  .object({ backFields: z.array(BackField.catch(BackField.parse({}))).catch([]) })
  .catch({ backFields: [] })

const linkPattern = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>([^<>]*)<\/a>/gi
const allowedProtocols = ['http:', 'https:', 'mailto:', 'tel:']

/** Renders links as links and everything else as escaped text. */
function renderLinks(markup: string): string {
  const parts: string[] = []
  let at = 0
  for (const match of markup.matchAll(linkPattern)) {
    const [matched, doubleQuoted, singleQuoted, text = ''] = match
    parts.push(escapeHtml(stripTags(markup.slice(at, match.index))))
    parts.push(renderLink(stripTags(doubleQuoted ?? singleQuoted ?? ''), stripTags(text)))
    at = match.index + matched.length
  }
  return parts.join('') + escapeHtml(stripTags(markup.slice(at)))
}

function renderLink(href: string, text: string): string {
  const url = URL.parse(href)
  if (!url || !allowedProtocols.includes(url.protocol)) return escapeHtml(text)
  const shown = text.trim() === '' ? url.href : text
  return `<a href="${escapeHtml(url.href)}" rel="noopener nofollow ugc">${escapeHtml(shown)}</a>`
}
