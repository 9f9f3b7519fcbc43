import {
  barcodeFormats,
  dataDetectorTypes,
  dateStyles,
  fieldGroups,
  numberStyles,
  type PassSpec,
  textAlignments,
} from '@passwright/shared/schema'
import { messageEncoding } from './barcodes.ts'
import { colorsOf, passJsonColor } from './colors.ts'
import { freeKey, type KeyedField, takenKeys, withKeys } from './field-keys.ts'

/** What a pass carries beside what its maker said of it. */
export interface PassIdentity {
  serialNumber: string
  passTypeIdentifier: string
  teamIdentifier: string
  /** Stands in where the spec names no organization. */
  organizationName: string
  voided: boolean
}

export type PassJson = Record<string, unknown>

/**
 * Writes the pass.json of a spec. Pure: the same spec and identity give the same object.
 * https://developer.apple.com/documentation/walletpasses/pass
 */
export function compose(spec: PassSpec, identity: PassIdentity): PassJson {
  const colors = colorsOf(spec)
  return withoutUndefined({
    formatVersion: 1,
    passTypeIdentifier: identity.passTypeIdentifier,
    serialNumber: identity.serialNumber,
    teamIdentifier: identity.teamIdentifier,
    organizationName: spec.organizationName ?? identity.organizationName,
    description: descriptionOf(spec),
    logoText: spec.logoText ?? spec.title,
    backgroundColor: passJsonColor(colors.background),
    foregroundColor: passJsonColor(colors.foreground),
    labelColor: passJsonColor(colors.label),
    barcodes: barcodesOf(spec),
    expirationDate: spec.expirationDate,
    voided: identity.voided || undefined,
    relevantDate: spec.relevantDate,
    relevantDates: spec.relevantDates,
    locations: spec.locations,
    maxDistance: spec.maxDistance,
    sharingProhibited: spec.sharingProhibited ?? true,
    [spec.style ?? 'generic']: styleOf(spec),
  })
}

function descriptionOf(spec: PassSpec): string {
  const first = spec.primaryFields?.[0]?.value
  const said = [
    spec.description,
    spec.logoText,
    spec.title,
    first === undefined ? '' : String(first),
  ]
  return said.find((text) => text !== undefined && text.trim() !== '') ?? 'Pass'
}

function barcodesOf({ barcodeValue, barcodeFormat = 'QR', barcodeAltText }: PassSpec) {
  if (barcodeValue === undefined) return undefined
  const barcode = {
    format: barcodeFormats[barcodeFormat],
    message: barcodeValue,
    messageEncoding: messageEncoding(barcodeValue),
    altText: barcodeAltText,
  }
  return [withoutUndefined(barcode)]
}

/** The title becomes the primary field, `label` and `value` the first secondary one. */
function styleOf(spec: PassSpec): PassJson {
  const taken = takenKeys(spec)
  const titleField =
    spec.title !== undefined && !spec.primaryFields?.length
      ? [{ key: freeKey('title', taken), label: spec.cardLabel ?? 'CARD', value: spec.title }]
      : []
  const valueField =
    spec.label !== undefined || spec.value !== undefined
      ? [{ key: freeKey('value', taken), label: spec.label, value: spec.value ?? '' }]
      : []
  const keyed = withKeys({
    ...spec,
    primaryFields: [...titleField, ...(spec.primaryFields ?? [])],
    secondaryFields: [...valueField, ...(spec.secondaryFields ?? [])],
  })
  const filled = fieldGroups.filter((group) => keyed[group].length > 0)
  return Object.fromEntries(filled.map((group) => [group, keyed[group].map(fieldOf)]))
}

/** Short names of Apple's constants become the constants; everything else stays as it was given. */
function fieldOf(field: KeyedField): PassJson {
  const named = (table: Record<string, string>, name: string | undefined) =>
    name === undefined ? undefined : table[name]
  return withoutUndefined({
    ...field,
    textAlignment: named(textAlignments, field.textAlignment),
    dateStyle: named(dateStyles, field.dateStyle),
    timeStyle: named(dateStyles, field.timeStyle),
    numberStyle: named(numberStyles, field.numberStyle),
    dataDetectorTypes: field.dataDetectorTypes?.map((name) => dataDetectorTypes[name]),
  })
}

function withoutUndefined(object: PassJson): PassJson {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
