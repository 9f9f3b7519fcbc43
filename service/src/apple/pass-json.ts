import { isObject, symbologies } from '@passwright/shared'
import {
  cardLabels,
  chooseStyle,
  dataDetectorTypes,
  dateStyles,
  fieldGroups,
  isDated,
  numberStyles,
  type PassSpec,
  textAlignments,
  transitTypes,
} from '@passwright/shared/schema'
import { chooseMessageEncoding } from './barcodes.ts'
import { resolveColors, toRgbColor } from './colors.ts'
import { toDateValue, toPassDate } from './dates.ts'
import { assignFieldKeys, findUsedKeys, type KeyedField, reserveKey } from './field-keys.ts'

/** The values of a pass that are not in its spec. */
export interface PassIdentity {
  serialNumber: string
  passTypeIdentifier: string
  teamIdentifier: string
  /** Used when the spec has no organization name. */
  organizationName: string
  voided: boolean
}

export type PassJson = Record<string, unknown>

/**
 * Builds the pass.json of a spec. Pure: the same spec and identity give the same object.
 * https://developer.apple.com/documentation/walletpasses/pass
 */
export function buildPassJson(spec: PassSpec, identity: PassIdentity): PassJson {
  const colors = resolveColors(spec)
  const style = chooseStyle(spec)
  const { [style]: ownDictionary, ...appleKeys } = spec.apple ?? {}
  const dictionary = isObject(ownDictionary) ? ownDictionary : {}
  return omitUndefined({
    formatVersion: 1,
    passTypeIdentifier: identity.passTypeIdentifier,
    serialNumber: identity.serialNumber,
    teamIdentifier: identity.teamIdentifier,
    organizationName: spec.organizationName ?? identity.organizationName,
    description: chooseDescription(spec),
    logoText: chooseLogoText(spec, dictionary),
    backgroundColor: toRgbColor(colors.background),
    foregroundColor: toRgbColor(colors.foreground),
    labelColor: toRgbColor(colors.label),
    barcodes: buildBarcodes(spec),
    expirationDate: spec.expirationDate && toPassDate(spec.expirationDate),
    voided: identity.voided || undefined,
    relevantDate: spec.relevantDate && toPassDate(spec.relevantDate),
    relevantDates: spec.relevantDates?.map(toRelevantDate),
    locations: spec.locations,
    beacons: spec.beacons,
    maxDistance: spec.maxDistance,
    sharingProhibited: spec.sharingProhibited ?? true,
    groupingIdentifier: spec.groupingIdentifier,
    nfc: spec.nfc,
    associatedStoreIdentifiers: spec.associatedStoreIdentifiers,
    appLaunchURL: spec.appLaunchURL,
    semantics: spec.semantics,
    userInfo: spec.userInfo,
    ...appleKeys,
    [style]: omitUndefined({
      transitType: spec.transitType && transitTypes[spec.transitType],
      ...buildStyleFields(spec, dictionary),
      ...dictionary,
    }),
  })
}

/** The title stands on the card once: beside the logo, unless it is the primary field already. */
function chooseLogoText(spec: PassSpec, dictionary: PassJson): string | undefined {
  return spec.logoText ?? (showsTitleAsField(spec, dictionary) ? undefined : spec.title)
}

function showsTitleAsField({ primaryFields }: PassSpec, dictionary: PassJson): boolean {
  return !primaryFields?.length && dictionary.primaryFields === undefined
}

function chooseDescription(spec: PassSpec): string {
  const first = spec.primaryFields?.[0]?.value
  const candidates = [
    spec.description,
    spec.logoText,
    spec.title,
    first === undefined ? '' : String(first),
  ]
  return candidates.find((text) => text !== undefined && text.trim() !== '') ?? 'Pass'
}

function buildBarcodes({ barcodeValue, barcodeFormat = 'QR', barcodeAltText }: PassSpec) {
  if (barcodeValue === undefined) return undefined
  const barcode = {
    format: symbologies[barcodeFormat].format,
    message: barcodeValue,
    messageEncoding: chooseMessageEncoding(barcodeValue),
    altText: barcodeAltText,
  }
  return [omitUndefined(barcode)]
}

/**
 * The fields by group: the title is the primary field, `label` and `value` the first secondary one.
 * Groups of the `dictionary` replace ours, and its keys are taken.
 */
function buildStyleFields(spec: PassSpec, dictionary: PassJson): PassJson {
  const taken = new Set([...findUsedKeys(spec), ...findDictionaryKeys(dictionary)])
  const label = spec.cardLabel ?? cardLabels[spec.locale ?? 'en']
  const titleField =
    spec.title !== undefined && showsTitleAsField(spec, dictionary)
      ? [{ key: reserveKey('title', taken), label, value: spec.title }]
      : []
  const valueField =
    spec.label !== undefined || spec.value !== undefined
      ? [{ key: reserveKey('value', taken), label: spec.label, value: spec.value ?? '' }]
      : []
  const keyed = assignFieldKeys(
    {
      ...spec,
      primaryFields: [...titleField, ...(spec.primaryFields ?? [])],
      secondaryFields: [...valueField, ...(spec.secondaryFields ?? [])],
    },
    taken,
  )
  const filled = fieldGroups.filter((group) => keyed[group].length > 0)
  return Object.fromEntries(filled.map((group) => [group, keyed[group].map(toPassJsonField)]))
}

function findDictionaryKeys(dictionary: PassJson): string[] {
  return Object.values(dictionary).flatMap((fields) =>
    (Array.isArray(fields) ? fields : []).flatMap((field: unknown) =>
      isObject(field) && typeof field.key === 'string' ? field.key : [],
    ),
  )
}

function toRelevantDate(dates: NonNullable<PassSpec['relevantDates']>[number]): PassJson {
  const entries = Object.entries(dates).map(([key, date]) => [key, date && toPassDate(date)])
  return omitUndefined(Object.fromEntries(entries))
}

/** Replaces our short names with Apple's constants; everything else stays unchanged. */
function toPassJsonField(field: KeyedField): PassJson {
  const toConstant = (table: Record<string, string>, name: string | undefined) =>
    name === undefined ? undefined : table[name]
  return omitUndefined({
    ...field,
    ...(isDated(field) ? toDateValue(String(field.value)) : {}),
    textAlignment: toConstant(textAlignments, field.textAlignment),
    dateStyle: toConstant(dateStyles, field.dateStyle),
    timeStyle: toConstant(dateStyles, field.timeStyle),
    numberStyle: toConstant(numberStyles, field.numberStyle),
    dataDetectorTypes: field.dataDetectorTypes?.map((name) => dataDetectorTypes[name]),
  })
}

function omitUndefined(object: PassJson): PassJson {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
