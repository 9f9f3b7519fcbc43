import { LRUCache } from 'lru-cache'
import { createLimiter } from '../../concurrency/limiter.ts'
import { createSharing } from '../../concurrency/sharing.ts'
import { type ImageSlot, layOutImage } from './layout.ts'
import { readPngSize } from './png-size.ts'
import { type Canvas, renderLogoIcon, renderOnCanvas, renderSmall } from './render.ts'

/** A PNG of ours, by the SHA-256 of its bytes. */
export interface StoredPng {
  hash: string
  png: Uint8Array
}

/**
 * Makes PNGs at 1x, 2x and 3x of one that is stored at 3x. Pure: the same PNG gives the same bytes, so
 * that a pass can be rendered again at any time. Owners take turns.
 */
export interface ImageAdapter {
  /** Fits an image into a slot of another size, as a change of the style asks for. */
  refit(stored: StoredPng, slot: ImageSlot, owner: string): Promise<readonly Uint8Array[]>
  /** Draws the icon of a pass without one from its logo; `background` (`#rrggbb`) is the pass's. */
  drawIcon(
    logo: StoredPng,
    slot: ImageSlot,
    background: string,
    owner: string,
  ): Promise<readonly Uint8Array[]>
  /** Puts an image onto a canvas of an exact size. */
  place(stored: StoredPng, canvas: Canvas, owner: string): Promise<Uint8Array>
}

/** Creates the adapter. One for the process: passes with one logo share its icon. */
export function createImageAdapter(): ImageAdapter {
  const limit = createLimiter({ concurrency: 3 })
  const share = createSharing<readonly Uint8Array[]>()
  const recent = new LRUCache<string, readonly Uint8Array[]>({
    maxSize: 16_000_000,
    sizeCalculation: (pngs) => pngs.reduce((sum, png) => sum + png.length, 1024),
  })

  const adapt = (key: string, owner: string, render: () => Promise<readonly Uint8Array[]>) => {
    const cached = recent.get(key)
    if (cached !== undefined) return Promise.resolve(cached)
    return share(`${owner} ${key}`, async () => {
      const pngs = await limit(owner, render)
      if (pngs === 'busy') throw new Error('The queue of the image adapter has no end')
      recent.set(key, pngs)
      return pngs
    })
  }

  return {
    refit: ({ hash, png }, slot, owner) =>
      adapt(`${hash} ${slot.width}x${slot.height} ${slot.fit}`, owner, () =>
        renderSmall(png, layOutImage(readPngSize(png), slot)),
      ),
    drawIcon: ({ hash, png }, slot, background, owner) =>
      adapt(`${hash} ${background}`, owner, () => renderLogoIcon(png, slot, background)),
    place: async ({ hash, png }, canvas, owner) => {
      const key = `${hash} ${JSON.stringify(canvas)}`
      const [placed] = await adapt(key, owner, async () => [await renderOnCanvas(png, canvas)])
      if (!placed) throw new Error('An image was not rendered')
      return placed
    },
  }
}
