import { type FieldGroup, type Style, showsDate } from '@passwright/shared/schema'

/** A field where it stands; its properties may be of any type. */
export interface PlacedField {
  field: Readonly<Record<string, unknown>>
  group: FieldGroup
  style: Style
}

interface IgnoredProperty {
  property: string
  isIgnored: (placed: PlacedField) => boolean
  /** What Wallet does, and what to do about it; follows the path of the property. */
  message: string
}

const withoutDateStyle =
  'needs a dateStyle or timeStyle other than none, such as medium; without one Wallet shows a text'

/** What Wallet ignores of a field, one row for each case; a row is for fields that have the property. */
const ignoredProperties: readonly IgnoredProperty[] = [
  {
    property: 'changeMessage',
    isIgnored: ({ field: { changeMessage } }) =>
      typeof changeMessage === 'string' && !changeMessage.includes('%@'),
    message:
      'has no %@, so Wallet shows no notification when the value changes; write %@ where the new value belongs, such as "You now have %@ points"',
  },
  {
    property: 'textAlignment',
    isIgnored: ({ group }) => group === 'primaryFields' || group === 'backFields',
    message: 'is ignored by Wallet in primary and back fields; leave it out',
  },
  {
    property: 'dataDetectorTypes',
    isIgnored: ({ group }) => group !== 'backFields',
    message: 'makes links only on the back of the pass; move the field to backFields',
  },
  {
    property: 'attributedValue',
    isIgnored: ({ group }) => group !== 'backFields',
    message: 'is shown only on the back of the pass; move the field to backFields',
  },
  {
    property: 'row',
    isIgnored: ({ group, style }) => style !== 'eventTicket' || group !== 'auxiliaryFields',
    message: 'is ignored by Wallet but for the auxiliary fields of an event ticket; leave it out',
  },
  {
    property: 'isRelative',
    isIgnored: ({ field }) => field.isRelative === true && !showsDate(field),
    message: withoutDateStyle,
  },
  {
    property: 'ignoresTimeZone',
    isIgnored: ({ field }) => field.ignoresTimeZone === true && !showsDate(field),
    message: withoutDateStyle,
  },
]

/** Finds the properties of a field that Wallet ignores where it stands. Pure. */
export function findIgnoredProperties(
  placed: PlacedField,
): readonly Pick<IgnoredProperty, 'property' | 'message'>[] {
  return ignoredProperties.filter(
    ({ property, isIgnored }) => placed.field[property] !== undefined && isIgnored(placed),
  )
}
