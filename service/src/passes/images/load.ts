import type { SlotImages } from '../../apple/pkpass.ts'
import type { Db, Trx } from '../../db/database.ts'
import { defaultIcon } from './default-icon.ts'
import { findImages, type ImageHashes, type ImagesByHash } from './repository.ts'

/** Loads the images of a pass by slot, the default icon included, except those that are `prepared`. */
export async function loadSlotImages(
  db: Db | Trx,
  slots: ImageHashes,
  prepared: ImagesByHash,
): Promise<SlotImages> {
  const missing = Object.values(slots)
    .flat()
    .filter((hash) => !prepared.has(hash))
  const stored = await findImages(db, missing)
  const getImage = (hash: string) => {
    const png = prepared.get(hash) ?? stored.get(hash)
    if (!png) throw new Error(`Image ${hash} of a stored pass is missing`)
    return png
  }
  const images = Object.entries(slots).map(([slot, hashes]) => [slot, hashes.map(getImage)])
  return { icon: defaultIcon, ...Object.fromEntries(images) }
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
