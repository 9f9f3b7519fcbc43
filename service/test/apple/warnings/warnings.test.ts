import { fields } from '@passwright/shared'
import { type PassSpec, PassSpec as Spec } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { findPassWarnings } from '../../../src/apple/warnings/warnings.ts'

const now = new Date('2027-06-05T12:00:00Z')
const past = '2027-06-05T13:59:59+02:00'
const future = '2027-06-05T14:00:01+02:00'

const find = (spec: PassSpec) => findPassWarnings(Spec.parse({ title: 'Club', ...spec }), now)
const inGroup = (group: string, field: object): PassSpec => ({
  [group]: [{ value: 'x', ...field }],
})
const today = { value: future, dateStyle: 'short' }

describe('a warning', () => {
  it.each<[what: string, spec: PassSpec, path: string, message: RegExp]>([
    [
      'born expired',
      { expirationDate: past },
      'expirationDate',
      /Wallet shows the pass as expired/,
    ],
    ['born expired yesterday', { expirationDate: '2027-06-04' }, 'expirationDate', /a later date/],
    ['relevant in the past', { relevantDate: past }, 'relevantDate', /lock screen/],
    ['relevant on a past date', { relevantDates: [{ date: past }] }, 'relevantDates[0]', /lock/],
    [
      'relevant in a period that is over',
      { relevantDates: [{ date: future }, { startDate: '2027-06-01T00:00Z', endDate: past }] },
      'relevantDates[1]',
      /lock screen/,
    ],
    ['a distance without locations', { maxDistance: 100 }, 'maxDistance', /locations/],
    [
      'a change message without %@',
      { secondaryFields: [{ value: 1 }, { value: 2, changeMessage: 'New points!' }] },
      'secondaryFields[1].changeMessage',
      /no notification.*"You now have %@ points"/,
    ],
    [
      'an alignment of a primary field',
      inGroup('primaryFields', { textAlignment: 'right' }),
      'primaryFields[0].textAlignment',
      /ignored/,
    ],
    [
      'an alignment of a back field',
      inGroup('backFields', { textAlignment: 'right' }),
      'backFields[0].textAlignment',
      /ignored/,
    ],
    [
      'links on the front',
      inGroup('auxiliaryFields', { dataDetectorTypes: ['link'] }),
      'auxiliaryFields[0].dataDetectorTypes',
      /backFields/,
    ],
    [
      'an attributed value on the front',
      inGroup('headerFields', { attributedValue: 'x' }),
      'headerFields[0].attributedValue',
      /backFields/,
    ],
    ['a row', inGroup('auxiliaryFields', { row: 1 }), 'auxiliaryFields[0].row', /event ticket/],
    [
      'a row of a secondary field',
      { style: 'eventTicket', ...inGroup('secondaryFields', { row: 1 }) },
      'secondaryFields[0].row',
      /auxiliary/,
    ],
    [
      'more header fields than the front shows',
      { headerFields: Array(4).fill({ value: 1 }) },
      'headerFields',
      /has 4 fields, and Wallet shows 3/,
    ],
    [
      'more primary fields than a ticket shows',
      { style: 'eventTicket', primaryFields: [{ value: 1 }, { value: 2 }] },
      'primaryFields',
      /shows one on the front of the style eventTicket/,
    ],
    [
      'a third primary field of a boarding pass',
      { style: 'boardingPass', transitType: 'air', primaryFields: Array(3).fill({ value: 1 }) },
      'primaryFields',
      /shows 2/,
    ],
    [
      'more secondary and auxiliary fields than a coupon shows together',
      {
        style: 'coupon',
        value: 'x',
        secondaryFields: [{ value: 1 }, { value: 2 }],
        auxiliaryFields: [{ value: 3 }, { value: 4 }],
      },
      'auxiliaryFields',
      /5 fields together.*shows 4/,
    ],
    [
      'the same of a generic pass with a square barcode',
      {
        barcodeValue: '1',
        secondaryFields: Array(3).fill({ value: 1 }),
        auxiliaryFields: Array(2).fill({ value: 1 }),
      },
      'auxiliaryFields',
      /square barcode/,
    ],
    [
      'a Code128 that no scanner reads',
      { barcodeValue: 'x'.repeat(81), barcodeFormat: 'Code128' },
      'barcodeValue',
      /81 characters.*QR code/,
    ],
    [
      'a new barcode without a QR code after it',
      {
        apple: {
          barcodes: [
            { format: 'PKBarcodeFormatEAN13', message: '4006381333931', messageEncoding: 'utf-8' },
          ],
        },
      },
      'apple.barcodes',
      /iOS 27/,
    ],
    ['NFC', { nfc: { message: '1', encryptionPublicKey: 'x' } }, 'nfc', /enabled for NFC/],
    [
      'a translation of no text',
      { localizations: { de: { Club: 'Verein', Clubs: 'Vereine' } } },
      'localizations.de',
      /translates "Clubs"/,
    ],
    [
      'a poster ticket without its tags',
      {
        style: 'eventTicket',
        apple: { preferredStyleSchemes: ['posterEventTicket', 'eventTicket'] },
        semantics: { eventName: 'A', venueName: 'B', venueRoom: 'C' },
      },
      'semantics',
      /lacks venueRegionName/,
    ],
    [
      'a layout of another style',
      { style: 'coupon', apple: { preferredStyleSchemes: ['semanticBoardingPass'] } },
      'apple.preferredStyleSchemes',
      /this pass is a coupon/,
    ],
    [
      'a relative text',
      inGroup('backFields', { isRelative: true }),
      'backFields[0].isRelative',
      /dateStyle/,
    ],
    [
      'a text without a time zone',
      inGroup('backFields', { ignoresTimeZone: true }),
      'backFields[0].ignoresTimeZone',
      /dateStyle/,
    ],
  ])('tells of %s, and what to write instead', (_, spec, path, message) => {
    expect(find(spec)).toEqual([{ path, message: expect.stringMatching(message) }])
  })

  it.each<[what: string, spec: PassSpec]>([
    ['a Code128 of 80 characters', { barcodeValue: 'x'.repeat(80), barcodeFormat: 'Code128' }],
    [
      'two rows of an event ticket',
      { style: 'eventTicket', auxiliaryFields: Array(8).fill({ value: 1, row: 1 }) },
    ],
    [
      'four fields together',
      {
        style: 'storeCard',
        secondaryFields: [{ value: 1 }],
        auxiliaryFields: Array(3).fill({ value: 1 }),
      },
    ],
    ['dates to come', { expirationDate: future, relevantDate: future }],
    ['today as the last day', { expirationDate: '2027-06-05' }],
    ['a period that has begun', { relevantDates: [{ startDate: past, endDate: future }] }],
    ['a change message with %@', inGroup('primaryFields', { changeMessage: 'Now %@' })],
    ['an alignment that Wallet shows', inGroup('headerFields', { textAlignment: 'right' })],
    ['links on the back', inGroup('backFields', { dataDetectorTypes: [], attributedValue: 'x' })],
    ['a relative date', inGroup('backFields', { ...today, isRelative: true })],
    ['a date in its own zone', inGroup('backFields', { ...today, ignoresTimeZone: true })],
    ['what is switched off', inGroup('backFields', { isRelative: false, ignoresTimeZone: false })],
    ['a distance with locations', { maxDistance: 9, locations: [{ latitude: 1, longitude: 2 }] }],
  ])('is not given for %s', (_, spec) => {
    expect(find(spec)).toEqual([])
  })

  it('is not given for the samples of the documentation', () => {
    const known = Object.keys(Spec.shape)
    // The sample of nfc needs a certificate of another kind.
    const samples = fields.filter(({ path }) => known.includes(path) && path !== 'nfc')
    const spec = Object.fromEntries(samples.map(({ path, sample }) => [path, sample]))
    expect(findPassWarnings(Spec.parse(spec), new Date('2027-01-01T00:00Z'))).toEqual([])
  })

  it('of NFC is not given when Apple has enabled the certificate', () => {
    const spec = Spec.parse({ title: 'Club', nfc: { message: '1', encryptionPublicKey: 'x' } })
    expect(findPassWarnings(spec, now, true)).toEqual([])
  })

  it('is one of at most 100', () => {
    const field = {
      value: 'x',
      row: 1,
      changeMessage: 'x',
      textAlignment: 'left',
      isRelative: true,
    }
    expect(find({ backFields: Array(50).fill(field) })).toHaveLength(100)
  })
})
