import type { ImageSlotName, Locale } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import { renderElement } from '../../text/html.ts'
import { renderBack } from './back.ts'
import { type Card, type CardCode, drawFirstBarcode, parseCard } from './card.ts'
import { renderFront } from './front.ts'
import { formatLength, renderSvg } from './svg.ts'

/** The PNGs of a pass by slot, each at 2x. */
export type PassCardImages = { [Slot in ImageSlotName]?: Uint8Array }

export interface PassCardOptions {
  images: PassCardImages
  /** The language of dates and numbers. */
  locale: Locale
  now: Date
  /** Its barcode where that was drawn before; undefined if it has none that can be. */
  code?: CardCode | undefined
}

/**
 * Draws the front of a pass.json as Wallet lays it out. Returns a standalone SVG that can also be
 * inlined into HTML. Pure: the same pass and options give the same SVG.
 */
export async function drawFront(pass: PassJson, options: PassCardOptions): Promise<string> {
  const card = await parseFront(pass, options)
  return renderSvg(card.title, renderFront(card))
}

/** Draws the back of a pass.json: every back field in full, links as text. */
export function drawBack(pass: PassJson, options: PassCardOptions): string {
  const card = parseCard(pass, options)
  return renderSvg(card.title, renderBack(card))
}

const GAP = 24

/** Draws front and back side by side; the front alone if there are no back fields. */
export async function drawPass(pass: PassJson, options: PassCardOptions): Promise<string> {
  const card = await parseFront(pass, options)
  const front = renderFront(card)
  if (card.fields.backFields.length === 0) return renderSvg(card.title, front)
  const back = renderBack(card)
  const left = front.width + GAP
  const movedBack = renderElement(
    'g',
    { transform: `translate(${formatLength(left)} 0)` },
    back.svg,
  )
  return renderSvg(card.title, {
    svg: front.svg + movedBack,
    width: left + back.width,
    height: Math.max(front.height, back.height),
  })
}

async function parseFront(pass: PassJson, options: PassCardOptions): Promise<Card> {
  const card = parseCard(pass, options)
  return 'code' in options ? card : { ...card, code: await drawFirstBarcode(card.barcodes) }
}
