import type { ImageSlotName, Locale } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import { back } from './back.ts'
import { parseCard } from './card.ts'
import { front } from './front.ts'
import { amount, element, picture } from './svg.ts'

/** The PNGs of a pass by slot, each at 2x. */
export type PictureImages = { [Slot in ImageSlotName]?: Uint8Array }

export interface PictureOptions {
  images: PictureImages
  /** The language of dates and numbers. */
  locale: Locale
  now: Date
}

/**
 * Draws the front of a pass.json as Wallet lays it out: a standalone SVG, also fit to be put inline
 * into HTML. Pure: the same pass and options give the same picture.
 */
export function drawFront(pass: PassJson, options: PictureOptions): string {
  const card = parseCard(pass, options)
  return picture(card.title, front(card))
}

/** Draws the back: every back field in full, links as text. */
export function drawBack(pass: PassJson, options: PictureOptions): string {
  const card = parseCard(pass, options)
  return picture(card.title, back(card))
}

const BETWEEN = 24

/** Draws front and back beside each other; the front alone where the back says nothing. */
export function drawPass(pass: PassJson, options: PictureOptions): string {
  const card = parseCard(pass, options)
  const one = front(card)
  if (card.fields.backFields.length === 0) return picture(card.title, one)
  const other = back(card)
  const left = one.width + BETWEEN
  const moved = element('g', { transform: `translate(${amount(left)} 0)` }, other.svg)
  return picture(card.title, {
    svg: one.svg + moved,
    width: left + other.width,
    height: Math.max(one.height, other.height),
  })
}
