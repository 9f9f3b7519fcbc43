import { expect } from 'vitest'
import { type PassFile, toPassFile } from '../../../src/apple/signing/archive.ts'

// What passkit-generator 3.6.1 does wrong.

const web = { authenticationToken: 'sixteen-characters' }

/** `keys` of pass.json become `output`; the error `engine_cannot` names `refusedPaths`. */
export const changed: { name: string; keys: object; output: object; refusedPaths: string[] }[] = [
  {
    name: 'an expiration date with an offset becomes UTC',
    keys: { expirationDate: '2027-03-04T18:30:00+01:00' },
    output: { expirationDate: '2027-03-04T17:30:00.000Z' },
    refusedPaths: ['expirationDate'],
  },
  {
    // Wallet reads it, so it is no reason to refuse the pass.
    name: 'a date in UTC gets milliseconds',
    keys: { expirationDate: '2027-03-04T18:30:00Z' },
    output: { expirationDate: '2027-03-04T18:30:00.000Z' },
    refusedPaths: [],
  },
  {
    name: 'a date without seconds gets seconds',
    keys: { relevantDate: '2027-03-04T18:30Z' },
    output: { relevantDate: '2027-03-04T18:30:00.000Z' },
    refusedPaths: ['relevantDate'],
  },
  {
    name: 'relevant dates with an offset become UTC',
    keys: {
      relevantDates: [
        { startDate: '2027-03-04T18:30:00+01:00', endDate: '2027-03-04T20:30:00+01:00' },
      ],
    },
    output: {
      relevantDates: [
        { startDate: '2027-03-04T17:30:00.000Z', endDate: '2027-03-04T19:30:00.000Z' },
      ],
    },
    refusedPaths: ['relevantDates[0].startDate', 'relevantDates[0].endDate'],
  },
  {
    name: 'the start of an event with an offset becomes UTC',
    keys: { semantics: { eventStartDateInfo: { date: '2027-03-04T18:30:00+01:00' } } },
    output: { semantics: { eventStartDateInfo: { date: '2027-03-04T17:30:00.000Z' } } },
    refusedPaths: ['semantics.eventStartDateInfo.date'],
  },
  {
    name: 'an unknown key is dropped, without a warning',
    keys: { trackBagsURL: 'https://example.com', later: 1 },
    output: { trackBagsURL: undefined, later: undefined },
    refusedPaths: ['trackBagsURL', 'later'],
  },
  {
    name: 'the older form of a barcode is dropped, without a warning',
    keys: { barcode: { format: 'PKBarcodeFormatQR', message: '1', messageEncoding: 'utf-8' } },
    output: { barcode: undefined },
    refusedPaths: ['barcode'],
  },
  {
    name: 'an unknown semantic tag is dropped, without a warning',
    keys: { semantics: { venuePlaceID: 'I1', venueName: 'Hall' } },
    output: { semantics: { venueName: 'Hall' } },
    refusedPaths: ['semantics.venuePlaceID'],
  },
  {
    name: 'a number in a string becomes a number',
    keys: { maxDistance: '100' },
    output: { maxDistance: 100 },
    refusedPaths: ['maxDistance'],
  },
  {
    name: 'the second of two fields with the same key is dropped',
    keys: { generic: { backFields: [field('a'), field('a'), field('b')] } },
    output: { generic: expect.objectContaining({ backFields: [field('a'), field('b')] }) },
    refusedPaths: ['generic.backFields[1]'],
  },
  {
    name: 'the additional fields of a poster are dropped',
    keys: { generic: undefined, posterGeneric: { additionalInfoFields: [field('a')] } },
    output: { posterGeneric: expect.not.objectContaining({ additionalInfoFields: [field('a')] }) },
    refusedPaths: ['posterGeneric.additionalInfoFields'],
  },
]

/** One such value discards the whole pass.json with only a console.warn. */
export const dropped: { name: string; keys: object; refusedPath: string }[] = [
  { name: 'a colour by name', keys: { labelColor: 'red' }, refusedPath: 'labelColor' },
  { name: 'a negative distance', keys: { maxDistance: -1 }, refusedPath: 'maxDistance' },
  { name: 'an empty text', keys: { logoText: '' }, refusedPath: 'logoText' },
  {
    name: 'an alignment by a short name',
    keys: { generic: { backFields: [{ ...field('a'), textAlignment: 'center' }] } },
    refusedPath: 'generic.backFields[0].textAlignment',
  },
  {
    name: "Apple's documented form of a relevant date",
    keys: { relevantDates: [{ date: '2027-03-04T18:30:00.000Z' }] },
    refusedPath: 'relevantDates[0]',
  },
  {
    name: 'a capability that Apple documents',
    keys: { semantics: { passengerCapabilities: ['PKPassengerCapabilityLapInfant'] } },
    refusedPath: 'semantics.passengerCapabilities[0]',
  },
]

/** passkit-generator accepts these, so the service must refuse them. */
export const accepted: { name: string; keys: object }[] = [
  {
    name: 'eleven locations',
    keys: { locations: Array.from({ length: 11 }, () => ({ latitude: 0, longitude: 0 })) },
  },
  { name: 'a latitude of 1000', keys: { locations: [{ latitude: 1000, longitude: 0 }] } },
  { name: 'a colour inside other text', keys: { labelColor: 'xx#abc-zz' } },
  {
    name: 'a URL inside other text',
    keys: { ...web, webServiceURL: 'see http://a' },
  },
  {
    name: 'an NFC message of 80 bytes',
    keys: { nfc: { message: 'ü'.repeat(40), encryptionPublicKey: 'not a key' } },
  },
]

/** Files that it changes or leaves out. */
export const files: { name: string; file: PassFile; output: string | undefined }[] = [
  { name: 'manifest in its name', file: file('my-manifest.png', 'x'), output: undefined },
  { name: 'signature in its name', file: file('signature-line.png', 'x'), output: undefined },
  { name: 'no content', file: file('empty.txt', ''), output: undefined },
  {
    name: 'translations without spaces',
    file: file('de.lproj/pass.strings', '"Member"="Mitglied";'),
    output: undefined,
  },
  {
    name: 'translations in UTF-16',
    file: toPassFile(
      'de.lproj/pass.strings',
      Buffer.from('\ufeff"Member" = "Mitglied";', 'utf16le'),
    ),
    output: undefined,
  },
  {
    name: 'a translation given twice',
    file: file('de.lproj/pass.strings', '"Member" = "Glied";\n"Member" = "Mitglied";'),
    output: '"Member" = "Mitglied";',
  },
  {
    name: 'a personalization without NFC',
    file: file('personalization.png', 'x'),
    output: undefined,
  },
]

function field(key: string) {
  return { key, value: `the value of ${key}` }
}

function file(name: string, text: string): PassFile {
  return toPassFile(name, Buffer.from(text))
}
