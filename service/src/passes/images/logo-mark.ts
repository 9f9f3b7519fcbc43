import { computeContrastRatio, parseHexColor } from '../../apple/colors.ts'

/** The pixels of a logo, as red, green, blue and alpha. */
export interface Pixels {
  data: Uint8Array
  width: number
  height: number
}

export interface Region {
  left: number
  top: number
  width: number
  height: number
}

/** The part of a logo that stands for it where there is little room, such as in an icon. */
export interface LogoMark {
  region: Region
  /** What goes behind and around it, as `#rrggbb`; undefined when it fills the room as a photo does. */
  paper: string | undefined
}

/**
 * Finds the mark of a logo: its symbol if one stands before a name, else all of it, without margins. The
 * paper is the logo's own where it has one. A transparent logo stands on `background`, as it does in the
 * pass, unless it would not be seen there.
 */
export function findLogoMark(pixels: Pixels, background: string): LogoMark {
  const whole = { left: 0, top: 0, width: pixels.width, height: pixels.height }
  const corners = findCorners(pixels)
  const isClear = corners.some((corner) => corner[3] < OPAQUE)
  if (!isClear && !areAlike(corners)) return { region: whole, paper: undefined }

  const [first] = corners
  const isInk = (pixel: Pixel) => (isClear ? pixel[3] > MIN_ALPHA : differs(pixel, first))
  const bounds = findBounds(pixels, whole, isInk)
  if (bounds === undefined) return { region: whole, paper: isClear ? background : toHex(first) }
  const region = findSymbol(pixels, bounds, isInk) ?? bounds
  return {
    region,
    paper: isClear ? choosePaper(averageInk(pixels, region), background) : toHex(first),
  }
}

type Pixel = readonly [red: number, green: number, blue: number, alpha: number]
type IsInk = (pixel: Pixel) => boolean

const OPAQUE = 255
/** What is more transparent than this is no ink. */
const MIN_ALPHA = 24
/** How much the shades of one paper differ at most, in each channel. */
const PAPER_TOLERANCE = 24

function readPixel({ data, width }: Pixels, x: number, y: number): Pixel {
  const at = (y * width + x) * 4
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0]
}

function findCorners(pixels: Pixels): [Pixel, Pixel, Pixel, Pixel] {
  const [right, bottom] = [pixels.width - 1, pixels.height - 1]
  const read = (x: number, y: number) => readPixel(pixels, x, y)
  return [read(0, 0), read(right, 0), read(0, bottom), read(right, bottom)]
}

function differs(one: Pixel, other: Pixel): boolean {
  return one.some((value, channel) => Math.abs(value - (other[channel] ?? 0)) > PAPER_TOLERANCE)
}

function areAlike([first, ...others]: [Pixel, ...Pixel[]]): boolean {
  return !others.some((other) => differs(other, first))
}

/** The smallest region that holds all ink of a region; undefined when there is none. */
function findBounds(pixels: Pixels, within: Region, isInk: IsInk): Region | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
  for (let y = within.top; y < within.top + within.height; y += 1) {
    for (let x = within.left; x < within.left + within.width; x += 1) {
      if (!isInk(readPixel(pixels, x, y))) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  }
  if (right < 0) return undefined
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** A logo that is wider than this, for its height, is small in a square. */
const WIDE = 1.6

/** A symbol stands apart from the name: by so much of the logo's height, and as far as words do. */
const MIN_GAP = 0.08
const MIN_GAP_TO_WIDEST = 0.8

/**
 * Finds the symbol in front of a name. It is about as wide as high, and no letter: between letters there
 * is less room than between words.
 */
function findSymbol(pixels: Pixels, bounds: Region, isInk: IsInk): Region | undefined {
  if (bounds.width < bounds.height * WIDE) return undefined
  const gaps = findGaps(pixels, bounds, isInk)
  const [first] = gaps
  if (first === undefined) return undefined
  const widest = Math.max(...gaps.map(({ width }) => width))
  const minWidth = Math.max(bounds.height * MIN_GAP, widest * MIN_GAP_TO_WIDEST)
  if (first.width < minWidth) return undefined

  const before = { ...bounds, width: first.left - bounds.left }
  const symbol = findBounds(pixels, before, isInk)
  const isSquarish =
    symbol !== undefined &&
    symbol.height > bounds.height / 2 &&
    symbol.width > symbol.height / 2 &&
    symbol.width < symbol.height * WIDE
  return isSquarish ? symbol : undefined
}

/** The vertical gaps between the parts of a logo, from left to right. */
function findGaps(pixels: Pixels, bounds: Region, isInk: IsInk): { left: number; width: number }[] {
  const gaps: { left: number; width: number }[] = []
  let end = -1
  for (let x = bounds.left; x < bounds.left + bounds.width; x += 1) {
    if (findBounds(pixels, { ...bounds, left: x, width: 1 }, isInk)) continue
    const last = gaps.at(-1)
    if (last && end === x) last.width += 1
    else gaps.push({ left: x, width: 1 })
    end = x + 1
  }
  return gaps
}

/** The average color of what is not transparent. */
function averageInk(pixels: Pixels, { left, top, width, height }: Region): Rgb {
  const sum: [number, number, number] = [0, 0, 0]
  let weight = 0
  for (let y = top; y < top + height; y += 1) {
    for (let x = left; x < left + width; x += 1) {
      const [red, green, blue, alpha] = readPixel(pixels, x, y)
      sum[0] += red * alpha
      sum[1] += green * alpha
      sum[2] += blue * alpha
      weight += alpha
    }
  }
  const toAverage = (value: number) => Math.round(value / Math.max(1, weight))
  return [toAverage(sum[0]), toAverage(sum[1]), toAverage(sum[2])]
}

type Rgb = readonly [number, number, number]

/** Below this contrast a logo is not seen. */
const MIN_CONTRAST_RATIO = 1.6

function choosePaper(ink: Rgb, background: string): string {
  const getContrast = (paper: string) => computeContrastRatio(ink, parseHexColor(paper))
  if (getContrast(background) >= MIN_CONTRAST_RATIO) return background
  const [white, nearBlack] = ['#ffffff', '#1c1c1e']
  return getContrast(white) >= getContrast(nearBlack) ? white : nearBlack
}

function toHex([red, green, blue]: Pixel): string {
  return `#${Buffer.from([red, green, blue]).toString('hex')}`
}
