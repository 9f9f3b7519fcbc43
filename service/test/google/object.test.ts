import type { walletobjects_v1 } from '@googleapis/walletobjects'
import {
  chooseStyle,
  imageSlotNames,
  normalizePassRequest,
  PassRequest,
  type PassSpec,
} from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildPassJson } from '../../src/apple/pass-json.ts'
import { parseGoogleCredentials } from '../../src/google/api/credentials.ts'
import { buildSaveLink } from '../../src/google/api/jwt.ts'
import { buildClass, parseClassLayout } from '../../src/google/content/class.ts'
import { listFields, readFields } from '../../src/google/content/fields.ts'
import {
  buildObject,
  chooseObjectLayout,
  type ObjectSource,
} from '../../src/google/content/object.ts'
import { toInsertion, toPatch } from '../../src/google/content/patch.ts'
import { findGoogleWarnings } from '../../src/google/content/warnings/warnings.ts'
import { resolveContent } from '../../src/passes/content/resolve.ts'
import { toRequestPath } from '../../src/passes/create/request-paths.ts'
import {
  findClassMistakes,
  findMissing,
  findObjectMistakes,
} from '../support/google/object-rules.ts'
import { createServiceAccount, ISSUER_ID } from '../support/google/service-account.ts'
import { acceptedBody } from '../support/passes/arbitraries.ts'

const owner = { issuerId: ISSUER_ID, publicUrl: 'https://passes.example.com' }
const serialNumber = '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70'
const now = new Date('2027-01-15T09:30:00Z')

const toSource = (spec: PassSpec, images: ObjectSource['images'] = {}): ObjectSource => ({
  serialNumber,
  spec,
  passJson: buildPassJson(spec, {
    serialNumber,
    passTypeIdentifier: 'pass.com.example.card',
    teamIdentifier: 'TEAM',
    organizationName: '',
    voided: false,
  }),
  organizationName: spec.organizationName ?? '',
  state: 'ACTIVE',
  images,
})
const toSpec = (body: Record<string, unknown>): PassSpec =>
  resolveContent(PassRequest.parse(normalizePassRequest(body)), {}, now).spec
const compose = (body: Record<string, unknown>) => buildObject(toSource(toSpec(body)), owner)
const warn = (spec: PassSpec, body: Record<string, unknown> = {}) => {
  const { passJson } = toSource(spec)
  const imageSlots = imageSlotNames.filter((slot) => body[`${slot}URL`] !== undefined)
  return findGoogleWarnings({ spec, passJson, imageSlots, isReachable: true }).map(
    ({ path, message }) => ({ path: toRequestPath(path, spec), message }),
  )
}

const fullBody = {
  title: 'Riverside Climbing Club',
  organizationName: 'Riverside',
  barcodeValue: 'MEMBER-1042',
  barcodeAltText: 'No. 1042',
  color: '#14a',
  headerFields: [{ label: 'Visits', value: 7 }],
  primaryFields: [{ key: 'member', label: 'Member', value: 'Ada Example' }],
  secondaryFields: [
    { label: 'Since', value: '2024-05-01', dateStyle: 'long', ignoresTimeZone: true },
    { label: 'Balance', value: 1234.5, currencyCode: 'EUR' },
  ],
  backFields: [
    {
      label: 'Terms',
      value: 'See online',
      attributedValue: '<a href="https://club.example/a?b=1&amp;c=2">Terms</a>',
    },
    { label: 'Phone', value: '+49 30 1' },
  ],
  expirationDate: '2028-01-31T23:59:59+01:00',
  locations: [{ latitude: 52.5, longitude: 13.4 }],
  groupingIdentifier: 'club',
  locale: 'de',
  localizations: { en: { Member: 'Climber' } },
}

describe('the object of a pass', () => {
  it('says what the pass says, in the language of the pass and with its translations', () => {
    const image = 'https://passes.example.com/images/a.png'
    const source = toSource(toSpec(fullBody), { logo: image, hero: image })
    const object = buildObject(source, owner)
    // Google's own types know every field, and what is in it.
    const typed: walletobjects_v1.Schema$GenericObject = toInsertion(object)
    expect(typed).toEqual({
      id: `${ISSUER_ID}.${serialNumber}`,
      classId: expect.stringMatching(/^\d+\.passwright_[0-9a-f]{8}_1-2-0$/),
      state: 'ACTIVE',
      genericType: 'GENERIC_OTHER',
      cardTitle: text('Riverside Climbing Club'),
      header: text('Ada Example'),
      subheader: text('Member', [{ language: 'en', value: 'Climber' }]),
      hexBackgroundColor: '#1144aa',
      logo: toImage(image),
      heroImage: toImage(image),
      imageModulesData: [],
      barcode: { type: 'QR_CODE', value: 'MEMBER-1042', alternateText: 'No. 1042' },
      textModulesData: [
        { id: 'r1a', header: 'Visits', body: '7' },
        { id: 'r2a', header: 'Since', body: '1. Mai 2024' },
        { id: 'r2b', header: 'Balance', body: '1.234,50\u00a0€' },
        { id: 'b1', header: 'Terms', body: 'Terms' },
        { id: 'b2', header: 'Phone', body: '+49 30 1' },
      ],
      linksModuleData: {
        uris: [{ id: 'l1', uri: 'https://club.example/a?b=1&c=2', description: 'Terms' }],
      },
      validTimeInterval: { end: { date: '2028-01-31T23:59:59+01:00' } },
      merchantLocations: [{ latitude: 52.5, longitude: 13.4 }],
      groupingInfo: { groupingId: 'club' },
    })
    const content: walletobjects_v1.Schema$GenericClass = buildClass(
      owner,
      parseClassLayout(object.classId) ?? [0, 0, 0],
    )
    expect(content.classTemplateInfo?.cardTemplateOverride?.cardRowTemplateInfos).toHaveLength(2)
    expect(findClassMistakes({ ...content })).toEqual([])
    expect(warn(source.spec)).toEqual([])

    function text(value: string, translatedValues: object[] = []) {
      return { defaultValue: { language: 'de', value }, translatedValues }
    }
    function toImage(uri: string) {
      return { sourceUri: { uri }, contentDescription: text('Riverside Climbing Club') }
    }
  })

  it.each([
    ['generic', 'GENERIC_OTHER'],
    ['storeCard', 'GENERIC_LOYALTY_CARD'],
    ['eventTicket', 'GENERIC_ENTRY_TICKET'],
    ['coupon', 'GENERIC_VOUCHER'],
  ])('of the style %s is a %s', (style, genericType) => {
    expect(compose({ title: 'Club', style })).toMatchObject({ genericType })
  })

  it('of a journey names both ends in its largest text', () => {
    const object = compose({
      style: 'boardingPass',
      transitType: 'train',
      primaryFields: [
        { label: 'Berlin', value: 'BER' },
        { label: 'Paris', value: 'CDG' },
      ],
    })
    expect(object.header.defaultValue.value).toBe('BER → CDG')
    expect(object.subheader?.defaultValue.value).toBe('Berlin → Paris')
  })

  it('keeps the class that it began with: what finds no place on the card moves to the details', () => {
    const before = compose({ title: 'Club', value: '1' })
    const spec = toSpec({ title: 'Club', secondaryFields: [{ value: 'one' }, { value: 'two' }] })
    const after = buildObject(toSource(spec), owner, parseClassLayout(before.classId))
    expect(after.classId).toBe(before.classId)
    expect(after.textModulesData.map(({ id, body }) => [id, body])).toEqual([
      ['r2a', 'one'],
      ['b1', 'two'],
    ])
  })

  it('takes away with a PATCH what it does not have, and nothing of others', () => {
    const patch = toPatch(compose({ title: 'Club' }))
    expect(patch).toMatchObject({ subheader: expect.anything(), barcode: null, heroImage: null })
    expect(toPatch(compose({ title: 'Club', barcodeValue: '1' }))).toMatchObject({
      barcode: { alternateText: null, renderEncoding: null },
    })
    expect(Object.keys(patch)).not.toContain('messages')
    expect(Object.keys(patch)).not.toContain('id')
  })

  it.each([
    [{ secondaryFields: Array(4).fill({ value: 'x' }) }, 'secondaryFields[3]', /in the details/],
    [{ backFields: Array(12).fill({ value: 'x' }) }, 'backFields[11]', /with others in one text/],
    [{ backFields: [{ value: 'x'.repeat(5_001) }] }, 'backFields[0]', /is cut/],
    [{ primaryFields: [{ value: 'x'.repeat(201) }] }, 'primaryFields[0]', /is longer than the 200/],
    [{ foregroundColor: '#ffffff' }, 'foregroundColor', /chooses the color/],
    [
      { apple: { backgroundColor: 'rgb(1, 2, 3)', suppressStripShine: true } },
      'apple.suppressStripShine',
      /Apple Wallet only/,
    ],
    [{ barcodeValue: '日本', barcodeFormat: 'Aztec' }, 'barcodeValue', /use a QR code/],
    [
      { value: 'x', auxiliaryFields: [{ value: '2027-03-05T10:00:00Z', timeStyle: 'short' }] },
      'auxiliaryFields[0].timeStyle',
      /ignoresTimeZone/,
    ],
  ])('warns of what Google will show otherwise: %j', (body, path, message) => {
    expect(warn(toSpec({ title: 'Club', ...body }))).toContainEqual({
      path,
      message: expect.stringMatching(message),
    })
  })

  it('stays within all limits, and loses nothing without a warning', () => {
    const run = fc.property(acceptedBody(), (body) => {
      const spec = toSpec(body)
      const source = toSource(spec)
      const object = buildObject(source, owner)
      const insertion = toInsertion(object)
      expect(findObjectMistakes(insertion)).toEqual([])
      expect(findMissing(insertion)).toEqual([])
      const layout = chooseObjectLayout(source)
      expect(findClassMistakes({ ...buildClass(owner, layout) })).toEqual([])
      const warnings = warn(spec, body)
      if (warnings.length >= 100) return
      const paths = warnings.map(({ path }) => path)
      const isWarned = (path: string) =>
        paths.some(
          (each) => each === path || each.startsWith(`${path}.`) || each.startsWith(`${path}[`),
        )
      expect(findLost(spec, source, insertion).filter((path) => !isWarned(path))).toEqual([])
    })
    fc.assert(run, { numRuns: 300 })
  }, 60_000)

  it('is saved by a link that fits wherever links go', () => {
    const { json } = createServiceAccount('https://oauth2.googleapis.com/token')
    const credentials = parseGoogleCredentials(json)
    if (typeof credentials === 'string') throw new Error(credentials)
    const link = buildSaveLink({ credentials }, `${ISSUER_ID}.${serialNumber}`, now)
    expect(link.length).toBeLessThan(1_800)
  })
})

/** What of a spec is not in an object; the paths of a request. */
function findLost(
  spec: PassSpec,
  { passJson }: ObjectSource,
  object: Record<string, unknown>,
): string[] {
  const texts = JSON.stringify(listTexts(object))
  const quote = (text: string) => JSON.stringify(text.trim()).slice(1, -1)
  const isShown = (text: string) => texts.includes(quote(text))
  const own = new Map(Object.entries(spec.localizations?.[spec.locale ?? 'en'] ?? {}))
  const fields = listFields(readFields(passJson, chooseStyle(spec), spec.locale ?? 'en'))
  const isFieldShown = (text: string) => texts.includes(quote(own.get(text) ?? text))
  const lostFields = fields
    .filter(({ label, text }) => !isFieldShown(label) || !isFieldShown(text))
    .map(({ path }) => toRequestPath(path, spec))
  const given = Object.entries(spec).filter(([, value]) => value !== undefined)
  const lostKeys = given.flatMap(([key]) => {
    const isCarried = carried[key]
    return isCarried?.(spec, object, isShown) ? [] : [key]
  })
  return [...lostFields, ...lostKeys]
}

type IsCarried = (
  spec: PassSpec,
  object: Record<string, unknown>,
  isShown: (text: string) => boolean,
) => boolean

const inFields: IsCarried = () => true

/** How each key of a spec is found in an object; one that is not here has to be warned of. */
const carried: Record<string, IsCarried> = {
  // Apple's Wallet does not show it either where there is both a logo text and another large text.
  title: ({ title = '', logoText, primaryFields = [] }, _, isShown) =>
    (logoText !== undefined && primaryFields.length > 0) || isShown(title),
  label: inFields,
  value: inFields,
  headerFields: inFields,
  primaryFields: inFields,
  secondaryFields: inFields,
  auxiliaryFields: inFields,
  backFields: inFields,
  cardLabel: inFields,
  logoText: ({ logoText = '' }, _, isShown) => isShown(logoText),
  // Shown as the sender of messages, and where there is no other title.
  organizationName: () => true,
  // What a screen reader says of an image.
  description: () => true,
  style: ({ style }) => style !== 'boardingPass',
  transitType: ({ style }) => style === 'boardingPass',
  barcodeValue: ({ barcodeValue, apple = {} }, { barcode }) =>
    apple.barcodes !== undefined || JSON.stringify(barcode).includes(JSON.stringify(barcodeValue)),
  barcodeFormat: () => true,
  barcodeAltText: ({ barcodeAltText = '', barcodeValue, apple = {} }, { barcode }) =>
    apple.barcodes !== undefined ||
    barcodeValue === undefined ||
    JSON.stringify(barcode).includes(JSON.stringify(barcodeAltText)),
  color: (_, { hexBackgroundColor }) => hexBackgroundColor !== undefined,
  colorPreset: (_, { hexBackgroundColor }) => hexBackgroundColor !== undefined,
  expirationDate: (_, { validTimeInterval }) => validTimeInterval !== undefined,
  expirationDays: (_, { validTimeInterval }) => validTimeInterval !== undefined,
  locations: ({ locations = [] }, { merchantLocations }) =>
    Array.isArray(merchantLocations) && merchantLocations.length === locations.length,
  groupingIdentifier: ({ groupingIdentifier = '' }, _, isShown) => isShown(groupingIdentifier),
  sharingProhibited: ({ sharingProhibited }) => sharingProhibited === false,
  locale: () => true,
  localizations: () => true,
  // Every key of it is judged by itself.
  apple: () => true,
  logoURL: () => true,
  iconURL: () => true,
  stripURL: () => true,
  thumbnailURL: () => true,
}

function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(listTexts)
}
