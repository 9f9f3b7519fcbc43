/**
 * Apple's tables for pass.json, as data; barcode symbologies are in `portable/fields/symbologies.ts`.
 * Source: https://developer.apple.com/documentation/walletpasses/pass
 */

/** Pass styles, by the name of their dictionary in pass.json. */
export const styles = ['generic', 'storeCard', 'eventTicket', 'coupon', 'boardingPass'] as const

export type Style = (typeof styles)[number]

/** The field groups of a style dictionary, in reading order. */
export const fieldGroups = [
  'headerFields',
  'primaryFields',
  'secondaryFields',
  'auxiliaryFields',
  'backFields',
] as const

export type FieldGroup = (typeof fieldGroups)[number]

/** Maps Apple's constants by a short name and by their own: `medium` and `PKDateStyleMedium`. */
const mapConstants = <Prefix extends string, Name extends string>(
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

export const textAlignments = mapConstants('PKTextAlignment', [
  'left',
  'center',
  'right',
  'natural',
])
export const dateStyles = mapConstants('PKDateStyle', ['none', 'short', 'medium', 'long', 'full'])
export const numberStyles = mapConstants('PKNumberStyle', [
  'decimal',
  'percent',
  'scientific',
  'spellOut',
])
export const dataDetectorTypes = mapConstants('PKDataDetectorType', [
  'phoneNumber',
  'link',
  'address',
  'calendarEvent',
])

/** How many locations Wallet uses of one pass. */
export const maxLocations = 10
