import { describe, expect, it } from 'vitest'
import { findShapeIssues, passJsonShape, passKeys, semanticTags } from './schema/index.ts'

const pass = {
  formatVersion: 1,
  passTypeIdentifier: 'pass.com.example.card',
  serialNumber: '1',
  teamIdentifier: 'A1B2C3D4E5',
  organizationName: 'Club',
  description: 'Card',
  generic: { primaryFields: [{ key: 'a', value: 1 }] },
}
const find = (more: object) =>
  findShapeIssues(passJsonShape, { ...pass, ...more }, '').map(
    ({ reason, path }) => `${reason} ${path}`,
  )

describe('Apple’s tables', () => {
  it('accept a small pass and one with every type of value', () => {
    expect(find({})).toEqual([])
    expect(
      find({
        backgroundColor: 'rgb(1, 2, 255)',
        relevantDates: [{ date: '2027-06-05T19:30+02:00' }],
        nfc: { message: 'ü'.repeat(32), encryptionPublicKey: 'x' },
        semantics: { seats: [{ seatRow: '3', seatSectionColor: 'rgb(0,0,0)' }], flightNumber: 7 },
        userInfo: [{ any: null }],
        posterGeneric: { footerFields: [] },
        beacons: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70', major: 65535 }],
        appLaunchURL: 'club-app:open?x=1',
      }),
    ).toEqual([])
  })

  it.each<[more: object, issue: string]>([
    [{ description: undefined }, 'missing description'],
    [{ colour: 'red' }, 'unknown colour'],
    [{ backgroundColor: 'rgb(1, 2, 256)' }, 'type backgroundColor'],
    [{ backgroundColor: '#112233' }, 'type backgroundColor'],
    [{ expirationDate: '2027-06-05T19:30+0200' }, 'type expirationDate'],
    [{ locations: [{ latitude: 91, longitude: 0 }] }, 'range locations[0].latitude'],
    [{ locations: Array(11).fill({ latitude: 0, longitude: 0 }) }, 'range locations'],
    [{ beacons: [{ proximityUUID: 'x' }] }, 'type beacons[0].proximityUUID'],
    [{ nfc: { message: 'ü'.repeat(33), encryptionPublicKey: '' } }, 'range nfc.message'],
    [
      { barcodes: [{ format: 'QR', message: '1', messageEncoding: 'utf-8' }] },
      'type barcodes[0].format',
    ],
    [
      { barcodes: [{ format: 'PKBarcodeFormatQR', message: '1' }] },
      'missing barcodes[0].messageEncoding',
    ],
    [{ generic: { primaryFields: [{ key: 'a' }] } }, 'missing generic.primaryFields[0].value'],
    [{ generic: { transitType: 'PKTransitTypeAir' } }, 'unknown generic.transitType'],
    [{ boardingPass: {} }, 'missing boardingPass.transitType'],
    [{ semantics: { seats: {} } }, 'type semantics.seats'],
    [{ semantics: { flightNumber: '7' } }, 'type semantics.flightNumber'],
    [{ semantics: { eventType: 'PKEventTypeParty' } }, 'type semantics.eventType'],
    [
      { semantics: { totalPrice: { amount: '1', currencyCode: 'XXQ' } } },
      'type semantics.totalPrice.currencyCode',
    ],
    [{ voided: 'yes' }, 'type voided'],
    [
      { featuredActions: Array(3).fill({ identifier: 'a', type: 'call' }) },
      'range featuredActions',
    ],
    [{ associatedStoreIdentifiers: ['1'] }, 'type associatedStoreIdentifiers[0]'],
    [JSON.parse('{"constructor":{}}'), 'unknown constructor'],
  ])('find what Wallet would refuse: %j', (more, issue) => {
    expect(find(more)).toEqual([issue])
  })

  it('have every key once and more than a hundred tags', () => {
    expect(Object.keys(semanticTags).length).toBeGreaterThan(100)
    expect(Object.keys(passKeys).length).toBeGreaterThan(60)
  })
})
