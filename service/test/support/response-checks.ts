import assert from 'node:assert/strict'
import { contrastOf, rgbOf } from './contrast.ts'
import type { JudgedPass } from './verify-pass.ts'

type Body = Record<string, unknown>

/** Throws unless the pass holds what the body asked for, word by word. */
export function assertHolds(asked: Body, { passJson, files }: JudgedPass): void {
  assertTexts(asked, passJson)
  assertFields(asked, passJson.generic as Body)
  assertBarcode(asked, passJson)
  assertWhenAndWhere(asked, passJson)
  assertColors(asked, passJson)
  const images = ['icon', ...(asked.logoURL === undefined ? [] : ['logo'])]
  const expected = images.flatMap((name) =>
    ['', '@2x', '@3x'].map((scale) => `${name}${scale}.png`),
  )
  const found = [...files.keys()].filter((name) => name.endsWith('.png'))
  assert.deepEqual(found.sort(), expected.sort())
}

const known = new Set([
  ...['formatVersion', 'passTypeIdentifier', 'serialNumber', 'teamIdentifier', 'organizationName'],
  ...['description', 'logoText', 'backgroundColor', 'foregroundColor', 'labelColor', 'barcodes'],
  ...['expirationDate', 'relevantDate', 'relevantDates', 'locations', 'maxDistance'],
  ...['sharingProhibited', 'generic'],
])

function assertTexts(asked: Body, passJson: Body): void {
  assert.deepEqual(
    Object.keys(passJson).filter((key) => !known.has(key)),
    [],
  )
  assert.equal(passJson.formatVersion, 1)
  assert.equal(passJson.logoText, asked.logoText ?? asked.title)
  if (asked.organizationName !== undefined)
    assert.equal(passJson.organizationName, asked.organizationName)
  if (asked.description !== undefined) assert.equal(passJson.description, asked.description)
  for (const required of [passJson.organizationName, passJson.description]) {
    assert.match(String(required), /\S/)
  }
}

const groups = ['headerFields', 'primaryFields', 'secondaryFields', 'auxiliaryFields', 'backFields']

function assertFields(asked: Body, style: Body): void {
  const given = (group: string) => (asked[group] ?? []) as Body[]
  const { title, cardLabel = 'CARD', label, value = '' } = asked
  const first: Record<string, Body[]> = {
    primaryFields:
      title === undefined || given('primaryFields').length > 0
        ? []
        : [{ label: cardLabel, value: title }],
    secondaryFields: label === undefined && asked.value === undefined ? [] : [{ label, value }],
  }
  const keys: unknown[] = []
  for (const group of groups) {
    const expected = [...(first[group] ?? []), ...given(group)]
    const shown = (style[group] ?? []) as Body[]
    assert.equal(shown.length, expected.length, group)
    for (const [index, field] of expected.entries()) {
      const { key, ...found } = shown[index] ?? {}
      const { key: wanted, ...wish } = withAppleConstants(field)
      assert.deepEqual(found, wish, `${group}[${index}]`)
      assert.match(String(key), /\S/)
      if (wanted !== undefined) assert.equal(key, wanted)
      keys.push(key)
    }
  }
  assert.equal(new Set(keys).size, keys.length, `field keys are not unique: ${keys}`)
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

function assertBarcode(asked: Body, passJson: Body): void {
  const { barcodeValue, barcodeFormat = 'QR', barcodeAltText } = asked
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

function assertWhenAndWhere(asked: Body, passJson: Body): void {
  for (const kept of ['relevantDate', 'relevantDates', 'locations', 'maxDistance']) {
    assert.deepEqual(passJson[kept], asked[kept], kept)
  }
  assert.equal(passJson.sharingProhibited, asked.sharingProhibited ?? true)
  if (asked.expirationDays === undefined) {
    assert.equal(passJson.expirationDate, asked.expirationDate)
    return
  }
  assert.match(String(passJson.expirationDate), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
  const days = (Date.parse(String(passJson.expirationDate)) - Date.now()) / DAY_MS
  // Within an hour, which no run of properties lasts.
  assert.ok(Math.abs(days - Number(asked.expirationDays)) < 1 / 24, `expires in ${days} days`)
}

function assertColors(asked: Body, passJson: Body): void {
  const { backgroundColor, foregroundColor, labelColor } = passJson
  if (asked.color !== undefined) assert.equal(backgroundColor, rgbOf(String(asked.color)))
  const texts = { foregroundColor, labelColor }
  for (const [name, color] of Object.entries(texts)) {
    if (asked[name] !== undefined) assert.equal(color, rgbOf(String(asked[name])))
    else {
      const ratio = contrastOf(color, backgroundColor)
      assert.ok(ratio >= 4.5, `${name} has a contrast of ${ratio}:1 only`)
    }
  }
}
