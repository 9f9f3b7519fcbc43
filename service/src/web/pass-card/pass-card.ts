import type { ImageSlotName, Locale } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import { renderBack } from './back.ts'
import { type Card, type CardCode, drawFirstBarcode, parseCard } from './card.ts'
import { nameColorClass, renderColorCss } from './card-colors.ts'
import { renderFront } from './front.ts'

/** The PNGs of a pass by slot, each at 2x. */
export type PassCardImages = { [Slot in ImageSlotName]?: Uint8Array | undefined }

export interface PassCardOptions {
  images: PassCardImages
  /** The language of dates and numbers. */
  locale: Locale
  now: Date
  /** Its barcode where that was drawn before; undefined if it has none that can be. */
  code?: CardCode | undefined
}

/** A pass as HTML, which needs the style sheet `passCardCss` beside its own `css`. */
export interface PassCard {
  /** The front as Wallet lays it out; it scales with the width of its container. */
  front: string
  /** Every back field in full; empty if there are none. */
  back: string
  /** The colors of this pass, for its class only: several cards fit in one page. */
  css: string
}

/**
 * Renders a pass.json as Wallet lays it out. Pure: the same pass and options give the same card,
 * without scripts, inline styles or ids.
 */
export async function renderPassCard(pass: PassJson, options: PassCardOptions): Promise<PassCard> {
  const card = parseCard(pass, options)
  const code = 'code' in options ? options.code : await drawFirstBarcode(card.barcodes)
  return renderCard({ ...card, code })
}

function renderCard(card: Card): PassCard {
  const colorClass = nameColorClass(card.colors)
  return {
    front: renderFront(card, colorClass),
    back: renderBack(card),
    css: renderColorCss(card.colors),
  }
}
