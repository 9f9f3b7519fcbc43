import assert from 'node:assert/strict'
import { chooseStyle, imageSlotNames, passKeys } from '@passwright/shared/schema'
import type { VerifiedPass } from '../passes/verify-pass.ts'
import { computeContrast, toRgb } from '../web/contrast.ts'

type Body = Record<string, unknown>

/** Throws unless the pass has exactly what the normalized request body says. */
export function assertPassMatches(request: Body, { passJson, files }: VerifiedPass): void {
  assertTexts(request, passJson)
  const style = chooseStyle(request)
  assertFields(request, passJson[style] as Body)
  assertAppleKeys(request, passJson)
  assertBarcode(request, passJson)
  assertDatesAndLocations(request, passJson)
  assertColors(request, passJson)
  const given = imageSlotNames.filter((slot) => request[`${slot}URL`] !== undefined)
  const images = [...new Set(['icon', ...given])]
  const expected = images.flatMap((name) =>
    ['', '@2x', '@3x'].map((scale) => `${name}${scale}.png`),
  )
  const found = [...files.keys()].filter((name) => name.endsWith('.png'))
  assert.deepEqual(found.sort(), expected.sort())
}

/** What is Apple's own stands in pass.json as it was given. */
function assertAppleKeys(request: Body, passJson: Body): void {
  const { apple } = request
  for (const [key, value] of Object.entries((apple ?? {}) as Body)) {
    assert.deepEqual(passJson[key], value, key)
  }
  for (const key of [
    'nfc',
    'semantics',
    'userInfo',
    'associatedStoreIdentifiers',
    'appLaunchURL',
    'groupingIdentifier',
    'beacons',
  ]) {
    assert.deepEqual(passJson[key], request[key], key)
  }
}

function assertTexts(request: Body, passJson: Body): void {
  assert.deepEqual(
    Object.keys(passJson).filter((key) => !Object.hasOwn(passKeys, key)),
    [],
  )
  assert.equal(passJson.formatVersion, 1)
  const isTitleInField = !(request.primaryFields as Body[] | undefined)?.length
  assert.equal(passJson.logoText, request.logoText ?? (isTitleInField ? undefined : request.title))
  if (request.organizationName !== undefined)
    assert.equal(passJson.organizationName, request.organizationName)
  if (request.description !== undefined) assert.equal(passJson.description, request.description)
  for (const required of [passJson.organizationName, passJson.description]) {
    assert.match(String(required), /\S/)
  }
}

const groups = ['headerFields', 'primaryFields', 'secondaryFields', 'auxiliaryFields', 'backFields']

function assertFields(request: Body, style: Body): void {
  const given = (group: string) => (request[group] ?? []) as Body[]
  const {
    title,
    locale,
    cardLabel = locale === 'de' ? 'KARTE' : 'CARD',
    label,
    value = '',
  } = request
  const first: Record<string, Body[]> = {
    primaryFields:
      title === undefined || given('primaryFields').length > 0
        ? []
        : [{ label: cardLabel, value: title }],
    secondaryFields: label === undefined && request.value === undefined ? [] : [{ label, value }],
  }
  const keys: unknown[] = []
  for (const group of groups) {
    const expected = [...(first[group] ?? []), ...given(group)]
    const shown = (style[group] ?? []) as Body[]
    assert.equal(shown.length, expected.length, group)
    for (const [index, field] of expected.entries()) {
      const { key, ...found } = shown[index] ?? {}
      const { key: expectedKey, ...expectedField } = withAppleConstants(withDates(field))
      assert.deepEqual(found, expectedField, `${group}[${index}]`)
      assert.match(String(key), /\S/)
      if (expectedKey !== undefined) assert.equal(key, expectedKey)
      keys.push(key)
    }
  }
  assert.equal(new Set(keys).size, keys.length, `field keys are not unique: ${keys}`)
}

/** A day alone is the same day everywhere, and dates have no fraction of a second; with the style none it is a text. */
function withDates(field: Body): Body {
  const { value, dateStyle, timeStyle } = field
  const isNone = (style: unknown) => /^(?:PKDateStyleNone|none|undefined)$/.test(String(style))
  if (isNone(dateStyle) && isNone(timeStyle)) return field
  return String(value).length === 10
    ? { ...field, value: `${value}T12:00:00Z`, ignoresTimeZone: true }
    : { ...field, value: withoutFraction(value) }
}

function withoutFraction(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/\.\d+(?=Z"|[+-]\d\d:\d\d")/g, ''))
}

const prefixes: Record<string, string> = {
  textAlignment: 'PKTextAlignment',
  dateStyle: 'PKDateStyle',
  timeStyle: 'PKDateStyle',
  numberStyle: 'PKNumberStyle',
  dataDetectorTypes: 'PKDataDetectorType',
}

function withAppleConstants(field: Body): Body {
  const entries = Object.entries(field).filter(([, value]) => value !== undefined)
  const constant = (prefix: string, name: unknown) =>
    String(name).startsWith('PK')
      ? name
      : prefix + String(name).replace(/^./, (letter) => letter.toUpperCase())
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const prefix = prefixes[name]
      if (prefix === undefined) return [name, value]
      return [
        name,
        Array.isArray(value) ? value.map((one) => constant(prefix, one)) : constant(prefix, value),
      ]
    }),
  )
}

function assertBarcode(request: Body, passJson: Body): void {
  const { barcodeValue, barcodeFormat = 'QR', barcodeAltText } = request
  if (barcodeValue === undefined) {
    assert.equal(passJson.barcodes, undefined)
    return
  }
  const [barcode, ...others] = passJson.barcodes as Body[]
  const { messageEncoding, ...rest } = barcode ?? {}
  assert.equal(others.length, 0)
  assert.deepEqual(rest, {
    format: `PKBarcodeFormat${barcodeFormat}`,
    message: barcodeValue,
    ...(barcodeAltText === undefined ? {} : { altText: barcodeAltText }),
  })
  const encodings: Record<string, BufferEncoding> = { 'iso-8859-1': 'latin1', 'utf-8': 'utf8' }
  const encoding = encodings[String(messageEncoding)]
  assert.equal(Buffer.from(String(barcodeValue), encoding).toString(encoding), barcodeValue)
}

const DAY_MS = 24 * 60 * 60 * 1000

function assertDatesAndLocations(request: Body, passJson: Body): void {
  for (const key of ['relevantDate', 'relevantDates', 'locations', 'maxDistance']) {
    const given = request[key]
    assert.deepEqual(passJson[key], given === undefined ? undefined : withoutFraction(given), key)
  }
  assert.equal(passJson.sharingProhibited, request.sharingProhibited ?? true)
  if (request.expirationDays === undefined) {
    const given = request.expirationDate
    const end = String(given).length === 10 ? `${given}T23:59:59Z` : given
    assert.equal(passJson.expirationDate, end === undefined ? undefined : withoutFraction(end))
    return
  }
  assert.match(String(passJson.expirationDate), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const days = (Date.parse(String(passJson.expirationDate)) - Date.now()) / DAY_MS
  // Within an hour, longer than any test run.
  assert.ok(Math.abs(days - Number(request.expirationDays)) < 1 / 24, `expires in ${days} days`)
}

function assertColors(request: Body, passJson: Body): void {
  const { backgroundColor, foregroundColor, labelColor } = passJson
  if (request.color !== undefined) assert.equal(backgroundColor, toRgb(String(request.color)))
  const texts = { foregroundColor, labelColor }
  for (const [name, color] of Object.entries(texts)) {
    if (request[name] !== undefined) assert.equal(color, toRgb(String(request[name])))
    else {
      const ratio = computeContrast(color, backgroundColor)
      assert.ok(ratio >= 4.5, `${name} has a contrast of only ${ratio}:1`)
    }
  }
}
