import { generateKeyPairSync } from 'node:crypto'
import type { FindingCode } from '../../../src/apple/verify/report/findings.ts'
import type { BrokenPass } from './broken-passes.ts'
import type { Json, PassKit } from './pass-kit.ts'

const curve384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64')

const replaced =
  (change: (json: string) => string | Buffer) =>
  (kit: PassKit): Buffer =>
    kit.seal({ ...kit.files(), 'pass.json': Buffer.from(change(JSON.stringify(kit.json()))) })

const withKeys =
  (changes: Json, style = 'generic') =>
  (kit: PassKit) =>
    kit.seal(kit.files(kit.json(style, changes)))

/** One more field in a group of the style. */
const withField =
  (field: Json, group = 'secondaryFields', style = 'generic') =>
  (kit: PassKit): Buffer => {
    const json: Json = kit.json(style)
    const dictionary = json[style] as Record<string, Json[]>
    const fields = [...(dictionary[group] ?? []), { key: 'added', value: 'x', ...field }]
    return kit.seal(kit.files({ ...json, [style]: { ...dictionary, [group]: fields } }))
  }

const withBarcode = (changes: Json) => (kit: PassKit) => {
  const [barcode] = kit.json().barcodes as Json[]
  return kit.seal(kit.files(kit.json('generic', { barcodes: [{ ...barcode, ...changes }] })))
}

const row = (code: FindingCode, name: string, build: BrokenPass['build']): BrokenPass => ({
  code,
  name,
  build,
})

const required = [
  'formatVersion',
  'passTypeIdentifier',
  'teamIdentifier',
  'serialNumber',
  'organizationName',
  'description',
]
const location = { latitude: 48, longitude: 16 }

/** Passes whose pass.json is broken; they are signed well. */
export const brokenJson: readonly BrokenPass[] = [
  row(
    'pass_json_unreadable',
    'no JSON in pass.json',
    replaced((json) => json.slice(0, -1)),
  ),
  row(
    'pass_json_unreadable',
    'a trailing comma',
    replaced((json) => `${json.slice(0, -1)},}`),
  ),
  row(
    'pass_json_unreadable',
    'a byte-order mark',
    replaced((json) => `\ufeff${json}`),
  ),
  row(
    'pass_json_unreadable',
    'Latin-1',
    replaced((json) => Buffer.from(json, 'latin1')),
  ),
  row(
    'pass_json_unreadable',
    'a list',
    replaced((json) => `[${json}]`),
  ),
  ...required.map((key) => row('key_missing', `no ${key}`, withKeys({ [key]: undefined }))),
  row('key_missing', 'a blank description', withKeys({ description: ' ' })),
  row('key_missing', 'a field without a key', withField({ key: undefined })),
  row('key_missing', 'a field without a value', withField({ value: undefined })),
  row('key_missing', 'a boarding pass without transitType', (kit) => {
    const { transitType: _, ...dictionary } = kit.json('boardingPass').boardingPass as Json
    return kit.seal(kit.files(kit.json('boardingPass', { boardingPass: dictionary })))
  }),
  row('key_unknown', 'a misspelt expirationDate', withKeys({ expiratonDate: '2099-01-01T00:00Z' })),
  row('value_type', 'a serial number without quotes', withKeys({ serialNumber: 42 })),
  row('value_type', 'voided as a text', withKeys({ voided: 'false' })),
  row('value_type', 'barcodes that are no list', withKeys({ barcodes: {} })),
  row('value_type', 'a field that is a text', (kit) =>
    kit.seal(kit.files(kit.json('generic', { generic: { primaryFields: ['x'] } }))),
  ),
  row('value_type', 'a null', withKeys({ logoText: null })),
  row(
    'value_type',
    'a number as a text beside numberStyle',
    withField({ value: '4.5', numberStyle: 'PKNumberStyleDecimal' }),
  ),
  row(
    'value_type',
    'a store identifier as a text',
    withKeys({ associatedStoreIdentifiers: ['1'] }),
  ),
  row(
    'value_unknown',
    'a date style of another library',
    withField({ value: '2027-06-05T19:30Z', dateStyle: 'short' }),
  ),
  row(
    'value_unknown',
    'a text alignment in other letters',
    withField({ textAlignment: 'PKTextAlignmentleft' }),
  ),
  row('value_unknown', 'a barcode format of another library', withBarcode({ format: 'QR' })),
  row('value_unknown', 'a transit type', (kit) => {
    const dictionary = kit.json('boardingPass').boardingPass as Json
    const changed = { ...dictionary, transitType: 'PKTransitTypePlane' }
    return kit.seal(kit.files(kit.json('boardingPass', { boardingPass: changed })))
  }),
  row('value_range', 'a latitude of 91', withKeys({ locations: [{ ...location, latitude: 91 }] })),
  row(
    'value_range',
    'a beacon beyond 16 bits',
    withKeys({
      beacons: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70', major: 65_536 }],
    }),
  ),
  row('value_type', 'a beacon without a UUID', withKeys({ beacons: [{ proximityUUID: 'x' }] })),
  row('date_form', 'a date without a zone', withKeys({ expirationDate: '2099-06-05T19:30:00' })),
  row(
    'date_form',
    'an offset without a colon',
    withKeys({ expirationDate: '2099-06-05T19:30:00+0000' }),
  ),
  row('date_form', 'a day alone', withKeys({ relevantDate: '2099-06-05' })),
  row('date_form', 'the 30th of February', withKeys({ relevantDate: '2099-02-30T10:00Z' })),
  row(
    'date_form',
    'a field with a dateStyle and no date',
    withField({ dateStyle: 'PKDateStyleShort' }),
  ),
  row('color_form', 'a colour with dashes', withKeys({ backgroundColor: 'rgb(255-255-255)' })),
  row('color_form', 'a colour beyond 255', withKeys({ labelColor: 'rgb(256, 0, 0)' })),
  row('color_form', 'a colour by name', withKeys({ foregroundColor: 'red' })),
  row('color_notation', 'a colour of the web', withKeys({ backgroundColor: '#1e40af' })),
  row(
    'color_notation',
    'a transparent colour',
    withKeys({ labelColor: 'rgba(255, 255, 255, 0.75)' }),
  ),
  row('format_version', 'formatVersion in quotes', withKeys({ formatVersion: '1' })),
  row('format_version', 'formatVersion 2', withKeys({ formatVersion: 2 })),
  row('style_missing', 'no style', withKeys({ generic: undefined })),
  row('style_several', 'two styles', withKeys({ coupon: {} })),
  row('field_key_duplicate', 'a key twice', withField({ key: 'member' })),
  row(
    'currency_and_number_style',
    'currencyCode beside numberStyle',
    withField({
      value: 4,
      currencyCode: 'EUR',
      numberStyle: 'PKNumberStyleDecimal',
    }),
  ),
  row(
    'currency_unknown',
    'a currency that does not exist',
    withField({ value: 4, currencyCode: 'QQQ' }),
  ),
  row('change_message', 'a changeMessage without %@', withField({ changeMessage: 'Changed' })),
  row(
    'property_ignored',
    'an alignment on the back',
    withField({ textAlignment: 'PKTextAlignmentLeft' }, 'backFields'),
  ),
  row('property_ignored', 'a row in a generic pass', withField({ row: 1 }, 'auxiliaryFields')),
  row('fields_hidden', 'a second primary field', withField({}, 'primaryFields')),
  row(
    'too_many',
    'eleven locations',
    withKeys({ locations: Array.from({ length: 11 }, () => location) }),
  ),
  row(
    'barcode_encoding',
    'a character that Latin-1 does not have',
    withBarcode({ message: '日本' }),
  ),
  row(
    'barcode_encoding',
    'an encoding that does not exist',
    withBarcode({ messageEncoding: 'utf-88' }),
  ),
  row('key_missing', 'a barcode without an encoding', withBarcode({ messageEncoding: undefined })),
  row('barcode_content', 'an empty barcode', withBarcode({ message: '' })),
  row(
    'barcode_content',
    'Code 128 with umlauts',
    withBarcode({ format: 'PKBarcodeFormatCode128', message: 'Zoë' }),
  ),
  row('barcode_content', 'a barcode that is too long', withBarcode({ message: 'x'.repeat(3_000) })),
  {
    ...row('nfc_message', 'a long NFC message', withNfc({ message: 'ü'.repeat(40) })),
    follows: 'nfc_certificate',
  },
  {
    ...row('nfc_key', 'an NFC key on another curve', withNfc({ encryptionPublicKey: curve384 })),
    follows: 'nfc_certificate',
  },
  row('nfc_certificate', 'NFC without such a certificate', withNfc({})),
  row(
    'web_service_url',
    'a web service without TLS',
    withKeys({ webServiceURL: 'http://passes.example.com' }),
  ),
  row(
    'web_service_url',
    'a web service that is no address',
    withKeys({ webServiceURL: 'see our site' }),
  ),
  row('web_service_slash', 'a slash at the end', withKeys({ webServiceURL: 'https://a.example/' })),
  row('authentication_token', 'a short token', withKeys({ authenticationToken: 'short' })),
  row('authentication_token', 'no token', withKeys({ authenticationToken: undefined })),
  row('app_launch', 'appLaunchURL alone', withKeys({ appLaunchURL: 'club://card' })),
  row('grouping', 'a group of generic passes', withKeys({ groupingIdentifier: 'g' })),
  row('pass_expired', 'an expired pass', withKeys({ expirationDate: '2020-01-01T00:00:00Z' })),
  row('pass_voided', 'a voided pass', withKeys({ voided: true })),
  row(
    'pass_type_differs',
    'another pass type',
    withKeys({ passTypeIdentifier: 'pass.com.example.other' }),
  ),
  row('team_differs', 'another team', withKeys({ teamIdentifier: 'OTHER12345' })),
]

function withNfc(changes: Json): BrokenPass['build'] {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64')
  return withKeys({ nfc: { message: 'member', encryptionPublicKey: key, ...changes } })
}
