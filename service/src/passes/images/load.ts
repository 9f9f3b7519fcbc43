import { getImageSlot, imageSlotNames, type PassSpec } from '@passwright/shared/schema'
import { resolveColors } from '../../apple/colors.ts'
import type { SlotImages } from '../../apple/pkpass.ts'
import type { Context } from '../../context.ts'
import type { Db, Trx } from '../../db/database.ts'
import type { ImageAdapter, StoredPng } from './adapt.ts'
import { defaultIcon } from './default-icon.ts'
import { fitsSlot, type ImageSlot } from './layout.ts'
import { readPngSize } from './png-size.ts'
import { findImages, type ImageHashes, type ImagesByHash } from './repository.ts'

/** What the images of a pass depend on. */
interface ImageRecord {
  spec: PassSpec
  images: ImageHashes
  keyId: string
}

/**
 * Loads the images of a pass by slot, except those that are `prepared`, and fits them to its style. The
 * icon is its own, else drawn from its logo, else the default one.
 */
export async function loadSlotImages(
  { db, imageAdapter: { refit, drawIcon } }: Pick<Context, 'db' | 'imageAdapter'>,
  { spec, images, keyId }: ImageRecord,
  prepared: ImagesByHash,
): Promise<SlotImages> {
  const getImage = await loadImages(db, Object.values(images).flat(), prepared)
  const filled = imageSlotNames.filter((slot) => images[slot] !== undefined)
  const fitted = filled.map(async (slot) => {
    const pngs = (images[slot] ?? []).map(getImage)
    return [slot, await fitToSlot(refit, pngs, getImageSlot(slot, spec.style), keyId)] as const
  })
  const bySlot = Object.fromEntries(await Promise.all(fitted))
  if (bySlot.icon) return bySlot

  const logo = images.logo?.at(-1)
  const icon =
    logo === undefined
      ? defaultIcon
      : await drawIcon(
          getImage(logo),
          getImageSlot('icon', spec.style),
          resolveColors(spec).background,
          keyId,
        )
  return { icon, ...bySlot }
}

async function loadImages(db: Db | Trx, hashes: string[], prepared: ImagesByHash) {
  const missing = hashes.filter((hash) => !prepared.has(hash))
  const stored = await findImages(db, missing)
  return (hash: string): StoredPng => {
    const png = prepared.get(hash) ?? stored.get(hash)
    if (!png) throw new Error(`Image ${hash} of a stored pass is missing`)
    return { hash, png }
  }
}

/** An image keeps the size of the style that it was prepared for; another style may have another size. */
async function fitToSlot(
  refit: ImageAdapter['refit'],
  images: StoredPng[],
  slot: ImageSlot,
  owner: string,
): Promise<readonly Uint8Array[]> {
  const [first, largest] = [images[0], images.at(-1)]
  if (!first || !largest || fitsSlot(readPngSize(first.png), slot)) {
    return images.map(({ png }) => png)
  }
  return refit(largest, slot, owner)
}

/** Loads a pass's images at 2x: sharp on any screen, and half the bytes of 3x. */
export async function loadRetinaImages(
  db: Db | Trx,
  slots: ImageHashes,
): Promise<{ [Slot in keyof ImageHashes]?: Uint8Array | undefined }> {
  const retina = Object.entries(slots).flatMap(([slot, [, hash]]) =>
    hash === undefined ? [] : [{ slot, hash }],
  )
  const images = await findImages(
    db,
    retina.map(({ hash }) => hash),
  )
  return Object.fromEntries(retina.map(({ slot, hash }) => [slot, images.get(hash)]))
}
