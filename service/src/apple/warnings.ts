import { type FieldGroup, fieldGroups, isDated, type PassSpec } from '@passwright/shared/schema'

/** Something that was accepted, but that Wallet will not show as requested. */
export interface Warning {
  /** As in an issue: `backFields[0].changeMessage`. */
  path: string
  message: string
}

const MAX_WARNINGS = 100

/** Finds what Wallet will ignore or hide in a valid spec; at most 100 warnings. Pure. */
export function findPassWarnings(spec: PassSpec, now: Date): Warning[] {
  const warnings = [
    ...passWarnings.flatMap((find) => find(spec, now)),
    ...fieldGroups.flatMap((group) => findGroupWarnings(spec, group)),
  ]
  return warnings.slice(0, MAX_WARNINGS)
}

function warnIf(applies: boolean | undefined, path: string, message: string): Warning[] {
  return applies ? [{ path, message }] : []
}

/** One row for each thing in the pass as a whole. */
const passWarnings: readonly ((spec: PassSpec, now: Date) => Warning[])[] = [
  ({ expirationDate }, now) =>
    warnIf(
      isPast(expirationDate, now),
      'expirationDate',
      'is in the past, so Wallet shows the pass as expired; write a later date, or leave it out for a pass that does not expire',
    ),
  ({ relevantDate }, now) =>
    warnIf(
      isPast(relevantDate, now),
      'relevantDate',
      'is in the past, so the lock screen does not suggest the pass; write a later date or leave it out',
    ),
  ({ relevantDates = [] }, now) =>
    relevantDates.flatMap(({ date, startDate, endDate }, index) =>
      warnIf(
        isPast(endDate ?? startDate ?? date, now),
        `relevantDates[${index}]`,
        'is in the past, so the lock screen does not suggest the pass; write a later date or leave it out',
      ),
    ),
  ({ maxDistance, locations = [] }) =>
    warnIf(
      maxDistance !== undefined && locations.length === 0,
      'maxDistance',
      'has no effect without locations; add some or leave it out',
    ),
]

function isPast(instant: string | undefined, now: Date): boolean {
  return instant !== undefined && Date.parse(instant) < now.getTime()
}

type Field = NonNullable<PassSpec[FieldGroup]>[number]

interface FieldWarning {
  property: keyof Field
  applies: (field: Field, group: FieldGroup) => boolean
  message: string
}

/** One row for each property of a field that Wallet ignores where it stands. */
const fieldWarnings: readonly FieldWarning[] = [
  {
    property: 'changeMessage',
    applies: ({ changeMessage }) => !changeMessage?.includes('%@'),
    message:
      'has no %@, so Wallet shows no notification when the value changes; write %@ where the new value belongs, such as "You now have %@ points"',
  },
  {
    property: 'textAlignment',
    applies: (_, group) => group === 'primaryFields' || group === 'backFields',
    message: 'is ignored by Wallet in primary and back fields; leave it out',
  },
  {
    property: 'dataDetectorTypes',
    applies: (_, group) => group !== 'backFields',
    message: 'makes links only on the back of the pass; move the field to backFields',
  },
  {
    property: 'attributedValue',
    applies: (_, group) => group !== 'backFields',
    message: 'is shown only on the back of the pass; move the field to backFields',
  },
  {
    property: 'row',
    // No style of today is an event ticket.
    applies: () => true,
    message: 'is ignored by Wallet in passes that are no event tickets; leave it out',
  },
  {
    property: 'isRelative',
    applies: (field) => field.isRelative === true && !isDated(field),
    message: 'needs a dateStyle or timeStyle, such as medium; without one Wallet shows a text',
  },
  {
    property: 'ignoresTimeZone',
    applies: (field) => field.ignoresTimeZone === true && !isDated(field),
    message: 'needs a dateStyle or timeStyle, such as medium; without one Wallet shows a text',
  },
]

function findGroupWarnings(spec: PassSpec, group: FieldGroup): Warning[] {
  return (spec[group] ?? []).flatMap((field, index) =>
    fieldWarnings.flatMap(({ property, applies, message }) =>
      warnIf(
        field[property] !== undefined && applies(field, group),
        `${group}[${index}].${property}`,
        message,
      ),
    ),
  )
}
