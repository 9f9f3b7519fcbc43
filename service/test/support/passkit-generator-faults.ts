import { expect } from 'vitest'
import { type PassFile, toPassFile } from '../../src/apple/signing/archive.ts'

// What passkit-generator 3.6.1 really does where it is wrong.

const web = { authenticationToken: 'sixteen-characters' }

/** What stands under `keys` becomes `kept`; `we` are the paths that engine_cannot names. */
export const changed: { name: string; keys: object; kept: object; we: string[] }[] = [
  {
    name: 'an expiration date with an offset becomes UTC',
    keys: { expirationDate: '2027-03-04T18:30:00+01:00' },
    kept: { expirationDate: '2027-03-04T17:30:00.000Z' },
    we: ['expirationDate'],
  },
  {
    name: 'a date without seconds gets some',
    keys: { relevantDate: '2027-03-04T18:30Z' },
    kept: { relevantDate: '2027-03-04T18:30:00.000Z' },
    we: ['relevantDate'],
  },
  {
    name: 'relevant dates with an offset become UTC',
    keys: {
      relevantDates: [
        { startDate: '2027-03-04T18:30:00+01:00', endDate: '2027-03-04T20:30:00+01:00' },
      ],
    },
    kept: {
      relevantDates: [
        { startDate: '2027-03-04T17:30:00.000Z', endDate: '2027-03-04T19:30:00.000Z' },
      ],
    },
    we: ['relevantDates[0].startDate', 'relevantDates[0].endDate'],
  },
  {
    name: 'the start of an event with an offset becomes UTC',
    keys: { semantics: { eventStartDateInfo: { date: '2027-03-04T18:30:00+01:00' } } },
    kept: { semantics: { eventStartDateInfo: { date: '2027-03-04T17:30:00.000Z' } } },
    we: ['semantics.eventStartDateInfo.date'],
  },
  {
    name: 'a key that it does not know is dropped, and nothing said',
    keys: { trackBagsURL: 'https://example.com', later: 1 },
    kept: { trackBagsURL: undefined, later: undefined },
    we: ['trackBagsURL', 'later'],
  },
  {
    name: 'the older form of a barcode is dropped, and nothing said',
    keys: { barcode: { format: 'PKBarcodeFormatQR', message: '1', messageEncoding: 'utf-8' } },
    kept: { barcode: undefined },
    we: ['barcode'],
  },
  {
    name: 'a tag of semantics that it does not know is dropped, and nothing said',
    keys: { semantics: { venuePlaceID: 'I1', venueName: 'Hall' } },
    kept: { semantics: { venueName: 'Hall' } },
    we: ['semantics.venuePlaceID'],
  },
  {
    name: 'a number that is written as text becomes a number',
    keys: { maxDistance: '100' },
    kept: { maxDistance: 100 },
    we: ['maxDistance'],
  },
  {
    name: 'of two fields with one key the second is dropped',
    keys: { generic: { backFields: [field('a'), field('a'), field('b')] } },
    kept: { generic: expect.objectContaining({ backFields: [field('a'), field('b')] }) },
    we: ['generic.backFields[1]'],
  },
  {
    name: 'the further fields of a poster are dropped',
    keys: { generic: undefined, posterGeneric: { additionalInfoFields: [field('a')] } },
    kept: { posterGeneric: expect.not.objectContaining({ additionalInfoFields: [field('a')] }) },
    we: ['posterGeneric.additionalInfoFields'],
  },
]

/** One value, and the whole pass.json is gone, with nothing but a console.warn. */
export const dropped: { name: string; keys: object; we: string }[] = [
  { name: 'a colour by name', keys: { labelColor: 'red' }, we: 'labelColor' },
  { name: 'a negative distance', keys: { maxDistance: -1 }, we: 'maxDistance' },
  { name: 'an empty text', keys: { logoText: '' }, we: 'logoText' },
  {
    name: 'an alignment by a short name',
    keys: { generic: { backFields: [{ ...field('a'), textAlignment: 'center' }] } },
    we: 'generic.backFields[0].textAlignment',
  },
  {
    name: "Apple's documented form of a relevant date",
    keys: { relevantDates: [{ date: '2027-03-04T18:30:00.000Z' }] },
    we: 'relevantDates[0]',
  },
  {
    name: 'a capability that Apple documents',
    keys: { semantics: { passengerCapabilities: ['PKPassengerCapabilityLapInfant'] } },
    we: 'semantics.passengerCapabilities[0]',
  },
]

/** Taken as it is, so to refuse it is for us. */
export const taken: { name: string; keys: object }[] = [
  {
    name: 'eleven locations',
    keys: { locations: Array.from({ length: 11 }, () => ({ latitude: 0, longitude: 0 })) },
  },
  { name: 'a latitude of 1000', keys: { locations: [{ latitude: 1000, longitude: 0 }] } },
  { name: 'a colour in the midst of other text', keys: { labelColor: 'xx#abc-zz' } },
  {
    name: 'an address in the midst of other text',
    keys: { ...web, webServiceURL: 'see http://a' },
  },
  {
    name: 'an NFC message of 80 bytes',
    keys: { nfc: { message: 'ü'.repeat(40), encryptionPublicKey: 'not a key' } },
  },
]

/** Files that do not arrive as they were given. */
export const files: { name: string; file: PassFile; kept: string | undefined }[] = [
  { name: 'manifest in its name', file: file('my-manifest.png', 'x'), kept: undefined },
  { name: 'signature in its name', file: file('signature-line.png', 'x'), kept: undefined },
  { name: 'nothing in it', file: file('empty.txt', ''), kept: undefined },
  {
    name: 'translations without spaces',
    file: file('de.lproj/pass.strings', '"Member"="Mitglied";'),
    kept: undefined,
  },
  {
    name: 'translations in UTF-16',
    file: toPassFile(
      'de.lproj/pass.strings',
      Buffer.from('\ufeff"Member" = "Mitglied";', 'utf16le'),
    ),
    kept: undefined,
  },
  {
    name: 'a translation given twice',
    file: file('de.lproj/pass.strings', '"Member" = "Glied";\n"Member" = "Mitglied";'),
    kept: '"Member" = "Mitglied";',
  },
  {
    name: 'a personalization without NFC',
    file: file('personalization.png', 'x'),
    kept: undefined,
  },
]

function field(key: string) {
  return { key, value: `the value of ${key}` }
}

function file(name: string, text: string): PassFile {
  return toPassFile(name, Buffer.from(text))
}
