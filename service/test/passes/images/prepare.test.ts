import { createHash } from 'node:crypto'
import { Problem } from '@passwright/shared'
import fc from 'fast-check'
import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parseAllowlist } from '../../../src/net/guard/allowlist.ts'
import type { SafeFetch } from '../../../src/net/safe-fetch.ts'
import { createSafeFetch } from '../../../src/net/safe-fetch.ts'
import { defaultIcon } from '../../../src/passes/images/default-icon.ts'
import type { ImageSlot } from '../../../src/passes/images/layout.ts'
import type { ImagePreparerOptions } from '../../../src/passes/images/prepare.ts'
import { createImagePreparer } from '../../../src/passes/images/prepare.ts'
import { decodeOrRefuse } from '../../../src/passes/images/render.ts'
import { startOriginServer } from '../../support/http/origin-server.ts'
import {
  blue,
  type Color,
  clear,
  createStripes,
  expectNear,
  green,
  listExtraChunks,
  listSizes,
  readPixel,
  red,
  toDataUri,
  white,
} from '../../support/images/pixels.ts'
import { createPngBomb, createTinyPng, readHeader, readPng } from '../../support/images/png.ts'

const logo: ImageSlot = { width: 160, height: 50, fit: 'inside' }
const icon: ImageSlot = { width: 29, height: 29, fit: 'cover' }

const noFetch: SafeFetch = async (url) => ({ outcome: 'refused', reason: `was requested: ${url}` })
const createPreparer = (options: ImagePreparerOptions) => {
  const { prepare } = createImagePreparer(options)
  return (source: string, slot: ImageSlot, path: string, owner = 'ours') =>
    prepare(source, slot, path, owner)
}
const prepare = createPreparer({ fetch: noFetch })

const prepareBytes = (bytes: Buffer, slot = logo) => prepare(toDataUri(bytes), slot, 'logoURL')

/** Returns the one issue that the caller gets in the 400. */
const readError = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Problem)) throw error ?? new Error('was not rejected')
  return error.issues?.map(({ path, message }) => `${path} ${message}`).join() ?? error.code
}

test('a logo fits inside its slot at 1x, 2x and 3x, keeps its aspect ratio, and has the hash of its bytes', async () => {
  const wide = await prepareBytes(await createStripes(1000, 200, [red, blue]).png().toBuffer())
  expect(listSizes(wide.map(({ png }) => png))).toEqual(['160x32', '320x64', '480x96'])
  expect(wide.map(({ scale }) => scale)).toEqual([1, 2, 3])
  for (const { png, hash } of wide) {
    expect(hash).toBe(createHash('sha256').update(png).digest('hex'))
    expect(readHeader(png)).toMatchObject({ bits: 8, colorType: 2 })
  }
  const tall = await prepareBytes(await createStripes(300, 600, [red]).png().toBuffer())
  expect(listSizes(tall.map(({ png }) => png))).toEqual(['25x50', '50x100', '75x150'])
})

test('a small logo has the same size on every screen, at most one point per pixel', async () => {
  const small = await prepareBytes(await createStripes(100, 30, [red, blue]).png().toBuffer())
  expect(listSizes(small.map(({ png }) => png))).toEqual(['100x30', '200x60', '300x90'])
  expect(listSizes((await prepareBytes(createTinyPng())).map(({ png }) => png))).toEqual([
    '1x1',
    '2x2',
    '3x3',
  ])
})

test('an image that covers its slot is cropped around its center, also when it is enlarged', async () => {
  const source = await createStripes(300, 100, [red, green, blue]).png().toBuffer()
  const images = await prepareBytes(source, icon)
  expect(listSizes(images.map(({ png }) => png))).toEqual(['29x29', '58x58', '87x87'])
  for (const [index, { png }] of images.entries()) {
    const last = 29 * (index + 1) - 1
    for (const [x, y] of [
      [0, 0],
      [last, last],
    ] as const)
      expectNear(await readPixel(png, x, y), green)
  }
  expect(listSizes((await prepareBytes(createTinyPng(), icon)).map(({ png }) => png))).toEqual([
    '29x29',
    '58x58',
    '87x87',
  ])
})

test('extreme shapes are prepared without an internal error', async () => {
  for (const [width, height] of [
    [1, 30_000],
    [30_000, 1],
    [1, 2],
    [4999, 5000],
  ] as const) {
    const source = await createStripes(width, height, [red]).png().toBuffer()
    for (const slot of [logo, icon]) {
      const images = await prepareBytes(source, slot)
      for (const { png, scale } of images) {
        const actual = readHeader(png)
        expect(actual.width).toBeLessThanOrEqual(slot.width * scale)
        expect(actual.height).toBeLessThanOrEqual(slot.height * scale)
        expectNear(await readPixel(png, 0, 0), red)
      }
    }
  }
})

test('the same source yields the same bytes in every process, and is prepared once for all requests', async () => {
  const source = await createStripes(700, 90, [red, green, white]).jpeg().toBuffer()
  const prepareOther = createPreparer({ fetch: async () => ({ outcome: 'bytes', bytes: source }) })
  const [first, again, elsewhere] = await Promise.all([
    prepareBytes(source),
    prepare(toDataUri(source, 'image/jpeg'), logo, 'other'),
    prepareOther('https://cdn.test/logo.png', logo, 'logoURL'),
  ])
  expect(again).toBe(first)
  expect(await prepareBytes(source)).toBe(first)
  expect(elsewhere).not.toBe(first)
  expect(elsewhere.map(({ hash }) => hash)).toEqual(first.map(({ hash }) => hash))
})

test('a data URI needs an image type and plain base64, and its content decides the format', async () => {
  const png = await createStripes(20, 20, [red]).png().toBuffer()
  const base64 = png.toString('base64')
  for (const head of ['image/png', 'image/jpeg', 'IMAGE/SVG+XML', 'image/png;charset=utf-8']) {
    expect(await prepare(`data:${head};base64,${base64}`, logo, 'logoURL')).toHaveLength(3)
  }
  expect(await prepare(`DATA:image/png;BASE64,${base64}`, logo, 'logoURL')).toHaveLength(3)

  const wrongStart = 'logoURL needs to begin with data:image/png;base64, (or jpeg, or webp)'
  const notBase64 = /^logoURL is not plain base64 after the comma/
  const readUriError = (uri: string) => readError(prepare(uri, logo, 'logoURL'))
  expect(await readUriError(`data:text/html;base64,${base64}`)).toBe(wrongStart)
  expect(await readUriError(`data:;base64,${base64}`)).toBe(wrongStart)
  expect(await readUriError(`data:image/png,${base64}`)).toBe(wrongStart)
  expect(await readUriError('data:image/svg+xml;utf8,<svg/>')).toBe(wrongStart)
  expect(await readUriError('data:')).toBe(wrongStart)
  expect(await readUriError(`data:image/png;base64,${base64.replace(/=*$/, '')}`)).toMatch(
    notBase64,
  )
  expect(await readUriError(`data:image/png;base64,${base64.replaceAll('=', '%3D')}`)).toMatch(
    notBase64,
  )
  expect(
    await readUriError(`data:image/png;base64,${base64.slice(0, 60)}\n${base64.slice(60)}`),
  ).toMatch(notBase64)
  expect(await readUriError(`data:image/png;base64,${base64} `)).toMatch(notBase64)
  expect(await readUriError('data:image/png;base64,_-_-')).toMatch(notBase64)
  expect(await readUriError('data:image/png;base64,')).toBe('logoURL is empty')
  expect(await readUriError(toDataUri(Buffer.alloc(5_000_001)))).toBe('logoURL is larger than 5 MB')
})

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>'

test('content that is not PNG, JPEG or WebP is rejected with the name of its format, whatever its declared type', async () => {
  const image = createStripes(20, 20, [red])
  const others: [string | Buffer, RegExp][] = [
    [svg, /but an SVG; export it as PNG$/],
    [`<?xml version="1.0"?>\n<!-- by hand -->${svg}`, /but an SVG/],
    ['<!DOCTYPE html><title>Not found</title>', /but an HTML page; give the address of the image/],
    ['%PDF-1.7\n', /but a PDF/],
    [await image.clone().gif().toBuffer(), /but a GIF/],
    [await image.clone().avif().toBuffer(), /but an AVIF/],
    [await image.clone().tiff().toBuffer(), /but a TIFF/],
    [Buffer.from('0000001866747970686569630000000068656963', 'hex'), /but a HEIC/],
    ['BM\x46\x00', /but a BMP/],
    ['....JXL ', /but a JPEG XL/],
    ['\x00\x00\x00\x0cjP  \r\n', /but a JPEG 2000/],
    ['hello', /WebP image$/],
    [Buffer.concat([Buffer.from(' '), createTinyPng()]), /WebP image$/],
  ]
  for (const [content, message] of others) {
    const error = await readError(prepareBytes(Buffer.from(content)))
    expect(error).toMatch(/^logoURL is not a PNG, JPEG or WebP image/)
    expect(error).toMatch(message)
  }
})

test('no other image decoder is enabled', async () => {
  const image = createStripes(20, 20, [red])
  const files = [
    Buffer.from(svg),
    await image.clone().gif().toBuffer(),
    await image.tiff().toBuffer(),
  ]
  for (const file of files) await expect(sharp(file).metadata()).rejects.toThrow(/unsupported/)
})

test('a truncated image is rejected rather than half shown', async () => {
  const source = createStripes(300, 300, [red, white, blue])
  const files = [
    await source.clone().png().toBuffer(),
    await source.clone().jpeg().toBuffer(),
    await source.clone().webp().toBuffer(),
  ]
  for (const file of files) {
    for (const part of [0.3, 0.7, 0.95]) {
      const error = await readError(prepareBytes(file.subarray(0, Math.floor(file.length * part))))
      expect(error).toMatch(/^logoURL is damaged and cannot be read to its end/)
    }
  }
})

test('CMYK, 16-bit, gray, palette and other color profiles keep their colors in 8-bit sRGB', async () => {
  const color: Color = [200, 90, 40]
  const gray: Color = [120, 120, 120]
  const files: [string, Buffer, Color, number][] = [
    [
      'cmyk',
      await createStripes(40, 40, [color]).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
      color,
      40,
    ],
    [
      '16 bit',
      await createStripes(40, 40, [color]).toColourspace('rgb16').png().toBuffer(),
      color,
      3,
    ],
    ['gray', await createStripes(40, 40, [gray]).toColourspace('b-w').png().toBuffer(), gray, 3],
    [
      'gray 16',
      await createStripes(40, 40, [gray]).toColourspace('grey16').png().toBuffer(),
      gray,
      3,
    ],
    ['palette', await createStripes(40, 40, [color]).png({ palette: true }).toBuffer(), color, 3],
    [
      'Display P3',
      await createStripes(40, 40, [color]).withIccProfile('p3').png().toBuffer(),
      color,
      4,
    ],
    [
      'lossless WebP',
      await createStripes(40, 40, [color]).webp({ lossless: true }).toBuffer(),
      color,
      3,
    ],
  ]
  const meta = await sharp(files[0]?.[1]).metadata()
  expect(meta.space).toBe('cmyk')
  for (const [name, file, expected, by] of files) {
    for (const { png } of await prepareBytes(file)) {
      expect(readHeader(png), name).toMatchObject({ bits: 8, colorType: 2 })
      expectNear(await readPixel(png, 5, 5), expected, by)
    }
  }
})

test('transparency is kept', async () => {
  const solid: Color = [200, 90, 40, 255]
  for (const file of [
    await createStripes(100, 40, [clear, solid]).png().toBuffer(),
    await createStripes(100, 40, [clear, solid]).webp({ lossless: true }).toBuffer(),
    await createStripes(100, 40, [clear, solid]).png({ palette: true }).toBuffer(),
  ]) {
    for (const { png, scale } of await prepareBytes(file)) {
      expect(readHeader(png)).toMatchObject({ bits: 8, colorType: 6 })
      expect((await readPixel(png, 2, 2))[3]).toBe(0)
      expectNear(await readPixel(png, 98 * scale, 2), solid)
    }
  }
})

test('a photo becomes upright and loses its location and all other metadata', async () => {
  // A viewer that applies the orientation shows red on the left and blue on the right.
  const upright = await createStripes(60, 30, [red, red, white, blue, blue]).png().toBuffer()
  const turns: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(270).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(90).flop(),
    8: (image) => image.rotate(90),
  }
  for (const [orientation, turn] of Object.entries(turns)) {
    const file = await turn(sharp(upright))
      .jpeg({ quality: 95 })
      .withExif({
        IFD0: { Artist: 'Anna Example' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
      })
      .withMetadata({ orientation: Number(orientation) })
      .toBuffer()
    expect((await sharp(file).metadata()).exif?.includes('Anna Example')).toBe(true)
    const images = await prepareBytes(file)
    expect(listSizes(images.map(({ png }) => png)), `orientation ${orientation}`).toEqual([
      '60x30',
      '120x60',
      '180x90',
    ])
    for (const { png, scale } of images) {
      expectNear(await readPixel(png, 3, 3), red, 25)
      expectNear(await readPixel(png, 57 * scale, 3), blue, 25)
      expect(listExtraChunks(png)).toEqual([])
      expect(png.includes('Anna')).toBe(false)
    }
  }
})

test('a large photo is rotated and cropped like a small one', async () => {
  const large = await createStripes(1500, 3000, [red, green, blue])
    .rotate(90)
    .jpeg({ quality: 90 })
    .withMetadata({ orientation: 8 })
    .toBuffer()
  const [, , third] = await prepareBytes(large)
  expect(third && readHeader(third.png)).toMatchObject({ width: 75, height: 150 })
  expectNear(await readPixel(third?.png ?? large, 4, 75), red, 25)
  expectNear(await readPixel(third?.png ?? large, 70, 75), blue, 25)
  const [, , square] = await prepareBytes(large, icon)
  expectNear(await readPixel(square?.png ?? large, 3, 40), red, 25)
  expectNear(await readPixel(square?.png ?? large, 43, 40), green, 25)
})

test('an animation is reduced to its first frame', async () => {
  const frames = [red, blue].map((color) => createStripes(40, 40, [color]).png().toBuffer())
  const file = await sharp(await Promise.all(frames), { join: { animated: true } })
    .webp({ lossless: true })
    .toBuffer()
  expect((await sharp(file, { pages: -1 }).metadata()).pages).toBe(2)
  const images = await prepareBytes(file)
  expect(listSizes(images.map(({ png }) => png))).toEqual(['40x40', '80x80', '120x120'])
  for (const { png } of images) expectNear(await readPixel(png, 20, 20), red)
})

test('data after the end of an image or in its extra chunks is removed', async () => {
  const page = Buffer.from('<script>alert("tail")</script>PK\x03\x04')
  const comment = { type: 'tEXt', data: Buffer.from('Comment\0<script>alert("tail")</script>') }
  const jpeg = await createStripes(30, 30, [red]).jpeg().toBuffer()
  for (const file of [
    createTinyPng([comment]),
    Buffer.concat([createTinyPng(), page]),
    Buffer.concat([jpeg, page]),
  ]) {
    for (const { png } of await prepareBytes(file)) {
      expect(() => readPng(png)).not.toThrow()
      expect(png.includes('tail')).toBe(false)
    }
  }
})

test('of many images at once, each gets the reason that it cannot be used itself', async () => {
  const whole = await createStripes(300, 300, [red, white, blue]).png().toBuffer()
  const damaged = whole.subarray(0, Math.floor(whole.length * 0.7))
  const bomb = await createPngBomb(6_000, 1, 0)
  const reasons: Record<string, [Buffer, RegExp]> = {
    damaged: [damaged, /^logoURL is damaged/],
    bomb: [bomb, /^logoURL has more than 25 megapixels/],
    other: [Buffer.from('GIF89a'), /^logoURL is not a PNG/],
  }
  const all = Array.from({ length: 40 }, (_, n) => n).flatMap((n) =>
    Object.values(reasons).map(async ([bytes, reason]) => {
      const another = Buffer.concat([bytes, Buffer.from(String(n))])
      const uri = toDataUri(another)
      expect(await readError(prepare(uri, logo, 'logoURL', `owner ${n}`))).toMatch(reason)
    }),
  )
  await Promise.all(all)
})

test('the reason of a refusal does not depend on the message, which may be that of another image', async () => {
  const refuse = (message: string) => decodeOrRefuse(() => Promise.reject(new Error(message)))
  for (const message of ['Input image exceeds pixel limit', 'timeout: 93% complete', 'Unknown']) {
    expect(await refuse(message)).toEqual({ reason: expect.stringMatching(/^is damaged/) })
  }
  vi.spyOn(performance, 'now').mockReturnValueOnce(1_000).mockReturnValueOnce(6_500)
  expect(await refuse('Unknown')).toEqual({ reason: expect.stringMatching(/^takes too long/) })
})

test('of two hundred megabytes of images, at most a hundred and thirty are in memory at a time', async () => {
  const raw = { width: 1_150, height: 1_150, channels: 3 } as const
  const pixels = Buffer.alloc(1_150 * 1_150 * 3)
  const png = await sharp(pixels, { raw }).png({ compressionLevel: 0 }).toBuffer()
  let megabytes = 0
  let most = 0
  const fetch: SafeFetch = async (url) => {
    const bytes = Buffer.concat([png, Buffer.from(url)])
    megabytes += bytes.length / 1e6
    most = Math.max(most, megabytes)
    return { outcome: 'bytes', bytes }
  }
  const prepareMany = createPreparer({ fetch, maxWaitMs: 50_000 })
  const prepareOne = async (_: unknown, n: number) => {
    await prepareMany(`https://a.test/${n}.png`, logo, 'logoURL', `owner ${n % 5}`)
    megabytes -= png.length / 1e6
  }
  await Promise.all(Array.from({ length: 50 }, prepareOne))
  expect(most).toBeGreaterThan(40)
  expect(most).toBeLessThan(130)
})

test('randomly damaged bytes result in an image or a 400, nothing else', async () => {
  const source = createStripes(60, 40, [red, white, blue])
  const files = [
    await source.clone().png().toBuffer(),
    await source.clone().jpeg().toBuffer(),
    await source.clone().webp().toBuffer(),
  ]
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damage, async (file, changes) => {
      const broken = Buffer.from(file)
      for (const [at, value] of changes) broken[at % broken.length] = value
      const error = await prepareBytes(broken, icon).then(
        () => 'prepared',
        (thrown) => readError(Promise.reject(thrown)),
      )
      expect(error).toMatch(/^(prepared|logoURL )/)
    }),
    { numRuns: 150 },
  )
})

test('an image from a URL: the error names the status of the reply, and its Content-Type does not matter', async () => {
  const png = createTinyPng()
  const origin = await startOriginServer('127.0.0.1', (request, response) => {
    const path = request.url ?? ''
    if (path === '/404') return response.writeHead(404).end(png)
    if (path === '/html') return response.setHeader('content-type', 'image/png').end('<html>')
    if (path === '/empty') return response.end()
    if (path === '/large') return response.end(Buffer.alloc(5_000_001))
    return response.setHeader('content-type', 'text/plain').end(png)
  })
  onTestFinished(origin.close)
  const prepareFrom = (allowed: string) => {
    const fetch = createSafeFetch({ allowlist: parseAllowlist(allowed).allowlist })
    const prepareFetched = createPreparer({ fetch })
    return (path: string) => prepareFetched(`${origin.url}${path}`, logo, 'logoURL')
  }
  const open = prepareFrom(`127.0.0.1:${origin.port}`)
  expect(listSizes((await open('/logo.txt')).map(({ png }) => png))).toEqual(['1x1', '2x2', '3x3'])
  expect(await readError(open('/404'))).toBe('logoURL responded with 404')
  expect(await readError(open('/html'))).toMatch(
    /^logoURL is not a PNG, JPEG or WebP image but an HTML/,
  )
  expect(await readError(open('/empty'))).toBe('logoURL is empty')
  expect(await readError(open('/large'))).toBe('logoURL is larger than 5 MB')
  expect(await readError(prepareFrom('')('/logo.png'))).toMatch(
    /without a public address.* OUTBOUND_ALLOW$/,
  )
  expect(await readError(prepare('logo.png', logo, 'logoURL'))).toBe(
    'logoURL was requested: logo.png',
  )
})

test('when too many images wait, the error says when to retry', async () => {
  const prepareBusy = createPreparer({ fetch: async () => ({ outcome: 'busy' }) })
  await expect(prepareBusy('https://a.test/', logo, 'logoURL')).rejects.toMatchObject({
    code: 'overloaded',
    retryAfterSeconds: 5,
  })
  const source = await createStripes(300, 100, [red, white]).png().toBuffer()
  const tails = Array.from({ length: 400 }, (_, index) => Buffer.from(`tail ${index}`))
  // However slow the machine: what counts is how many may wait.
  const prepareMany = createPreparer({ fetch: noFetch, maxWaitMs: 60_000 })
  const all = tails.map((tail) =>
    prepareMany(toDataUri(Buffer.concat([source, tail])), logo, 'logoURL'),
  )
  const outcomes = (await Promise.allSettled(all)).map((result) =>
    result.status === 'fulfilled' ? 'prepared' : result.reason.code,
  )
  expect(new Set(outcomes)).toEqual(new Set(['prepared', 'overloaded']))
  expect(outcomes.filter((outcome) => outcome === 'prepared').length).toBeGreaterThanOrEqual(258)
})

test('the image of one owner does not wait behind the images of another', async () => {
  const prepareMany = createPreparer({ fetch: noFetch })
  const source = await createStripes(2_000, 1_000, [red, white]).png().toBuffer()
  const toAnother = (name: string) => toDataUri(Buffer.concat([source, Buffer.from(name)]))
  const finished: string[] = []
  const start = async (owner: string, name: string) => {
    await prepareMany(toAnother(name), logo, 'logoURL', owner)
    finished.push(owner)
  }
  const theirs = Array.from({ length: 12 }, (_, index) => start('theirs', String(index)))
  await Promise.all([...theirs, start('theirs', 'shared'), start('ours', 'shared')])
  expect(finished.indexOf('ours')).toBeLessThan(5)
})

test('a JPEG with too many scans is rejected', async () => {
  const jpeg = await createStripes(600, 600, [red]).jpeg({ progressive: true }).toBuffer()
  const countScans = (bytes: Buffer) => bytes.toString('latin1').split('\xff\xda').length - 1
  expect(countScans(jpeg)).toBeGreaterThan(5)
  expect(await prepareBytes(jpeg)).toHaveLength(3)

  // Repeats the first scan of luma coefficients for each coefficient and each of its bits: valid,
  // small, and slow to decode.
  const dc = jpeg.indexOf('ffda', 0, 'hex')
  const tables = jpeg.indexOf('ffc4', dc, 'hex')
  const first = jpeg.indexOf('ffda', tables, 'hex')
  const next = jpeg.indexOf('ffc4', first, 'hex')
  const data = jpeg.subarray(first + 10, next)
  const more: Buffer[] = []
  for (let coefficient = 1; coefficient < 64; coefficient += 1) {
    for (const bit of [1, 0]) {
      const head = jpeg.subarray(first, first + 7)
      more.push(head, Buffer.from([coefficient, coefficient, bit === 1 ? 0x01 : 0x10]), data)
    }
  }
  const slow = Buffer.concat([jpeg.subarray(0, first), ...more, Buffer.from('ffd9', 'hex')])
  expect(countScans(slow)).toBe(127)
  expect(await sharp(slow, { failOn: 'error' }).resize(9, 9).toBuffer()).toBeInstanceOf(Buffer)
  expect(await readError(prepareBytes(slow))).toBe(
    'logoURL is a JPEG of too many layers; save it again',
  )
})

test('the default icon has three sizes, as small plain PNGs', () => {
  const icon = defaultIcon.map((png) => ({ png: Buffer.from(png) }))
  expect(listSizes(icon.map(({ png }) => png))).toEqual(['29x29', '58x58', '87x87'])
  expect(new Set(icon.map(({ png }) => createHash('sha256').update(png).digest('hex'))).size).toBe(
    3,
  )
  for (const { png } of icon) {
    expect(readHeader(png)).toMatchObject({ bits: 8 })
    expect(png.length).toBeLessThan(10_000)
  }
})
