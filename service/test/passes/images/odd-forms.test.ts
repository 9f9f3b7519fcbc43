import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { ImageSlot } from '../../../src/passes/images/layout.ts'
import { createImagePreparer } from '../../../src/passes/images/prepare.ts'
import {
  blue,
  type Color,
  createImage,
  createStripes,
  expectNear,
  green,
  listExtraChunks,
  listSizes,
  readPixel,
  red,
  toDataUri,
} from '../../support/images/pixels.ts'
import { createHeaderChunk, readHeader, readPng, writePng } from '../../support/images/png.ts'

const { prepare } = createImagePreparer({
  fetch: async () => ({ outcome: 'refused', reason: 'was requested' }),
})
const slots: Record<string, ImageSlot> = {
  logo: { width: 160, height: 50, fit: 'inside' },
  strip: { width: 375, height: 144, fit: 'cover' },
}
const prepareIn = async (slot: string, bytes: Buffer) => {
  const images = await prepare(toDataUri(bytes), slots[slot]!, `${slot}URL`, 'ours')
  return images.map(({ png }) => png)
}

const black: Color = [0, 0, 0]
const gray: Color = [120, 120, 120]
const rust: Color = [200, 90, 40]

const end = { type: 'IEND', data: Buffer.alloc(0) }
/** A PNG of one row for each of `rows`, whose bits are written as they are. */
const writeBits = (width: number, bits: number, colorType: number, rows: Buffer[], extra = []) =>
  writePng([
    createHeaderChunk(width, rows.length, bits, colorType),
    ...extra,
    {
      type: 'IDAT',
      data: deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.from([0]), row]))),
    },
    end,
  ])
const repeat = (count: number, ...bytes: number[]) => Array(count).fill(Buffer.from(bytes))
const withChunk = (png: Buffer, type: string, data: Buffer) => {
  const [header, ...others] = readPng(png)
  return writePng([header!, { type, data }, ...others])
}

/** Two halves, left and right, and the colors that they should have. */
interface OddForm {
  bytes: () => Promise<Buffer> | Buffer
  left: Color
  right: Color
  /** How far a color may be off: lossy and converted ones are. */
  by?: number
}
const halves = (left: Color, right: Color) => createStripes(60, 40, [left, right])
const clearRed: Color = [230, 20, 20, 0]
const solidBlue: Color = [20, 20, 230, 255]

const forms: Record<string, OddForm> = {
  'a CMYK JPEG with its profile': {
    bytes: () =>
      halves(rust, gray)
        .toColourspace('cmyk')
        .withIccProfile('cmyk')
        .jpeg({ quality: 100 })
        .toBuffer(),
    left: rust,
    right: gray,
    by: 30,
  },
  'a gray JPEG': {
    bytes: () => halves(black, gray).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer(),
    left: black,
    right: gray,
    by: 6,
  },
  'a progressive JPEG without subsampling': {
    bytes: () =>
      halves(red, blue)
        .jpeg({ quality: 95, progressive: true, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    left: red,
    right: blue,
    by: 8,
  },
  'a JPEG in Display P3': {
    bytes: () => halves(rust, gray).withIccProfile('p3').jpeg({ quality: 98 }).toBuffer(),
    left: rust,
    right: gray,
    by: 8,
  },
  'an interlaced PNG of 16 bits': {
    bytes: () => halves(rust, blue).toColourspace('rgb16').png({ progressive: true }).toBuffer(),
    left: rust,
    right: blue,
  },
  'a PNG of 16 bits with alpha': {
    bytes: () => halves(clearRed, solidBlue).toColourspace('rgb16').png().toBuffer(),
    left: clearRed,
    right: solidBlue,
  },
  'a gray PNG with alpha': {
    bytes: () => halves([0, 0, 0, 0], [120, 120, 120, 255]).toColourspace('b-w').png().toBuffer(),
    left: [0, 0, 0, 0],
    right: [120, 120, 120, 255],
  },
  'a PNG with a palette of two colors': {
    bytes: () => halves(rust, blue).png({ palette: true, colours: 2 }).toBuffer(),
    left: rust,
    right: blue,
    by: 4,
  },
  'a PNG of one bit': {
    bytes: () => writeBits(16, 1, 0, repeat(8, 0x00, 0xff)),
    left: black,
    right: [255, 255, 255],
  },
  'a gray PNG of four bits': {
    bytes: () => writeBits(4, 4, 0, repeat(3, 0x44, 0xee)),
    left: [0x44, 0x44, 0x44],
    right: [0xee, 0xee, 0xee],
  },
  'a PNG whose white is marked as transparent': {
    bytes: () =>
      withChunk(
        writeBits(16, 8, 2, repeat(8, ...Array(8 * 3).fill(255), ...Array(8).fill(blue).flat())),
        'tRNS',
        Buffer.from([0, 255, 0, 255, 0, 255]),
      ),
    left: [255, 255, 255, 0],
    right: solidBlue,
  },
  'an animated PNG, of which the first frame counts': {
    bytes: async () => {
      const [header, data] = readPng(await halves(rust, blue).png().toBuffer()).filter(({ type }) =>
        ['IHDR', 'IDAT'].includes(type),
      )
      const [other] = readPng(await halves(green, green).png().toBuffer()).filter(
        ({ type }) => type === 'IDAT',
      )
      const control = (sequence: number) => {
        const frame = Buffer.alloc(26)
        for (const [at, value] of [sequence, 60, 40].entries()) frame.writeUInt32BE(value, at * 4)
        frame.set([0, 10, 0, 100], 20)
        return { type: 'fcTL', data: frame }
      }
      const frames = Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])
      const second = Buffer.concat([Buffer.from([0, 0, 0, 2]), other!.data])
      return writePng([
        header!,
        { type: 'acTL', data: frames },
        control(0),
        data!,
        control(1),
        { type: 'fdAT', data: second },
        end,
      ])
    },
    left: rust,
    right: blue,
  },
  'a lossy WebP with alpha': {
    bytes: () => halves(clearRed, solidBlue).webp({ quality: 90, alphaQuality: 100 }).toBuffer(),
    left: clearRed,
    right: solidBlue,
    by: 12,
  },
  'an animated WebP, of which the first frame counts': {
    bytes: async () => {
      const frames = [halves(rust, blue), halves(green, green)].map((one) => one.png().toBuffer())
      return sharp(await Promise.all(frames), { join: { animated: true } })
        .webp({ lossless: true })
        .toBuffer()
    },
    left: rust,
    right: blue,
  },
  'a WebP with a profile and a rotation': {
    bytes: () =>
      halves(rust, blue)
        .rotate(90)
        .webp({ lossless: true })
        .withIccProfile('p3')
        .withMetadata({ orientation: 8 })
        .toBuffer(),
    left: rust,
    right: blue,
    by: 8,
  },
  'a PNG with a rotation': {
    bytes: () => halves(rust, blue).rotate(180).png().withMetadata({ orientation: 3 }).toBuffer(),
    left: rust,
    right: blue,
  },
  'a PNG with a damaged profile': {
    bytes: async () =>
      withChunk(
        await halves(rust, blue).png().toBuffer(),
        'iCCP',
        Buffer.concat([Buffer.from('profile\0\0'), deflateSync(Buffer.from('no profile'))]),
      ),
    left: rust,
    right: blue,
  },
}

describe.each(Object.entries(forms))('%s', (_, { bytes, left, right, by = 3 }) => {
  test.each(Object.keys(slots))(
    'becomes an upright 8-bit sRGB PNG without metadata at 1x, 2x and 3x in the %s',
    async (slot) => {
      const pngs = await prepareIn(slot, await bytes())
      expect(pngs).toHaveLength(3)
      const [first] = listSizes(pngs)
      const [width = 0, height = 0] = (first ?? '').split('x').map(Number)
      expect(listSizes(pngs)).toEqual([1, 2, 3].map((n) => `${width * n}x${height * n}`))
      const hasAlpha = left.length === 4
      for (const png of pngs) {
        expect(readHeader(png)).toMatchObject({ bits: 8, colorType: hasAlpha ? 6 : 2 })
        expect(listExtraChunks(png)).toEqual([])
        const atLeft = await readPixel(png, 0, 0)
        const atRight = await readPixel(png, -1, -1)
        if (hasAlpha) expect([atLeft[3], atRight[3]]).toEqual([0, 255])
        else expectNear(atLeft, left, by, 'left')
        expectNear(atRight, right, by, 'right')
      }
    },
  )
})

test('a picture that is at the edge of what is accepted has 25 megapixels, one more row is refused', async () => {
  const draw = (height: number) =>
    sharp({ create: { width: 5000, height, channels: 3, background: '#c85a28' } })
      .png()
      .toBuffer()
  const [, , largest] = await prepareIn('strip', await draw(5000))
  expectNear(await readPixel(largest!, 0, 0), rust)
  await expect(prepareIn('strip', await draw(5001))).rejects.toMatchObject({
    issues: [{ path: 'stripURL', message: 'has more than 25 megapixels; make it smaller' }],
  })
})

test('a picture that has to be decoded as a whole needs at most 160 MB for it', async () => {
  const draw = (side: number, progressive: boolean) =>
    sharp({ create: { width: side, height: side, channels: 4, background: '#c85a28' } })
      .toColourspace('rgb16')
      .png({ progressive })
      .toBuffer()
  expect(await prepareIn('logo', await draw(4_600, false))).toHaveLength(3)
  await expect(prepareIn('logo', await draw(4_600, true))).rejects.toMatchObject({
    issues: [{ message: expect.stringMatching(/^takes too much memory to decode; make it sma/) }],
  })
})

test('a photo is compressed without loss, and better than a drawing would be', async () => {
  const at = (x: number, y: number) => (x * x + 3 * y * y + ((x * y) % 7)) % 256
  const photo = createImage(1125, 432, (x, y) => [at(x, y) >> 1, (x >> 2) % 256, (y >> 1) % 256])
  const source = await photo.png().toBuffer()
  const [, , largest] = await prepareIn('strip', source)
  const plain = await sharp(source).png({ compressionLevel: 9 }).toBuffer()
  expect(largest!.length).toBeLessThan(0.9 * plain.length)
  const [one, other] = await Promise.all(
    [source, largest!].map((png) => sharp(png).raw().toBuffer()),
  )
  expect(one!.equals(other!)).toBe(true)
})

test('a thumbnail that is too wide or too tall for Wallet is padded, not cropped', async () => {
  const thumbnail: ImageSlot = { width: 90, height: 90, fit: 'inside', maxRatio: 1.5 }
  const prepareThumbnail = async (width: number, height: number) => {
    const bytes = await createStripes(width, height, [red, blue]).png().toBuffer()
    const images = await prepare(toDataUri(bytes), thumbnail, 'thumbnailURL', 'ours')
    return images.map(({ png }) => png)
  }
  const wide = await prepareThumbnail(600, 120)
  expect(listSizes(wide)).toEqual(['90x60', '180x120', '270x180'])
  expect((await readPixel(wide[2]!, 0, 0))[3]).toBe(0)
  expectNear(await readPixel(wide[2]!, 0, 90), [...red, 255] as Color)
  expectNear(await readPixel(wide[2]!, -1, 90), [...blue, 255] as Color)
  expect(listSizes(await prepareThumbnail(100, 400))).toEqual(['60x90', '120x180', '180x270'])
  expect(listSizes(await prepareThumbnail(300, 300))).toEqual(['90x90', '180x180', '270x270'])
  expect(listSizes(await prepareThumbnail(300, 200))).toEqual(['90x60', '180x120', '270x180'])
})
