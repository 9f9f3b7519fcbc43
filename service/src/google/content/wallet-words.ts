import type { Style } from '@passwright/shared/schema'

/**
 * Google's own tables, as data.
 * https://developers.google.com/wallet/reference/rest/v1/genericobject
 */

/** What Google calls a barcode, by Apple's constant. */
export const barcodeTypes: Readonly<Record<string, string>> = {
  PKBarcodeFormatQR: 'QR_CODE',
  PKBarcodeFormatPDF417: 'PDF_417',
  PKBarcodeFormatAztec: 'AZTEC',
  PKBarcodeFormatCode128: 'CODE_128',
  PKBarcodeFormatCode39: 'CODE_39',
  PKBarcodeFormatCodabar: 'CODABAR',
  PKBarcodeFormatEAN13: 'EAN_13',
}

/** What a pass is to Google, by its style. */
export const genericTypes: Record<Style, string> = {
  generic: 'GENERIC_OTHER',
  storeCard: 'GENERIC_LOYALTY_CARD',
  eventTicket: 'GENERIC_ENTRY_TICKET',
  coupon: 'GENERIC_VOUCHER',
  boardingPass: 'GENERIC_OTHER',
}

/** Each of the last two moves a pass to "Expired passes". */
export type ObjectState = 'ACTIVE' | 'INACTIVE' | 'EXPIRED'

/** How many Google shows of each, and how long texts may be; those of the lengths are ours. */
export const limits = {
  textModules: 10,
  links: 10,
  locations: 10,
  messages: 10,
  rows: 3,
  itemsPerRow: 3,
  headerCharacters: 200,
  bodyCharacters: 5_000,
  /** Of a message in which people read what changed. */
  messageCharacters: 1_000,
  /** Browsers may cut a longer link. */
  jwtCharacters: 1_800,
} as const

/** Google's places for images: PNGs of exactly this size, in pixels. */
export const googleSlots = {
  /** Shown in a circle: the artwork stays inside the middle, on the background of the pass. */
  logo: { width: 660, height: 660, artwork: 0.7, isOpaque: true, fit: 'inside' },
  /** Takes the place of the logo and the title in the head of the card. */
  wideLogo: { width: 1280, height: 400, artwork: 1, isOpaque: false, fit: 'inside' },
  hero: { width: 1032, height: 336, artwork: 1, isOpaque: true, fit: 'cover' },
  details: { width: 1860, height: 930, artwork: 1, isOpaque: true, fit: 'inside' },
} as const satisfies Record<string, GoogleSlot>

/** A place for an image at Google. */
export interface GoogleSlot {
  width: number
  height: number
  /** The share of each side that the artwork may take. */
  artwork: number
  /** Whether it stands on the background of the pass; else on nothing. */
  isOpaque: boolean
  fit: 'inside' | 'cover'
}

export type GoogleSlotName = keyof typeof googleSlots
