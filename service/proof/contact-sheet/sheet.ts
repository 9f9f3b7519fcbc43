/** A card as a share page shows it. */
export interface SheetCard {
  name: string
  front: string
  back: string
  css: string
}

/** Takes the card out of the HTML of a share page. */
export function readCard(name: string, html: string): SheetCard {
  const find = (pattern: RegExp) => pattern.exec(html)?.[0] ?? ''
  const css = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? ''
  const front = find(/<article class="pass-card.*?<\/article>/s)
  if (front === '' || css === '') throw new Error(`${name}: its share page shows no card`)
  return { name, front, back: find(/<dl class="pass-back">.*?<\/dl>/s), css }
}

/** Renders all cards in one page, each with its back below it. */
export function renderSheet(cards: readonly SheetCard[]): string {
  const figures = cards.map(
    ({ name, front, back }) =>
      `<section><h2>${name}</h2>${front}${back && `<div class="pass-details">${back}</div>`}</section>`,
  )
  const css = [...new Set(cards.map((card) => card.css))].join('\n')
  return `<!doctype html><html lang="en"><style>${css}
body { columns: 358px 5; column-gap: 36px; padding: 24px; max-width: none }
section { break-inside: avoid; margin: 0 0 28px }
h2 { font: 600 14px/1.4 sans-serif }
.pass-details { margin-top: 10px; max-width: none }
</style><body>${figures.join('\n')}</body></html>`
}
