import type { Locale } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import { barcodeTypes } from '../../google/content/wallet-words.ts'
import { type CardCode, drawFirstBarcode, parseBarcodes } from '../pass-card/card.ts'
import { type GoogleCardSource, renderGoogleCard } from './google-card.ts'
import { googleCardCss } from './google-card-css.ts'

/** Draws the first barcode of a pass that Google knows, in turns between callers. */
export function drawGoogleBarcode(pass: PassJson, caller: string): Promise<CardCode | undefined> {
  const known = parseBarcodes(pass).filter(({ format }) => barcodeTypes[format] !== undefined)
  return drawFirstBarcode(known, caller)
}

/** Renders a card as HTML that needs nothing else: its style sheet first, as the preview has it. */
export function renderGooglePicture(source: GoogleCardSource, locale: Locale): string {
  const { front, details, css } = renderGoogleCard(source, locale)
  return `<style>${googleCardCss}${css}</style>\n<div lang="${locale}">${front}${details}</div>`
}

/** Renders the card without its details, in place of the front of Apple's. */
export function renderGoogleFront(
  source: GoogleCardSource,
  locale: Locale,
): { front: string; css: string } {
  const { front, css } = renderGoogleCard(source, locale)
  return { front, css: googleCardCss + css }
}
