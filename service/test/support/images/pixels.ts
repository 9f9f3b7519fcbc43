import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { expect } from 'vitest'
import { readHeader, readPng } from './png.ts'

export type Color = [number, number, number] | [number, number, number, number]

export const red: Color = [230, 20, 20]
export const green: Color = [20, 200, 20]
export const blue: Color = [20, 20, 230]
export const white: Color = [255, 255, 255]
export const clear: Color = [0, 0, 0, 0]

/** Creates an image of vertical stripes of equal width. */
export function createStripes(width: number, height: number, colors: Color[]): Sharp {
  return createImage(
    width,
    height,
    (x) => colors[Math.floor((x * colors.length) / width)] ?? [0, 0, 0],
  )
}

/** Creates an image of horizontal bands of equal height. */
export function createBands(width: number, height: number, colors: Color[]): Sharp {
  return createImage(
    width,
    height,
    (_, y) => colors[Math.floor((y * colors.length) / height)] ?? [0, 0, 0],
  )
}

/** Creates an image from the color of each pixel; it has alpha if the first color has. */
export function createImage(
  width: number,
  height: number,
  paint: (x: number, y: number) => Color,
): Sharp {
  const channels = paint(0, 0).length === 4 ? 4 : 3
  const pixels = Buffer.alloc(width * height * channels)
  for (let at = 0; at < width * height; at += 1) {
    pixels.set(paint(at % width, Math.floor(at / width)), at * channels)
  }
  return sharp(pixels, { raw: { width, height, channels } })
}

/** Reads the channels of one pixel; a negative position counts from the other end. */
export async function readPixel(png: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  const column = x < 0 ? info.width + x : x
  const row = y < 0 ? info.height + y : y
  const at = (row * info.width + column) * info.channels
  return [...data.subarray(at, at + info.channels)]
}

/** Expects each channel to be near a color; a channel that the color lacks to be 255. */
export function expectNear(actual: number[], expected: Color, by = 3, what = ''): void {
  expect(
    Math.max(...actual.map((value, index) => Math.abs(value - (expected[index] ?? 255)))),
    `${what} ${actual} is not near ${expected}`,
  ).toBeLessThanOrEqual(by)
}

/** The sizes of PNGs in pixels, such as `160x50`. */
export function listSizes(pngs: readonly Buffer[]): string[] {
  return pngs.map((png) => {
    const { width, height } = readHeader(png)
    return `${width}x${height}`
  })
}

/** The chunks of a PNG besides those of every plain 8-bit PNG: metadata, profiles, animation. */
export function listExtraChunks(png: Buffer): string[] {
  return readPng(png)
    .map(({ type }) => type)
    .filter((type) => !/^(IHDR|IDAT|IEND|pHYs)$/.test(type))
}

export function toDataUri(bytes: Uint8Array, type = 'image/png'): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
}
