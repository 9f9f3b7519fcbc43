import type { ImageSlotName } from '@passwright/shared/schema'
import type { Db, Trx } from '../../db/database.ts'

/** The hashes of a pass's images: for each slot those at 1x, 2x and 3x. */
export type ImageHashes = { [Slot in ImageSlotName]?: string[] }

/** PNGs by the SHA-256 of their bytes, in hex. */
export type ImagesByHash = ReadonlyMap<string, Uint8Array>

/**
 * Stores prepared images by their hash. Only missing ones are sent, always in the same order, so that
 * two transactions cannot deadlock.
 */
export async function saveImages(trx: Trx, images: ImagesByHash): Promise<void> {
  if (images.size === 0) return
  const stored = await trx
    .selectFrom('image')
    .select('hash')
    .where('hash', 'in', [...images.keys()])
    .execute()
  const storedHashes = new Set(stored.map(({ hash }) => hash))
  const missing = [...images].filter(([hash]) => !storedHashes.has(hash))
  for (const [hash, content] of missing.sort(([a], [b]) => (a < b ? -1 : 1))) {
    await trx
      .insertInto('image')
      .values({ hash, content })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Finds the images with these hashes. */
export async function findImages(db: Db | Trx, hashes: readonly string[]): Promise<ImagesByHash> {
  if (hashes.length === 0) return new Map()
  const rows = await db.selectFrom('image').selectAll().where('hash', 'in', hashes).execute()
  return new Map(rows.map(({ hash, content }) => [hash, content]))
}
