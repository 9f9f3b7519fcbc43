import { escapeXml } from '../../text/html.ts'
import type { Card } from './card.ts'

/** Renders the back: every field in full, one below the other; empty if there are none. */
export function renderBack({ fields: { backFields }, messages }: Card): string {
  if (backFields.length === 0) return ''
  const items = backFields.map(({ label, html }) => {
    const term =
      label.trim() === ''
        ? `<dt class="pc-unnamed">${messages.unnamed}</dt>`
        : `<dt dir="auto">${escapeXml(label)}</dt>`
    return `<div>${term}<dd dir="auto">${html}</dd></div>`
  })
  return `<dl class="pass-back">\n${items.join('\n')}\n</dl>`
}
