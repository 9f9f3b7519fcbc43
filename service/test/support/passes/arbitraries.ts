import { type Field, type FieldKind, fields, type ItemField } from '@passwright/shared'
import {
  chooseStyle,
  PassRequest,
  passKeys,
  type Shape,
  type Style,
  semanticTags,
  styles,
} from '@passwright/shared/schema'
import fc from 'fast-check'
import { z } from 'zod'
import { createTinyPng } from '../images/png.ts'
import { createPng } from '../verify/pass-kit.ts'
import { anyValue } from './shape-values.ts'

type Body = Record<string, unknown>

/** The JSON Schema of one value in a request. */
interface Bounds {
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
  enum?: string[]
  anyOf?: Bounds[]
  items?: Bounds
  properties?: Record<string, Bounds>
}

const schema: Bounds = JSON.parse(
  JSON.stringify(
    z.toJSONSchema(z.object(PassRequest.shape), { io: 'input', unrepresentable: 'any' }),
  ),
)

/** Valid bodies: any fields of the table, each with any valid value. */
export function acceptedBody(): fc.Arbitrary<Body> {
  // An externalId would update an earlier pass, and the identity and the mail server are the operator's.
  const free = fields.filter(
    ({ key }) => !['externalId', 'passTypeIdentifier', 'email'].includes(key),
  )
  return fc
    .record(toRecord(free, schema), { requiredKeys: [] })
    .chain((body) => fc.tuple(fc.constant(body), titleText, barcodeText(body.barcodeFormat)))
    .map(([body, title, barcodeValue]) => makeConsistent(body, title, barcodeValue))
}

/** A date with time and offset in every format that Wallet accepts. */
const instant = fc
  .record({
    at: fc.date({ min: new Date('0001-01-02'), max: new Date('9998-12-30'), noInvalidDate: true }),
    seconds: fc.constantFrom('', ':07', ':59.5', ':00.123456789'),
    zone: fc.constantFrom('Z', '+00:00', '-00:00', '+01:00', '-11:30', '+14:00', '+05:45'),
  })
  .map(({ at, seconds, zone }) => `${at.toISOString().slice(0, 16)}${seconds}${zone}`)

/** Any characters except NUL, which no field accepts. */
const anyText = (maxLength: number) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength }),
      fc.string({ unit: 'binary', maxLength }),
      fc.constantFrom('', ' ', '\u202e\u2028', '{{name}}', '"; drop table pass; --', '<b>'),
    )
    .map((text) => text.replaceAll('\0', ''))

const filled = (text: fc.Arbitrary<string>) => text.filter((one) => one.trim() !== '')
const titleText = filled(anyText(64))

const number = ({ minimum, exclusiveMinimum, maximum }: Bounds) =>
  fc
    .oneof(
      fc.double({ min: minimum ?? exclusiveMinimum ?? -1e15, max: maximum ?? 1e15, noNaN: true }),
      fc.integer({ min: Math.ceil(minimum ?? 1), max: Math.floor(maximum ?? 1e6) }),
    )
    // JSON has no negative zero.
    .map((one) => one + 0)
    .filter((one) => one !== exclusiveMinimum)

/** Images that are tiny, wide, tall and large. */
const pictures = [createTinyPng(), createPng(320, 40), createPng(30, 200), createPng(400, 300)].map(
  (png) => `data:image/png;base64,${png.toString('base64')}`,
)

/** Keys of pass.json that no field of ours has, so that a test can look for them as they were given. */
const furtherKeys = Object.entries<Shape>(passKeys).filter(
  ([key, { since = 0 }]) =>
    since > 0 &&
    !['posterGeneric', 'featuredActions', 'relevantDates', 'upcomingPassInformation'].includes(key),
)

const anyOf = (shapes: readonly (readonly [string, Parameters<typeof anyValue>[0]])[]) =>
  fc.record(Object.fromEntries(shapes.map(([key, shape]) => [key, anyValue(shape)])), {
    requiredKeys: [],
  })

const jsonValues: Record<string, fc.Arbitrary<unknown>> = {
  semantics: anyOf(Object.entries(semanticTags)),
  apple: anyOf(furtherKeys),
  userInfo: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.constantFrom(null, true, 48.5, 'Text', ['a', { deep: [null] }]),
    { maxKeys: 4 },
  ),
  localizations: fc.constantFrom(
    { de: { Member: 'Mitglied "A" \\ B\n' }, 'zh-Hans': { Member: '会员' } },
    { 'pt-BR': {} },
  ),
}

/** For each kind of field, an arbitrary of its valid values. */
const byKind: Record<
  FieldKind,
  (bounds: Bounds, field: Field | ItemField) => fc.Arbitrary<unknown>
> = {
  text: ({ maxLength = 200, minLength = 0 }, { isExact }) =>
    isExact
      ? fc.stringMatching(/^[!-~](?:[ -~]{0,20}[!-~])?$/)
      : minLength > 0
        ? filled(anyText(maxLength))
        : anyText(maxLength),
  longText: () =>
    fc.constantFrom('plain', '<a href="https://club.example/?a=1&b=2">Terms</a>', '1 > 0'),
  textOrNumber: () => fc.oneof(anyText(300), number({})),
  choice: ({ enum: choices = [] }) => fc.constantFrom(...choices),
  choices: ({ items }) => fc.subarray((items?.enum ?? []).slice(0, 4)),
  color: () => fc.integer({ min: 0, max: 0xfffffff }).map(hexColor),
  image: () => fc.constantFrom(...pictures),
  integer: ({ minimum = 0, maximum = 1000 }) => fc.integer({ min: minimum, max: maximum }),
  number,
  boolean: () => fc.boolean(),
  instant: () => instant,
  object: ({ properties }, field) =>
    fc.record(
      toRecord('items' in field ? (field.items ?? []) : [], { properties: properties ?? {} }),
    ),
  list: ({ items = {}, maxItems = 10 }, field) =>
    fc.array(toItem(field, items), { maxLength: Math.min(maxItems, 12) }),
  json: (_, { key, sample }) => jsonValues[key] ?? fc.constant(sample),
  pairs: () =>
    fc.dictionary(
      filled(anyText(64)).filter((key) => key !== '__proto__'),
      anyText(500),
      { maxKeys: 20 },
    ),
}

function toRecord(rows: readonly (Field | ItemField)[], { properties = {} }: Bounds) {
  const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'XAU')
  return Object.fromEntries(
    rows.map((row) => [
      row.path,
      row.path === 'currencyCode' ? currency : byKind[row.kind](properties[row.path] ?? {}, row),
    ]),
  )
}

/** A valid entry of a list; where its parts must agree, they do. */
function toItem(field: Field | ItemField, bounds: Bounds): fc.Arbitrary<unknown> {
  const items = 'items' in field ? (field.items ?? []) : []
  const entry = toRecord(items, bounds)
  if (field.key === 'relevantDates') {
    const ordered = fc
      .tuple(instant, instant)
      .map((both) => both.sort((a, b) => Date.parse(a) - Date.parse(b)))
    return fc.oneof(
      fc.record({ date: instant }),
      fc.record({ startDate: instant }),
      ordered.map(([startDate, endDate]) => ({ startDate, endDate })),
    )
  }
  if (field.key === 'locations') {
    return fc.record(entry, { requiredKeys: ['latitude', 'longitude'] })
  }
  if (field.key === 'beacons') {
    return fc.record({ ...entry, proximityUUID: fc.uuid() }, { requiredKeys: ['proximityUUID'] })
  }
  const shown = fc.record(entry, { requiredKeys: ['value'] })
  return fc.tuple(shown, instant, number({})).map(([given, when, amount]) => {
    const { numberStyle, currencyCode, ...rest } = given as Body
    if (rest.timeStyle) return { ...rest, value: when }
    if (rest.dateStyle) return { ...rest, value: when.slice(0, amount < 0 ? 10 : undefined) }
    if (currencyCode) return { ...rest, currencyCode, value: amount }
    return numberStyle ? { ...rest, numberStyle, value: amount } : given
  })
}

function barcodeText(format: unknown): fc.Arbitrary<string> {
  const ascii = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 400 })
  const any = fc.oneof(ascii, fc.string({ unit: 'binary', minLength: 1, maxLength: 270 }))
  return (format === 'Code128' ? ascii : any).map((text) => text.replaceAll('\0', '0'))
}

/** Makes fields agree with each other as the schema demands. */
function makeConsistent(all: Body, title: string, barcodeValue: string): Body {
  const given = keepShown(all)
  const { barcodeFormat, barcodeAltText, expirationDate, ...body } = given
  const barcode = { barcodeFormat, barcodeAltText, barcodeValue }
  const seen = new Set<unknown>()
  const withoutRepeatedKeys = (entry: Body) => {
    const { key, ...rest } = entry
    if (key === undefined || !seen.has(key)) return seen.add(key) && entry
    return rest
  }
  const groups = Object.entries(body).flatMap(([name, value]) =>
    name.endsWith('Fields') && Array.isArray(value)
      ? [[name, value.map(withoutRepeatedKeys)] as const]
      : [],
  )
  return JSON.parse(
    JSON.stringify({
      ...(hasTitle(body) ? {} : { title }),
      ...body,
      ...Object.fromEntries(groups),
      ...(body.barcodeValue === undefined ? {} : barcode),
      ...(body.expirationDays === undefined && expirationDate !== undefined
        ? { expirationDate: shortenSome(String(expirationDate)) }
        : {}),
    }),
  )
}

/** Without the fields that the style does not show, and those that say nothing alone. */
function keepShown({ transitType = 'air', appLaunchURL, ...body }: Body): Body {
  const style = chooseStyle({
    style: styles.find((each: Style) => each === body.style),
    stripURL: body.stripURL,
  })
  const shown = Object.entries(body).filter(([path]) => {
    const shownIn = fields.find((field) => field.path === path)?.styles ?? styles
    const isHidden = ['thumbnailURL', 'backgroundURL'].includes(path) && body.stripURL !== undefined
    return shownIn.includes(style) && !isHidden
  })
  return {
    ...Object.fromEntries(shown),
    ...(style === 'boardingPass' ? { transitType } : {}),
    ...(appLaunchURL !== undefined && body.associatedStoreIdentifiers !== undefined
      ? { appLaunchURL: 'https://club.example/app' }
      : {}),
  }
}

/** Every date without seconds becomes a day alone. */
function shortenSome(date: string): string {
  return /T\d\d:\d\dZ$/.test(date) ? date.slice(0, 10) : date
}

function hasTitle({ title, logoText, primaryFields }: Body): boolean {
  const isFilled = Array.isArray(primaryFields) && primaryFields.length > 0
  return title !== undefined || (typeof logoText === 'string' && logoText.trim() !== '') || isFilled
}

function hexColor(n: number): string {
  const digits = n.toString(16).padStart(7, '0')
  return digits.startsWith('0') ? `#${digits.slice(1, 4)}` : `#${digits.slice(1)}`
}
