import {
  type BarcodeFormat,
  barcodeFormats,
  symbologies,
  symbologiesByFormat,
} from '@passwright/shared'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { checkBarcodeValue, findBarcodeIssues } from '../../src/apple/barcodes.ts'
import { type Code, runDrawingJob } from '../../src/web/barcodes/draw.ts'
import { readWithZxing } from '../support/images/read-barcodes.ts'

const SCALE = 4

/** Draws the dark rectangles of a code as pixels. */
function toPng({ path, width, height }: Code): Promise<Buffer> {
  const [columns, rows] = [Math.ceil(width) * SCALE, Math.ceil(height) * SCALE]
  const pixels = Buffer.alloc(columns * rows, 255)
  for (const [, ...numbers] of path.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)) {
    const [x = 0, y = 0, w = 0, h = 0] = numbers.map((each) => Math.round(Number(each) * SCALE))
    for (let row = y; row < y + h; row += 1)
      pixels.fill(0, row * columns + x, row * columns + x + w)
  }
  return sharp(pixels, { raw: { width: columns, height: rows, channels: 1 } })
    .png()
    .toBuffer()
}

async function readBack(drawing: Parameters<typeof runDrawingJob>[0]): Promise<Buffer | undefined> {
  const code = await runDrawingJob(drawing)
  if (code === undefined || code instanceof Uint8Array) return undefined
  const [found] = await readWithZxing(await toPng(code))
  return found?.bytes
}

const fill = (pattern: string, length: number) =>
  pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length)

/** Messages that encoders find hard: they switch between modes at almost every character. */
const hard = {
  'letters of both cases and bytes': 'asdfg\xfc\xe4',
  'letters, digits and signs': 'aB3$',
  'signs after letters': 'Ql;',
  'runs of digits, capitals and bytes': '83520714QWER\xfc',
  'every byte but NUL': Array.from({ length: 255 }, (_, n) => String.fromCharCode(n + 1)).join(''),
}

const atTheLimit = (['QR', 'PDF417', 'Aztec'] as const).flatMap((format) =>
  Object.entries(hard).map(
    ([name, pattern]) => [format, name, fill(pattern, symbologies[format].maxBytes)] as const,
  ),
)
const byMode: [BarcodeFormat, string, string][] = [
  ['QR', 'digits', fill('1234567', 5596)],
  ['QR', 'capitals, digits and signs', fill('AB12$%*+-./: ', 3391)],
  ['PDF417', 'digits', fill('1234567', 2713)],
  ['PDF417', 'capitals', fill('ABC XYZ', 1850)],
  ['PDF417', 'small letters', fill('abc xyz', 1850)],
  ['Aztec', 'digits', fill('1234567', 3832)],
  ['Aztec', 'capitals', fill('ABC XYZ', 3066)],
  ['Aztec', 'small letters', fill('abc xyz', 3066)],
  ['Code128', 'letters', fill('Ab1', 80)],
]

describe('a barcode at its limit', () => {
  it.each([...atTheLimit, ...byMode])(
    '%s of %s is drawn and read back',
    async (format, _, value) => {
      expect(checkBarcodeValue(format, value)).toBeUndefined()
      const { drawing } = symbologies[format]
      const bytes = await readBack({ kind: 'path', drawing, bytes: value })
      expect(bytes?.equals(Buffer.from(value, 'latin1'))).toBe(true)
    },
  )

  it.each(byMode.filter(([format]) => format !== 'Code128'))(
    'one character more is refused with the limit and the length: %s of %s',
    (format, _, value) => {
      const message = checkBarcodeValue(format, value + value[0])
      expect(message).toContain(`takes ${value.length + 1} bytes`)
      expect(message).toContain(`carries ${value.length} `)
    },
  )

  it('of every symbology names a format of Apple’s', () => {
    expect(barcodeFormats).toEqual(['QR', 'PDF417', 'Aztec', 'Code128'])
    for (const format of symbologiesByFormat.keys()) expect(format).toMatch(/^PKBarcodeFormat/)
  })
})

describe('a barcode in the shape of Apple’s', () => {
  const find = (barcode: object) =>
    findBarcodeIssues({ apple: { barcodes: [{ messageEncoding: 'iso-8859-1', ...barcode }] } })

  it('carries any bytes in ISO-8859-1, NUL included, and they are read back', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
    const message = bytes.toString('latin1')
    expect(find({ format: 'PKBarcodeFormatAztec', message })).toEqual([])
    const { drawing } = symbologies.Aztec
    const found = await readBack({ kind: 'path', drawing, bytes: message })
    expect(found?.equals(bytes)).toBe(true)
  })

  it.each<[format: string, good: string, bad: string, message: RegExp]>([
    ['EAN13', '4006381333931', '4006381333932', /check digit/],
    ['EAN13', '4006381333931', '400638133393', /13 digits/],
    ['Code39', 'CODE 39', 'code39', /capital letters/],
    ['Codabar', 'A1042B', '1042', /letters A to D/],
    ['I2of5', '1042', '104', /even number/],
    ['Code128', 'A', 'ü', /ASCII/],
    ['QR', 'x', '', /empty/],
    ['QR', 'x', 'Ж', /messageEncoding utf-8/],
  ])('%s takes %j and refuses %j', async (name, good, bad, message) => {
    const format = `PKBarcodeFormat${name}`
    expect(find({ format, message: good })).toEqual([])
    const drawing = symbologiesByFormat.get(format)?.drawing
    if (drawing === undefined) throw new Error(`no symbology ${name}`)
    expect(await runDrawingJob({ kind: 'path', drawing, bytes: good })).toBeDefined()
    expect(find({ format, message: bad })).toEqual([
      { path: 'apple.barcodes[0].message', message: expect.stringMatching(message) },
    ])
  })

  it('has an encoding that scanners know', () => {
    const barcode = { format: 'PKBarcodeFormatQR', message: 'x', messageEncoding: 'utf-99' }
    expect(find(barcode)).toMatchObject([{ path: 'apple.barcodes[0].messageEncoding' }])
  })
})
