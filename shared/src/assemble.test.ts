import { describe, expect, it } from 'vitest'
import { assemble } from './portable/index.ts'

describe('the request assembled from form values', () => {
  it('leaves out empty values', () => {
    expect(
      assemble({ title: 'Club', label: '', value: null, backFields: [], color: undefined }),
    ).toEqual({
      title: 'Club',
    })
  })

  it('parses numbers and booleans that arrive as text', () => {
    expect(
      assemble({ expirationDays: '30', maxDistance: '12.5', sharingProhibited: 'false' }),
    ).toEqual({
      expirationDays: 30,
      maxDistance: 12.5,
      sharingProhibited: false,
    })
  })

  it('refuses what cannot be read with the value and a sample, all at once', () => {
    const values = {
      expirationDays: 'soon',
      backFields: [{ value: '' }, { label: 'Fee', value: 'none', currencyCode: 'EUR' }],
    }
    expect(() => assemble(values)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        issues: [
          {
            path: 'backFields[0].value',
            message: '"none" is no number that can be read only one way; write 48.50',
          },
          {
            path: 'expirationDays',
            message: '"soon" is no number that can be read only one way; write 48.50',
          },
        ],
      }),
    )
  })

  it.each([
    ['new', {}],
    ['either', { barcodeAltText: '1042' }],
    ['existing', { barcodeFormat: 'Aztec', barcodeAltText: '1042' }],
  ] as const)(
    'of a form for a pass that is %s: what belongs to a barcode without its value is %j',
    (pass, expected) => {
      const values = {
        barcodeFormat: 'aztec',
        barcodeAltText: '1042',
        email: { name: 'Ada', when: 'created' },
      }
      expect(assemble(values, { pass })).toEqual(expected)
    },
  )

  it('keeps what it does not know the shape of, so that the service reports it', () => {
    expect(assemble({ locations: 'here' })).toEqual({ locations: 'here' })
  })

  it('converts a number to text where the request needs text', () => {
    expect(assemble({ barcodeValue: 1042, value: 7 })).toEqual({ barcodeValue: '1042', value: '7' })
  })

  it('converts text to a number where it is formatted as one', () => {
    const fields = [
      { label: 'Fee', value: '48.5', currencyCode: 'EUR' },
      { label: 'Share', value: '0.5', numberStyle: 'percent' },
      { label: 'Number', value: '0042' },
      { label: 'Fee', value: '€ 1.234,56', currencyCode: 'EUR' },
    ]
    const request = assemble({ backFields: fields }) as { backFields: { value: unknown }[] }
    expect(request.backFields.map(({ value }) => value)).toEqual([48.5, 0.5, '0042', 1234.56])
  })

  it('keeps zero and false', () => {
    expect(assemble({ headerFields: [{ label: 'Points', value: 0, isRelative: false }] })).toEqual({
      headerFields: [{ label: 'Points', value: 0, isRelative: false }],
    })
  })

  it('accepts pairs as a list of rows or as an object', () => {
    const expected = { metadata: { source: 'form', row: '7' } }
    const rows = [
      { key: 'source', value: 'form' },
      { key: 'row', value: 7 },
    ]
    expect(assemble({ metadata: rows })).toEqual(expected)
    expect(assemble({ metadata: expected.metadata })).toEqual(expected)
  })

  it('includes an object, and leaves it out when it is empty', () => {
    expect(assemble({ email: { to: 'ada@example.com', name: '', subject: 7 } })).toEqual({
      email: { to: 'ada@example.com', subject: '7' },
    })
    expect(assemble({ title: 'Club', email: { to: '', name: null } })).toEqual({ title: 'Club' })
  })

  it('ignores values without a field', () => {
    expect(assemble({ title: 'Club', operation: 'create' })).toEqual({ title: 'Club' })
  })
})
