import type { FieldGroup, Style } from './tables.ts'

/**
 * How many fields the front of each style shows; Wallet leaves out the others. `shared` counts the
 * secondary and auxiliary fields together, which stand in one row.
 * https://developer.apple.com/library/archive/documentation/UserExperience/Conceptual/PassKit_PG/Creating.html
 */
export type FrontLimits = { [Group in Exclude<FieldGroup, 'backFields'>]: number } & {
  shared?: number
}

const usual = { headerFields: 3, primaryFields: 1, secondaryFields: 4, auxiliaryFields: 4 }

export const frontLimits: Record<Style, FrontLimits> = {
  generic: usual,
  storeCard: { ...usual, shared: 4 },
  // Two rows of auxiliary fields.
  eventTicket: { ...usual, auxiliaryFields: 8 },
  coupon: { ...usual, shared: 4 },
  boardingPass: { ...usual, primaryFields: 2, auxiliaryFields: 5 },
}

/** A generic pass with a square barcode (QR or Aztec) has one row as well. */
export const sharedLimitBesideSquareBarcode = 4

/** How many bytes an NFC reader gets; Wallet cuts off what is beyond. */
export const maxNfcMessageBytes = 64

/** How many locations, and how many beacons, Wallet uses of one pass. */
export const maxBeacons = 10
