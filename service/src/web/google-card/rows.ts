import { escapeLine } from '../pass-card/fields.ts'

/** A label, which may be empty, and its text. */
export interface Entry {
  label: string
  text: string
}

/** Renders a row of the card: up to three texts side by side; empty when none of them is there. */
export function renderRow(entries: readonly Entry[]): string {
  if (entries.length === 0) return ''
  const items = entries.map(({ label, text }) => {
    const term =
      label.trim() === '' ? '' : `<p class="gc-label" dir="auto">${escapeLine(label)}</p>`
    return `<div>${term}<p class="gc-value" dir="auto">${escapeLine(text)}</p></div>`
  })
  return `<div class="gc-row">${items.join('')}</div>`
}
