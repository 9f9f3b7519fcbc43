import { isObject } from '@passwright/shared'
import { chooseStyle, type PassSpec } from '@passwright/shared/schema'
import { z } from 'zod'
import type { PassJson } from '../../apple/pass-json.ts'
import { truncate } from '../../text/plain-text.ts'
import { type Barcode, findBarcode } from './barcode.ts'
import { type ClassOwner, toClassId } from './class.ts'
import { type GoogleField, listFields, readFields } from './fields.ts'
import { createLocalize, type LocalizedString } from './localized.ts'
import { chooseLayout, type Layout, placeFields } from './rows.ts'
import { buildTextModules, type TextModule } from './texts.ts'
import { type GoogleSlotName, genericTypes, limits, type ObjectState } from './wallet-words.ts'

/** What an object is made of: the pass as Apple's Wallet gets it, and what only Google needs. */
export interface ObjectSource {
  serialNumber: string
  spec: PassSpec
  /** Without the field that carries messages: Google has messages of its own. */
  passJson: PassJson
  /** Empty when it is not known. */
  organizationName: string
  state: ObjectState
  /** The addresses of the images. */
  images: { [Slot in GoogleSlotName]?: string }
}

/** A `GenericObject`, as far as we fill it; what is absent is taken away by a PATCH. */
export interface GoogleObject {
  id: string
  classId: string
  state: ObjectState
  genericType: string
  cardTitle: LocalizedString
  header: LocalizedString
  subheader?: LocalizedString | undefined
  hexBackgroundColor?: string | undefined
  logo?: Image | undefined
  wideLogo?: Image | undefined
  heroImage?: Image | undefined
  imageModulesData: { id: string; mainImage: Image }[]
  barcode?: Barcode | undefined
  textModulesData: TextModule[]
  linksModuleData: { uris: { id: string; uri: string; description: string }[] }
  validTimeInterval?: { end: { date: string } } | undefined
  merchantLocations: { latitude: number; longitude: number }[]
  groupingInfo?: { groupingId: string } | undefined
}

interface Image {
  sourceUri: { uri: string }
  contentDescription: LocalizedString
}

const optionalText = z.string().optional().catch(undefined)

const Shown = z.object({
  logoText: optionalText,
  organizationName: optionalText,
  description: optionalText,
  backgroundColor: optionalText,
  expirationDate: optionalText,
  groupingIdentifier: optionalText,
  barcodes: z.array(z.unknown()).catch([]),
  locations: z.array(z.unknown()).catch([]),
})

/** The layout that a pass needs as it is now. */
export function chooseObjectLayout({ spec, passJson }: Pick<ObjectSource, 'spec' | 'passJson'>) {
  const style = chooseStyle(spec)
  return chooseLayout(readFields(passJson, style, spec.locale ?? 'en'), style)
}

/**
 * Builds the object of a pass. Pure: no clock, no network. Every pass is a generic one, since only that
 * kind carries its look itself. `layout` is that of its class.
 * https://developers.google.com/wallet/reference/rest/v1/genericobject
 */
export function buildObject(
  source: ObjectSource,
  owner: ClassOwner,
  layout: Layout = chooseObjectLayout(source),
): GoogleObject {
  const { spec, passJson, images } = source
  const style = chooseStyle(spec)
  const shown = Shown.parse(passJson)
  const localize = createLocalize(spec)
  const fields = readFields(passJson, style, spec.locale ?? 'en')
  const placement = placeFields(fields, style, layout)
  const header = findText([placement.header.text, shown.description], 'Pass')
  const { label } = placement.header
  const description = findText([shown.description], 'Pass')
  const toImage = (uri: string | undefined): Image | undefined =>
    uri === undefined
      ? undefined
      : { sourceUri: { uri }, contentDescription: localize(description) }
  const details = toImage(images.details)
  return {
    id: toObjectId(owner, source),
    classId: toClassId(owner, layout),
    state: source.state,
    genericType: genericTypes[style],
    cardTitle: localize(
      cut(findText([shown.logoText, source.organizationName, spec.title, header], 'Pass')),
    ),
    header: localize(cut(header)),
    subheader: label.trim() === '' ? undefined : localize(cut(label)),
    hexBackgroundColor: toHex(shown.backgroundColor),
    logo: toImage(images.logo),
    wideLogo: toImage(images.wideLogo),
    heroImage: toImage(images.hero),
    imageModulesData: details ? [{ id: 'picture', mainImage: details }] : [],
    barcode: findBarcode(shown.barcodes),
    textModulesData: buildTextModules(placement, localize),
    linksModuleData: { uris: buildLinks(listFields(fields)) },
    validTimeInterval:
      shown.expirationDate === undefined ? undefined : { end: { date: shown.expirationDate } },
    merchantLocations: shown.locations.flatMap(toLocation).slice(0, limits.locations),
    groupingInfo:
      shown.groupingIdentifier === undefined ? undefined : { groupingId: shown.groupingIdentifier },
  }
}

/** The id of a pass at Google, which it keeps for ever. */
export function toObjectId(
  { issuerId }: Pick<ClassOwner, 'issuerId'>,
  { serialNumber }: Pick<ObjectSource, 'serialNumber'>,
): string {
  return `${issuerId}.${serialNumber}`
}

function findText(candidates: (string | undefined)[], otherwise: string): string {
  return candidates.find((text) => text !== undefined && text.trim() !== '') ?? otherwise
}

function cut(text: string): string {
  return truncate(text, limits.headerCharacters)
}

function buildLinks(fields: readonly GoogleField[]) {
  return fields
    .flatMap(({ label, links }) => links.map((link) => ({ ...link, label })))
    .slice(0, limits.links)
    .map(({ uri, description, label }, index) => ({
      id: `l${index + 1}`,
      uri,
      description: findText([description, label], uri),
    }))
}

/** `rgb(30, 64, 175)` → `#1e40af`. */
function toHex(color: string | undefined): string | undefined {
  const channels = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(color ?? '')
  if (!channels) return undefined
  const digits = channels.slice(1).map((value) => Math.min(255, Number(value)).toString(16))
  return `#${digits.map((each) => each.padStart(2, '0')).join('')}`
}

function toLocation(location: unknown) {
  const { latitude, longitude } = isObject(location) ? location : {}
  return typeof latitude === 'number' && typeof longitude === 'number'
    ? [{ latitude, longitude }]
    : []
}
