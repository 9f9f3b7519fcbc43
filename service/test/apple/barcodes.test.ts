import type { BarcodeFormat } from '@passwright/shared'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkBarcodeValue,
  chooseMessageEncoding,
  findBarcodeIssues,
} from '../../src/apple/barcodes.ts'

describe('the encoding of a barcode', () => {
  it('is ISO-8859-1 where the value fits, since every scanner supports it, else UTF-8', () => {
    expect(chooseMessageEncoding('MEMBER-1042')).toBe('iso-8859-1')
    expect(chooseMessageEncoding('Zoë Müller ÿ')).toBe('iso-8859-1')
    expect(chooseMessageEncoding('Ā')).toBe('utf-8')
    expect(chooseMessageEncoding('10 €')).toBe('utf-8')
    expect(chooseMessageEncoding('Член клуба')).toBe('utf-8')
    expect(chooseMessageEncoding('🎟')).toBe('utf-8')
  })

  it('encodes every value without loss', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const encoding = chooseMessageEncoding(value) === 'utf-8' ? 'utf8' : 'latin1'
        expect(Buffer.from(value, encoding).toString(encoding)).toBe(value)
      }),
    )
  })
})

/** The capacity of each symbology, in bytes and in digits. */
const capacities: [BarcodeFormat, number, number][] = [
  ['QR', 2331, 5596],
  ['PDF417', 1108, 2713],
  ['Aztec', 1914, 3832],
  ['Code128', 500, 500],
]

describe('what a barcode can carry', () => {
  it.each(capacities)(
    '%s carries %d bytes or %d digits, and not one more',
    (format, bytes, digits) => {
      expect(checkBarcodeValue(format, '#'.repeat(bytes))).toBeUndefined()
      expect(checkBarcodeValue(format, '#'.repeat(bytes + 1))).toBe(
        `takes ${bytes + 1} bytes as a ${format} code, which carries ${bytes} bytes at most; make it shorter`,
      )
      expect(checkBarcodeValue(format, '7'.repeat(digits))).toBeUndefined()
      expect(checkBarcodeValue(format, '7'.repeat(digits + 1))).toContain(
        `carries ${digits} digits at most`,
      )
    },
  )

  it('counts bytes as they are encoded: one for ü, three for € and then two for ü', () => {
    expect(checkBarcodeValue('PDF417', 'ü'.repeat(1108))).toBeUndefined()
    expect(checkBarcodeValue('PDF417', `€${'ü'.repeat(552)}`)).toBeUndefined()
    expect(checkBarcodeValue('PDF417', `€${'ü'.repeat(553)}`)).toContain('takes 1109 bytes')
  })

  it('is ASCII only for Code 128, and the message names the symbologies that carry more', () => {
    expect(checkBarcodeValue('Code128', 'A~\u007f\t')).toBeUndefined()
    expect(checkBarcodeValue('Code128', 'Zoë')).toContain('use QR, PDF417 or Aztec')
  })
})

describe('a body with a barcode', () => {
  it('has the issue at barcodeValue, and is checked as QR when no format is given', () => {
    const long = 'x'.repeat(2332)
    expect(findBarcodeIssues({ barcodeValue: long })).toEqual([
      { path: 'barcodeValue', message: expect.stringContaining('QR code, which carries 2331') },
    ])
    expect(findBarcodeIssues({ barcodeValue: long, barcodeFormat: 'PDF417' })).toHaveLength(1)
    expect(findBarcodeIssues({ barcodeValue: 'x', barcodeFormat: 'QR' })).toEqual([])
  })

  it('has no barcode issue when a field is invalid in another way', () => {
    const wrong: unknown[] = [undefined, null, 7, {}, [], 'EAN13', 'toString', '__proto__']
    for (const barcodeFormat of wrong) {
      for (const barcodeValue of [undefined, null, 7, [], {}]) {
        expect(findBarcodeIssues({ barcodeValue, barcodeFormat })).toEqual([])
      }
    }
    expect(findBarcodeIssues({ barcodeValue: 'ü', barcodeFormat: 'EAN13' })).toEqual([])
  })
})
