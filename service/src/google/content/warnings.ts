import { isObject } from '@passwright/shared'
import {
  chooseStyle,
  fieldGroups,
  type ImageSlotName,
  type PassSpec,
  showsDate,
  styles,
} from '@passwright/shared/schema'
import { chooseMessageEncoding } from '../../apple/barcodes.ts'
import type { PassJson } from '../../apple/pass-json.ts'
import type { Warning } from '../../apple/warnings.ts'
import { type GoogleField, listFields, readFields } from './fields.ts'
import { foldDetails, listDetails } from './object.ts'
import { chooseLayout, type Layout, placeFields } from './rows.ts'
import { barcodeTypes, limits } from './wallet-words.ts'

/** What of a pass is compared with what Google shows. */
export interface WarningSource {
  spec: PassSpec
  passJson: PassJson
  /** The slots in which the pass has images. */
  imageSlots: readonly ImageSlotName[]
  /** Whether Google can fetch them. */
  isReachable: boolean
  /** That of its class, if it has one; else the one that suits it. */
  layout?: Layout | undefined
}

const MAX_WARNINGS = 100

/** Finds what of a pass Google Wallet will not show as asked; paths are those of pass.json. Pure. */
export function findGoogleWarnings(source: WarningSource): Warning[] {
  const found = [
    ...findLostKeys(source),
    ...findLostImages(source),
    ...findBarcodeWarnings(source),
    ...findLocationWarnings(source),
    ...findFieldWarnings(source),
  ]
  return found.slice(0, MAX_WARNINGS)
}

/** Everything of a spec that Google does not show, one row each, with what happens instead. */
const lostKeys: { [Key in keyof PassSpec]?: string } = {
  foregroundColor: 'is not used by Google Wallet, which chooses the color of texts itself',
  labelColor: 'is not used by Google Wallet, which chooses the color of labels itself',
  relevantDate: 'is not used by Google Wallet, which reminds nobody of such a pass',
  relevantDates: 'are not used by Google Wallet, which reminds nobody of such a pass',
  beacons: 'are not used by Google Wallet, which knows no beacons; add locations',
  maxDistance: 'is not used by Google Wallet, which chooses the distance to a location itself',
  nfc: 'is not used by Google Wallet; readers get nothing from a phone with Android',
  associatedStoreIdentifiers: 'are apps for iPhones, which Google Wallet does not offer',
  appLaunchURL: 'opens an app on iPhones only; Google Wallet does not use it',
  semantics: 'are not used by Google Wallet',
  userInfo: 'is for an app on iPhones; Google Wallet does not use it',
}

/** Keys of pass.json under `apple` that Google shows as well as our own fields of the same name. */
const sharedKeys: ReadonlySet<string> = new Set([
  'logoText',
  'organizationName',
  'description',
  'backgroundColor',
  'expirationDate',
  'groupingIdentifier',
  'barcodes',
  'locations',
  'voided',
  ...styles,
])

function findLostKeys({ spec }: WarningSource): Warning[] {
  const lost: Record<string, string | undefined> = lostKeys
  const { apple = {} } = spec
  const style = chooseStyle(spec)
  const dictionary = apple[style]
  const groups: readonly string[] = fieldGroups
  return [
    ...Object.entries(spec)
      .filter(([, value]) => value !== undefined)
      .flatMap(([path]) => toWarning(path, lost[path])),
    ...Object.keys(apple)
      .filter((key) => !sharedKeys.has(key))
      .flatMap((key) =>
        toWarning(
          `apple.${key}`,
          lost[key] ?? 'is for Apple Wallet only; Google Wallet has nothing like it',
        ),
      ),
    ...Object.keys(isObject(dictionary) ? dictionary : {})
      .filter((key) => !groups.includes(key))
      .flatMap((key) =>
        toWarning(
          `apple.${style}.${key}`,
          'is for Apple Wallet only; Google Wallet has nothing like it',
        ),
      ),
    ...toWarning(
      'sharingProhibited',
      spec.sharingProhibited === true
        ? 'only hides a button of Apple Wallet; in Google Wallet whoever has the link can save the pass'
        : undefined,
    ),
    ...toWarning(
      'style',
      style === 'boardingPass'
        ? 'is shown by Google Wallet as a plain card: nobody is told there of gates or delays'
        : undefined,
    ),
  ]
}

function toWarning(path: string, message: string | undefined): Warning[] {
  return message === undefined ? [] : [{ path, message }]
}

/** The slots of Apple's that Google has no place for. */
const lostSlots: { [Slot in ImageSlotName]?: string } = {
  background: 'is not shown by Google Wallet; a stripURL is, as the banner of the card',
  footer: 'is not shown by Google Wallet',
}

const unreachable =
  'is not shown by Google Wallet while PUBLIC_URL is not https: Google could not fetch it'

function findLostImages({ imageSlots, isReachable }: WarningSource): Warning[] {
  return imageSlots.flatMap((slot) =>
    toWarning(
      `${slot}URL`,
      lostSlots[slot] ?? (isReachable ? explainHidden(slot, imageSlots) : unreachable),
    ),
  )
}

/** The icon stands for a logo that is not there. */
function explainHidden(slot: ImageSlotName, all: readonly ImageSlotName[]): string | undefined {
  return slot === 'icon' && all.includes('logo')
    ? 'is not shown by Google Wallet beside a logoURL'
    : undefined
}

function findBarcodeWarnings({ passJson, spec }: WarningSource): Warning[] {
  const { barcodes } = passJson
  const entries: unknown[] = Array.isArray(barcodes) ? barcodes : []
  if (entries.length === 0) return []
  const shown = entries.findIndex(
    (each) => isObject(each) && barcodeTypes[String(each.format)] !== undefined,
  )
  const barcode = entries[shown]
  if (!isObject(barcode)) {
    return [
      {
        path: 'apple.barcodes',
        message: 'have no code that Google Wallet can show; add a QR code',
      },
    ]
  }
  const isWide = chooseMessageEncoding(String(barcode.message)) === 'utf-8'
  const isQr = barcodeTypes[String(barcode.format)] === 'QR_CODE'
  return [
    ...toWarning(
      `barcodes[${shown}].message`,
      isWide && !isQr
        ? 'has characters for which Google Wallet chooses the encoding itself, so that scanners may read others; use a QR code'
        : undefined,
    ),
    ...toWarning(
      'barcodeAltText',
      spec.barcodeAltText === ''
        ? 'is empty, and Google Wallet may show the value instead'
        : undefined,
    ),
  ]
}

function findLocationWarnings({ spec }: WarningSource): Warning[] {
  return (spec.locations ?? []).flatMap(({ relevantText, altitude }, index) => [
    ...toWarning(
      `locations[${index}].relevantText`,
      relevantText === undefined
        ? undefined
        : 'is not shown by Google Wallet, which has words of its own for a pass that is near',
    ),
    ...toWarning(
      `locations[${index}].altitude`,
      altitude === undefined ? undefined : 'is not used by Google Wallet',
    ),
  ])
}

function findFieldWarnings({ spec, passJson, layout }: WarningSource): Warning[] {
  const style = chooseStyle(spec)
  const fields = readFields(passJson, style, spec.locale ?? 'en')
  const placement = placeFields(fields, style, layout ?? chooseLayout(fields, style))
  const shown = placement.rows.flat().length
  const details = listDetails(placement)
  const [, folded] = foldDetails(details, limits.textModules - shown)
  const links = listFields(fields).flatMap((field) => field.links.map(() => field))
  const heading = [...placement.header.text].length > limits.headerCharacters
  return [
    ...toWarnings(
      heading ? placement.header.fields : [],
      `is longer than the ${limits.headerCharacters} characters that Google Wallet shows on the card; all of it stands in the details`,
    ),
    ...toWarnings(
      placement.crowdedOut,
      `finds no room on the card of Google Wallet, which has rows of ${limits.itemsPerRow}; it stands in the details`,
    ),
    ...toWarnings(
      folded,
      `stands in the details of Google Wallet with others in one text, since it shows ${limits.textModules} texts at most`,
    ),
    ...toWarnings(
      [...placement.rows.flat(), ...details].filter(
        ({ text }) => text.length > limits.bodyCharacters,
      ),
      `is cut for Google Wallet after ${limits.bodyCharacters} characters`,
    ),
    ...toWarnings(
      joinedLength(folded) > limits.bodyCharacters ? folded : [],
      `may be cut for Google Wallet, where the last text has ${limits.bodyCharacters} characters at most`,
    ),
    ...toWarnings(
      [...new Set(links.slice(limits.links))],
      `has links beyond the ${limits.links} that Google Wallet shows`,
    ),
    ...findFormatWarnings(passJson, style),
  ]
}

function joinedLength(fields: readonly GoogleField[]): number {
  return fields.reduce((sum, { label, text }) => sum + label.length + text.length + 3, 0)
}

function toWarnings(fields: readonly GoogleField[], message: string): Warning[] {
  return fields.map(({ path }) => ({ path, message }))
}

interface FormatWarning {
  property: string
  applies: (field: Record<string, unknown>, group: string, style: string) => boolean
  message: string
}

/** One row for each way to format a value that Google does not have: it gets texts. */
const formatWarnings: readonly FormatWarning[] = [
  {
    property: 'isRelative',
    applies: (field) => field.isRelative === true && showsDate(field),
    message: 'is not used by Google Wallet, which gets the date itself',
  },
  {
    property: 'timeStyle',
    applies: (field) => showsDate({ timeStyle: field.timeStyle }) && field.ignoresTimeZone !== true,
    message:
      'is written out for Google Wallet in the offset of the value, whatever the time zone of the phone; with ignoresTimeZone both wallets show the same',
  },
  {
    property: 'dateStyle',
    applies: (field) =>
      showsDate({ dateStyle: field.dateStyle }) &&
      !showsDate({ timeStyle: field.timeStyle }) &&
      field.ignoresTimeZone !== true,
    message:
      'is written out for Google Wallet in the offset of the value, whatever the time zone of the phone; with ignoresTimeZone both wallets show the same',
  },
  {
    property: 'numberStyle',
    applies: ({ numberStyle }) => numberStyle === 'PKNumberStyleSpellOut',
    message: 'is written in digits for Google Wallet',
  },
  {
    property: 'row',
    applies: ({ row }, group, style) =>
      row !== undefined && group === 'auxiliaryFields' && style === 'eventTicket',
    message: 'is not used by Google Wallet, where auxiliary fields have one row',
  },
]

function findFormatWarnings(passJson: PassJson, style: string): Warning[] {
  const dictionary = passJson[style]
  if (!isObject(dictionary)) return []
  return fieldGroups.flatMap((group) => {
    const entries: unknown = dictionary[group]
    return (Array.isArray(entries) ? entries : []).flatMap((field: unknown, index) =>
      formatWarnings
        .filter(({ applies }) => isObject(field) && applies(field, group, style))
        .map(({ property, message }) => ({
          path: `${style}.${group}[${index}].${property}`,
          message,
        })),
    )
  })
}
