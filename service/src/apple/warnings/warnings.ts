import { isObject, symbologiesByFormat } from '@passwright/shared'
import { chooseStyle, type FieldGroup, fieldGroups, type PassSpec } from '@passwright/shared/schema'
import { findExpirationDate } from '../fields/dates.ts'
import { findFrontWarnings } from './front-warnings.ts'
import { findIgnoredProperties } from './ignored-properties.ts'
import { findUnusedTranslations } from './unused-translations.ts'

/** Something that was accepted, but that Wallet will not show as requested. */
export interface Warning {
  /** As in an issue: `backFields[0].changeMessage`. */
  path: string
  message: string
}

const MAX_WARNINGS = 100

/**
 * Finds what Wallet will ignore or hide in a valid spec that a certificate signs which may be one for
 * NFC; at most 100 warnings. Pure.
 */
export function findPassWarnings(spec: PassSpec, now: Date, signsNfc = false): Warning[] {
  const warnings = [
    ...passWarnings.flatMap((find) => find(spec, now)),
    ...(signsNfc ? [] : findNfcWarnings(spec)),
    ...findFrontWarnings(spec),
    ...fieldGroups.flatMap((group) => findGroupWarnings(spec, group)),
    ...findUnusedTranslations(spec),
  ]
  return warnings.slice(0, MAX_WARNINGS)
}

function warnIf(applies: boolean | undefined, path: string, message: string): Warning[] {
  return applies ? [{ path, message }] : []
}

/** One row for each thing in the pass as a whole. */
const passWarnings: readonly ((spec: PassSpec, now: Date) => Warning[])[] = [
  (spec, now) =>
    warnIf(
      isPast(findExpirationDate(spec), now),
      spec.apple?.expirationDate === undefined ? 'expirationDate' : 'apple.expirationDate',
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
  ({ barcodeValue, barcodeFormat = 'QR' }) =>
    findBarcodeWarnings(
      { format: `PKBarcodeFormat${barcodeFormat}`, message: barcodeValue },
      'barcodeValue',
    ),
  ({ apple = {} }) => {
    const barcodes: unknown[] = Array.isArray(apple.barcodes) ? apple.barcodes : []
    return barcodes.flatMap((barcode, index) =>
      findBarcodeWarnings(barcode, `apple.barcodes[${index}].message`),
    )
  },
  ({ apple = {} }) => {
    const barcodes: unknown[] = Array.isArray(apple.barcodes) ? apple.barcodes : []
    return warnIf(
      barcodes.length > 0 && barcodes.every(isNewBarcode),
      'apple.barcodes',
      'are shown since iOS 27 only; add a QR code after them for earlier versions',
    )
  },
  findPosterWarnings,
]

function findNfcWarnings({ nfc, apple = {} }: PassSpec): Warning[] {
  return warnIf(
    nfc !== undefined || apple.nfc !== undefined,
    nfc === undefined ? 'apple.nfc' : 'nfc',
    'works only with a certificate that Apple has enabled for NFC, which yours is not; ask Apple for one, or leave it out',
  )
}

/** Tags without which an event ticket falls back to its older layout. */
const posterTags = ['eventName', 'venueName', 'venueRegionName', 'venueRoom']

function findPosterWarnings(spec: PassSpec): Warning[] {
  const { apple = {}, semantics = {} } = spec
  const schemes: unknown[] = Array.isArray(apple.preferredStyleSchemes)
    ? apple.preferredStyleSchemes
    : []
  const [poster, semantic] = ['posterEventTicket', 'semanticBoardingPass'].map((scheme) =>
    schemes.includes(scheme),
  )
  const tags = isObject(apple.semantics) ? apple.semantics : semantics
  const missing = posterTags.filter((tag) => tags[tag] === undefined)
  const style = chooseStyle(spec)
  return [
    ...warnIf(
      (poster && style !== 'eventTicket') || (semantic && style !== 'boardingPass'),
      'apple.preferredStyleSchemes',
      `has a layout of another style, and this pass is a ${style}; set style, or leave it out`,
    ),
    ...warnIf(
      poster && style === 'eventTicket' && missing.length > 0,
      'semantics',
      `lacks ${missing.join(', ')}, without which Wallet shows the ticket in its older layout`,
    ),
  ]
}

function isNewBarcode(barcode: unknown): boolean {
  return isObject(barcode) && /(?:Code39|Codabar|EAN13|I2of5)$/.test(String(barcode.format))
}

function findBarcodeWarnings(barcode: unknown, path: string): Warning[] {
  if (!isObject(barcode) || typeof barcode.message !== 'string') return []
  const symbology = symbologiesByFormat.get(String(barcode.format))
  const { length } = barcode.message
  const max = symbology?.readableLength ?? Infinity
  return warnIf(
    length > max,
    path,
    `has ${length} characters; a ${symbology?.name} code of more than ${max} has bars so narrow that scanners do not read it from a phone; make it shorter, or use a QR code`,
  )
}

function isPast(instant: string | undefined, now: Date): boolean {
  return instant !== undefined && Date.parse(instant) < now.getTime()
}

function findGroupWarnings(spec: PassSpec, group: FieldGroup): Warning[] {
  const style = chooseStyle(spec)
  return (spec[group] ?? []).flatMap((field, index) =>
    findIgnoredProperties({ field, group, style }).map(({ property, message }) => ({
      path: `${group}[${index}].${property}`,
      message,
    })),
  )
}
