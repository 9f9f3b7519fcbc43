import { describe, expect, it } from 'vitest'
import { createImageAdapter } from '../../../src/passes/images/adapt.ts'
import { findLogoMark } from '../../../src/passes/images/logo-mark.ts'
import {
  type Color,
  clear,
  createImage,
  expectNear,
  listExtraChunks,
  listSizes,
  readPixel,
} from '../../support/images/pixels.ts'

const { drawIcon } = createImageAdapter()
const slot = { width: 29, height: 29, fit: 'cover' } as const

type Paint = (x: number, y: number) => Color | undefined

/** A logo of 480 × 150 pixels, or another size, on its ground. */
interface Logo {
  paint: Paint
  ground?: Color
  width?: number
  height?: number
}

const navy = '#1e3a8a'
const snow: Color = [255, 255, 255, 255]
const ink: Color = [17, 34, 51, 255]
const sun: Color = [255, 204, 51, 255]

const inBox =
  (color: Color, left: number, top: number, width: number, height: number): Paint =>
  (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height ? color : undefined
const allOf =
  (...paints: Paint[]): Paint =>
  (x, y) =>
    paints.map((paint) => paint(x, y)).find((color) => color !== undefined)
/** Something like letters: bars with gaps between them. */
const letters = (color: Color, left: number, count: number, gap = 6) =>
  allOf(...Array.from({ length: count }, (_, n) => inBox(color, left + n * (18 + gap), 50, 18, 60)))

let logos = 0
const draw = async (
  { paint, ground = clear, width = 480, height = 150 }: Logo,
  background = navy,
) => {
  const png = await createImage(width, height, (x, y) => paint(x, y) ?? ground)
    .png()
    .toBuffer()
  logos += 1
  const icons = await drawIcon({ hash: String(logos), png }, slot, background, 'ours')
  return icons.map((icon) => Buffer.from(icon))
}

describe('an icon that is drawn from a logo', () => {
  it('is a whole square at 1x, 2x and 3x, without transparency or metadata', async () => {
    const icons = await draw({ paint: letters(snow, 20, 12) })
    expect(listSizes(icons)).toEqual(['29x29', '58x58', '87x87'])
    for (const icon of icons) {
      expect(listExtraChunks(icon)).toEqual([])
      expect(await readPixel(icon, 0, 0)).toHaveLength(3)
      expectNear(await readPixel(icon, 0, 0), [30, 58, 138])
      expectNear(await readPixel(icon, -1, -1), [30, 58, 138])
    }
  })

  it('shows the symbol in front of a name alone, as large as it fits', async () => {
    const symbol = inBox(sun, 30, 40, 80, 80)
    const [, , icon] = await draw({ paint: allOf(symbol, letters(snow, 140, 10)) })
    // 84 % of 87 pixels, in the middle.
    for (const at of [10, 43, 76]) expectNear(await readPixel(icon!, at, at), [255, 204, 51])
    for (const at of [3, 83]) expectNear(await readPixel(icon!, at, 43), [30, 58, 138])
  })

  it('shows a name whole, also one of several words, and takes no letter for a symbol', async () => {
    const words = allOf(letters(snow, 20, 4), letters(snow, 140, 8))
    // As wide as high, and with less room behind it than there is between the words.
    const initial = allOf(inBox(snow, 20, 50, 60, 60), letters(snow, 86, 4), letters(snow, 220, 8))
    for (const paint of [letters(snow, 20, 16), words, initial]) {
      const [, , icon] = await draw({ paint })
      expectNear(await readPixel(icon!, 43, 10), [30, 58, 138])
      expect((await readPixel(icon!, 8, 43))[0]).toBeGreaterThan(100)
    }
    const bounds = { left: 20, top: 50, height: 60 }
    const data = await createImage(480, 150, (x, y) => words(x, y) ?? clear)
      .raw()
      .toBuffer()
    const { region } = findLogoMark({ data, width: 480, height: 150 }, navy)
    expect(region).toMatchObject(bounds)
  })

  it('stands on the paper of the logo, whatever the color of the pass', async () => {
    const paint = inBox([200, 30, 30, 255], 60, 40, 80, 70)
    const [, , icon] = await draw({ paint, ground: [250, 250, 240, 255] })
    expectNear(await readPixel(icon!, 1, 1), [250, 250, 240])
    expectNear(await readPixel(icon!, 43, 43), [200, 30, 30])
  })

  it('stands on white or black where the logo would not be seen on the color of the pass', async () => {
    const [, , dark] = await draw({ paint: inBox(ink, 60, 40, 80, 70) })
    expectNear(await readPixel(dark!, 1, 1), [255, 255, 255])
    const [, , light] = await draw({ paint: inBox(snow, 60, 40, 80, 70) }, '#f5f5f0')
    expectNear(await readPixel(light!, 1, 1), [28, 28, 30])
  })

  it('is filled by a logo that has no paper, such as a photo', async () => {
    const [, , icon] = await draw({ paint: (x) => [x / 2, 120, 255 - x / 2, 255] })
    expect(listSizes([icon!])).toEqual(['87x87'])
    expectNear(await readPixel(icon!, 43, 1), [120, 120, 135], 6)
    expectNear(await readPixel(icon!, 43, -1), [120, 120, 135], 6)
  })

  it('can be drawn from a logo of any size, also an empty one', async () => {
    const odd: Logo[] = [
      { paint: () => undefined },
      { paint: () => snow },
      { paint: () => snow, width: 1, height: 1 },
      { paint: () => undefined, width: 1, height: 1 },
      { paint: (_, y) => (y % 2 ? snow : undefined), width: 3, height: 150 },
      { paint: (x) => (x % 2 ? snow : undefined), width: 480, height: 1 },
      { paint: (x, y) => [x % 256, y % 256, 0, (x * y) % 256] },
    ]
    for (const logo of odd) expect(listSizes(await draw(logo))).toEqual(['29x29', '58x58', '87x87'])
  })

  it('is drawn once for all passes with that logo, and has the same bytes each time', async () => {
    const png = await createImage(480, 150, (x, y) => letters(snow, 20, 9)(x, y) ?? clear)
      .png()
      .toBuffer()
    const stored = { hash: 'same', png }
    const [one, other] = await Promise.all([
      drawIcon(stored, slot, navy, 'ours'),
      drawIcon(stored, slot, navy, 'ours'),
    ])
    expect(other).toBe(one)
    expect(await drawIcon(stored, slot, navy, 'theirs')).toBe(one)
    expect(await createImageAdapter().drawIcon(stored, slot, navy, 'ours')).toEqual(one)
    expect(await drawIcon(stored, slot, '#8f1d1d', 'ours')).not.toEqual(one)
  })
})
