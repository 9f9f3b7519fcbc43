import { isObject, symbologies } from '@passwright/shared'
import {
  cardLabels,
  chooseStyle,
  dataDetectorTypes,
  dateStyles,
  type FieldGroup,
  fieldGroups,
  numberStyles,
  type PassSpec,
  showsDate,
  textAlignments,
  transitTypes,
} from '@passwright/shared/schema'
import { chooseMessageEncoding } from './barcodes.ts'
import { resolveColors, toRgbColor } from './colors.ts'
import { toDateValue, toPassDate } from './fields/dates.ts'
import { assignFieldKeys, findUsedKeys, type KeyedField, reserveKey } from './fields/field-keys.ts'
import { buildMessageField, type PassMessage } from './fields/message-field.ts'

/** The values of a pass that are not in its spec. */
export interface PassIdentity {
  serialNumber: string
  passTypeIdentifier: string
  teamIdentifier: string
  /** Used when the spec has no organization name. */
  organizationName: string
  voided: boolean
  webService?: WebService | undefined
}

/** The web service that phones ask for updates of a pass, and the token that they present to it. */
export interface WebService {
  url: string
  authenticationToken: string
  message: PassMessage
}

export type PassJson = Record<string, unknown>

/**
 * Builds the pass.json of a spec. Pure: the same spec and identity give the same object.
 * https://developer.apple.com/documentation/walletpasses/pass
 */
export function buildPassJson(spec: PassSpec, identity: PassIdentity): PassJson {
  const colors = resolveColors(spec)
  const style = chooseStyle(spec)
  const { [style]: _, ...appleKeys } = spec.apple ?? {}
  const dictionary = findDictionary(spec)
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
    webServiceURL: identity.webService?.url,
    authenticationToken: identity.webService?.authenticationToken,
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
    [style]: addMessage(
      omitUndefined({
        transitType: spec.transitType && transitTypes[spec.transitType],
        ...buildStyleFields(spec),
        ...dictionary,
      }),
      spec,
      identity.webService,
    ),
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

function buildStyleFields(spec: PassSpec): PassJson {
  const keyed = keyStyleFields(spec)
  const filled = fieldGroups.filter((group) => keyed[group].length > 0)
  return Object.fromEntries(filled.map((group) => [group, keyed[group].map(toPassJsonField)]))
}

/**
 * The fields by group: the title is the primary field, `label` and `value` the first secondary one.
 * Groups of the caller's own dictionary replace them, and its keys are taken.
 */
export function keyStyleFields(spec: PassSpec): Record<FieldGroup, KeyedField[]> {
  const dictionary = findDictionary(spec)
  const taken = findTakenKeys(spec)
  const label = spec.cardLabel ?? cardLabels[spec.locale ?? 'en']
  const titleField =
    spec.title !== undefined && showsTitleAsField(spec, dictionary)
      ? [{ key: reserveKey('title', taken), label, value: spec.title }]
      : []
  const valueField =
    spec.label !== undefined || spec.value !== undefined
      ? [{ key: reserveKey('value', taken), label: spec.label, value: spec.value ?? '' }]
      : []
  return assignFieldKeys(
    {
      ...spec,
      primaryFields: [...titleField, ...(spec.primaryFields ?? [])],
      secondaryFields: [...valueField, ...(spec.secondaryFields ?? [])],
    },
    taken,
  )
}

/** Phones are told of a message by a field at the end of the back. */
function addMessage(
  fields: PassJson,
  spec: PassSpec,
  webService: WebService | undefined,
): PassJson {
  if (!webService) return fields
  const { backFields } = fields
  const field = buildMessageField(webService.message, spec, findTakenKeys(spec))
  return { ...fields, backFields: [...(Array.isArray(backFields) ? backFields : []), field] }
}

/** What the caller adds to the dictionary of the style. */
function findDictionary(spec: PassSpec): PassJson {
  const dictionary = spec.apple?.[chooseStyle(spec)]
  return isObject(dictionary) ? dictionary : {}
}

function findTakenKeys(spec: PassSpec): Set<string> {
  return new Set([...findUsedKeys(spec), ...findDictionaryKeys(findDictionary(spec))])
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
    ...(showsDate(field) ? toDateValue(String(field.value)) : {}),
    textAlignment: toConstant(textAlignments, field.textAlignment),
    dateStyle: toConstant(dateStyles, field.dateStyle),
    timeStyle: toConstant(dateStyles, field.timeStyle),
    numberStyle: toConstant(numberStyles, field.numberStyle),
    dataDetectorTypes: field.dataDetectorTypes?.map((name) => dataDetectorTypes[name]),
  })
}

function omitUndefined(object: PassJson): PassJson {
  const defined: PassJson = {}
  for (const [key, value] of Object.entries(object)) if (value !== undefined) defined[key] = value
  return defined
}
