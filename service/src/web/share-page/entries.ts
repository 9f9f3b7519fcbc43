import type { FieldGroup } from '@passwright/shared/schema'
import { escapeHtml } from '../../text/html.ts'
import type { Card } from '../pass-card/card.ts'

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
    .map(({ label, html }) => ({ name: label, html }))
}
