import { button, element } from '../../../browser/dom.ts'
import type { Words } from '../words/words.ts'
import { type CardView, createCardView } from './card-view.ts'

/** The cards of both wallets, by what people call them. */
const wallets = ['Apple Wallet', 'Google Wallet'] as const

/**
 * Creates the view of Google's card beside Apple's. Both are there at once on a wide page; elsewhere two
 * buttons choose one. It appears with its first picture, so never while Google Wallet is off.
 */
export function createGoogleView(stage: HTMLElement, words: Words): CardView {
  let view: CardView | undefined
  return {
    show(html) {
      view ??= addCard(stage, words)
      view.show(html)
    },
  }
}

function addCard(stage: HTMLElement, words: Words): CardView {
  const [apple] = stage.getElementsByClassName('wallet')
  const card = element('div', { id: 'google-card', class: 'card' })
  const google = element('div', { class: 'wallet' }, card)
  const both = [apple, google].filter((each) => each instanceof HTMLElement)
  const buttons = wallets.map((name, chosen) =>
    button(name, () => choose(chosen), { 'aria-pressed': chosen === 0 ? 'true' : 'false' }),
  )
  const choose = (chosen: number) => {
    for (const [index, each] of buttons.entries()) {
      each.setAttribute('aria-pressed', String(index === chosen))
      both[index]?.classList.toggle('unchosen', index !== chosen)
    }
  }
  for (const [index, each] of both.entries()) {
    each.prepend(element('h2', { class: 'wallet-name' }, wallets[index]))
  }
  apple?.after(google)
  apple?.before(
    element(
      'div',
      { class: 'chips wallet-choice', role: 'group', 'aria-label': words.wallets },
      ...buttons,
    ),
  )
  choose(0)
  stage.closest('.workbench')?.classList.add('has-google')
  return createCardView(card)
}
