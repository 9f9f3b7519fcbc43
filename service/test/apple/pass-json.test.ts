import { fields } from '@passwright/shared'
import type { PassSpec } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { buildPassJson } from '../../src/apple/pass-json.ts'

const identity = {
  serialNumber: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  passTypeIdentifier: 'pass.com.example.card',
  teamIdentifier: 'A1B2C3D4E5',
  organizationName: 'Example GmbH',
  voided: false,
}
const build = (spec: PassSpec) => buildPassJson(spec, identity)

type FieldGroups = Record<string, { key: string; label?: string; value: unknown }[]>
const buildFields = (spec: PassSpec) => build(spec).generic as FieldGroups

describe('the pass.json of a spec', () => {
  it('is complete for WalletWallet’s fields', () => {
    const spec = {
      title: 'Coffee Rewards',
      label: 'Member',
      value: 'Gold Status',
      barcodeValue: 'LOYALTY-98765',
      barcodeFormat: 'QR',
      colorPreset: 'dark',
      expirationDate: '2028-01-31T23:59:59Z',
    } satisfies PassSpec
    expect(build(spec)).toEqual({
      formatVersion: 1,
      passTypeIdentifier: 'pass.com.example.card',
      serialNumber: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
      teamIdentifier: 'A1B2C3D4E5',
      organizationName: 'Example GmbH',
      description: 'Coffee Rewards',
      backgroundColor: 'rgb(28, 28, 30)',
      foregroundColor: 'rgb(255, 255, 255)',
      labelColor: 'rgb(199, 199, 204)',
      barcodes: [
        { format: 'PKBarcodeFormatQR', message: 'LOYALTY-98765', messageEncoding: 'iso-8859-1' },
      ],
      expirationDate: '2028-01-31T23:59:59Z',
      sharingProhibited: true,
      generic: {
        primaryFields: [{ key: 'title', label: 'CARD', value: 'Coffee Rewards' }],
        secondaryFields: [{ key: 'value', label: 'Member', value: 'Gold Status' }],
      },
    })
  })

  it('has every sample of the field table, and depends only on its arguments', () => {
    const samples = Object.fromEntries(fields.map(({ path, sample }) => [path, sample]))
    const { expirationDays, externalId, metadata, passTypeIdentifier, ...spec } = samples
    for (const path of Object.keys(spec)) if (path.endsWith('URL')) delete spec[path]
    for (const path of ['transitType', 'groupingIdentifier', 'style']) delete spec[path]
    const frozen = JSON.parse(JSON.stringify(spec), (_, value) => Object.freeze(value)) as PassSpec
    expect(build(frozen)).toEqual(build(frozen))
    expect(build(frozen)).toMatchObject({
      logoText: 'Riverside',
      organizationName: 'Riverside Climbing Club',
      description: 'Membership card of the Riverside Climbing Club',
      backgroundColor: 'rgb(30, 64, 175)',
      foregroundColor: 'rgb(255, 255, 255)',
      labelColor: 'rgb(219, 234, 254)',
      barcodes: [{ message: 'MEMBER-1042', altText: '1042' }],
      relevantDate: '2027-06-05T19:30:00+02:00',
      relevantDates: spec.relevantDates,
      locations: spec.locations,
      maxDistance: 200,
      generic: {
        headerFields: [{ key: 'points', label: 'Points', value: 120 }],
        primaryFields: [{ key: 'name', label: 'Member', value: 'Ada Example' }],
        secondaryFields: [
          { key: 'value', label: 'Member', value: 'Ada Example' },
          { key: 'since', value: '2027-01-15T00:00:00+01:00', dateStyle: 'PKDateStyleMedium' },
        ],
        auxiliaryFields: [{ key: 'fee', value: 48.5, currencyCode: 'EUR' }],
        backFields: [{ key: 'terms', value: 'Show this card at the desk.' }],
      },
    })
    expect(JSON.stringify(build(frozen))).not.toContain('undefined')
  })

  it('accepts Apple’s constants by our short names and by Apple’s', () => {
    const buildStyled = (dateStyle: string, textAlignment: string, detector: string) =>
      buildFields({
        backFields: [
          { value: '2027-01-01T00:00Z', dateStyle, textAlignment, dataDetectorTypes: [detector] },
        ],
      }).backFields?.[0]
    const constants = {
      dateStyle: 'PKDateStyleLong',
      textAlignment: 'PKTextAlignmentRight',
      dataDetectorTypes: ['PKDataDetectorTypePhoneNumber'],
    }
    expect(buildStyled('long', 'right', 'phoneNumber')).toMatchObject(constants)
    expect(
      buildStyled('PKDateStyleLong', 'PKTextAlignmentRight', 'PKDataDetectorTypePhoneNumber'),
    ).toMatchObject(constants)
    const withoutDetectors = buildFields({
      backFields: [{ value: 'call 112', dataDetectorTypes: [] }],
    })
    expect(withoutDetectors.backFields?.[0]).toHaveProperty('dataDetectorTypes', [])
  })

  it('makes a day a complete date where Wallet shows it as one, and leaves it as it is with the style none', () => {
    const buildDay = (dateStyle: string) =>
      buildFields({ backFields: [{ key: 'day', value: '2027-01-15', dateStyle }] }).backFields?.[0]
    expect(buildDay('short')).toMatchObject({
      value: '2027-01-15T12:00:00Z',
      ignoresTimeZone: true,
    })
    expect(buildDay('none')).toEqual({
      key: 'day',
      value: '2027-01-15',
      dateStyle: 'PKDateStyleNone',
    })
  })

  it('has the title as the primary field, unless the spec has primary fields', () => {
    expect(build({ title: 'Club', cardLabel: '' })).not.toHaveProperty('logoText')
    expect(build({ title: 'Club', primaryFields: [{ value: 'Ada' }] })).toMatchObject({
      logoText: 'Club',
    })
    expect(build({ title: 'Club', locale: 'de' })).toMatchObject({
      generic: { primaryFields: [{ label: 'KARTE', value: 'Club' }] },
    })
    expect(build({ title: 'Club', cardLabel: '' })).toMatchObject({
      generic: { primaryFields: [{ key: 'title', label: '', value: 'Club' }] },
    })
    expect(build({ title: 'Club', logoText: '', primaryFields: [{ value: 'Ada' }] })).toMatchObject(
      {
        logoText: '',
        generic: { primaryFields: [{ value: 'Ada' }] },
      },
    )
    expect(buildFields({ title: 'Club', primaryFields: [] }).primaryFields).toHaveLength(1)
  })

  it('has a secondary field of label and value, also when one of them is missing', () => {
    expect(buildFields({ title: 'A', label: 'Seat' }).secondaryFields).toEqual([
      { key: 'value', label: 'Seat', value: '' },
    ])
    expect(buildFields({ title: 'A', value: '12' }).secondaryFields).toEqual([
      { key: 'value', value: '12' },
    ])
  })

  it('is described by the first non-blank of description, logo text, title and primary field', () => {
    const describeSpec = (spec: PassSpec) => build(spec).description
    const primaryFields = [{ value: 7 }]
    expect(describeSpec({ description: 'D', logoText: 'L', title: 'T' })).toBe('D')
    expect(describeSpec({ logoText: 'L', title: 'T' })).toBe('L')
    expect(describeSpec({ logoText: ' ', title: 'T' })).toBe('T')
    expect(describeSpec({ primaryFields })).toBe('7')
    expect(describeSpec({ logoText: '' })).toBe('Pass')
  })

  it('prohibits sharing by default, and has voided only when it is true', () => {
    expect(build({ title: 'A', sharingProhibited: false })).toMatchObject({
      sharingProhibited: false,
    })
    expect(build({ title: 'A' })).not.toHaveProperty('voided')
    expect(buildPassJson({ title: 'A' }, { ...identity, voided: true })).toMatchObject({
      voided: true,
    })
  })
})
