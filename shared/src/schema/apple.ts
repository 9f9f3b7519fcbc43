/**
 * Apple's tables for pass.json, as data.
 * Source: https://developer.apple.com/documentation/walletpasses/pass
 */

/** Our names of the pass styles → what each shows. */
export const styles = {
  generic: { images: ['logo'] },
} as const satisfies Record<string, { images: readonly ImageSlotName[] }>

export type Style = keyof typeof styles

/** The five groups of labelled texts of a style dictionary, in reading order. */
export const fieldGroups = [
  'headerFields',
  'primaryFields',
  'secondaryFields',
  'auxiliaryFields',
  'backFields',
] as const

export type FieldGroup = (typeof fieldGroups)[number]

/** Barcode formats by the names callers use. */
export const barcodeFormats = {
  QR: 'PKBarcodeFormatQR',
  PDF417: 'PKBarcodeFormatPDF417',
  Aztec: 'PKBarcodeFormatAztec',
  Code128: 'PKBarcodeFormatCode128',
} as const

export type BarcodeFormat = keyof typeof barcodeFormats

/** One of Apple's constants by a short name and by its own: `medium` and `PKDateStyleMedium`. */
const constants = <Prefix extends string, Name extends string>(
  prefix: Prefix,
  names: readonly Name[],
): Record<string, `${Prefix}${string}`> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const constant = `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}` as const
      return [
        [name, constant],
        [constant, constant],
      ]
    }),
  )

export const textAlignments = constants('PKTextAlignment', ['left', 'center', 'right', 'natural'])
export const dateStyles = constants('PKDateStyle', ['none', 'short', 'medium', 'long', 'full'])
export const numberStyles = constants('PKNumberStyle', [
  'decimal',
  'percent',
  'scientific',
  'spellOut',
])
export const dataDetectorTypes = constants('PKDataDetectorType', [
  'phoneNumber',
  'link',
  'address',
  'calendarEvent',
])

/** Image slots, sizes in points at 1x; `inside` keeps the whole picture, `cover` fills the slot. */
export const imageSlots = {
  logo: { width: 160, height: 50, fit: 'inside' },
} as const satisfies Record<string, { width: number; height: number; fit: 'inside' | 'cover' }>

export type ImageSlotName = keyof typeof imageSlots

/** How many of each Wallet takes. */
export const limits = { locations: 10 } as const
