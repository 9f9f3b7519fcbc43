import { isDeepStrictEqual } from 'node:util'
import type { ImageSlotName } from '@passwright/shared/schema'
import type { Db, Trx } from '../../db/database.ts'
import { UNUSED_IMAGE_RETENTION_MS } from '../../db/retention.ts'

/** The hashes of a pass's images: for each slot those at 1x, 2x and 3x. */
export type ImageHashes = { [Slot in ImageSlotName]?: string[] }

/** PNGs by the SHA-256 of their bytes, in hex. */
export type ImagesByHash = ReadonlyMap<string, Uint8Array>

/** How exact `used_at` is; an image that no pass uses is kept for much longer. */
const USED_AT_PRECISION_MS = 24 * 60 * 60 * 1000

/**
 * Stores prepared images by their hash. Only missing ones are sent, always in the same order, so that
 * two transactions cannot deadlock. Marks those that were not used lately as used, so that the
 * retention does not delete an image that a pass is about to refer to.
 */
export async function saveImages(trx: Trx, images: ImagesByHash, now: Date): Promise<void> {
  const used_at = now.toISOString()
  const recent = new Date(now.getTime() - USED_AT_PRECISION_MS).toISOString()
  const stored = await findUsedAt(trx, [...images.keys()])
  for (const [hash, content] of [...images].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const usedAt = stored.get(hash)
    if (usedAt !== undefined && usedAt > recent) continue
    await trx
      .insertInto('image')
      .values({ hash, content, used_at })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ used_at }))
      .execute()
  }
}

async function findUsedAt(
  trx: Trx,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (hashes.length === 0) return new Map()
  const rows = await trx
    .selectFrom('image')
    .select(['hash', 'used_at'])
    .where('hash', 'in', hashes)
    .execute()
  return new Map(rows.map(({ hash, used_at }) => [hash, used_at]))
}

interface ImageUser {
  serialNumber: string
  images: ImageHashes
}

/** Stores which images a pass uses now, if they are others than before. */
export async function referToImages(
  trx: Trx,
  { serialNumber, images }: ImageUser,
  before?: ImageUser,
): Promise<void> {
  if (before ? isDeepStrictEqual(images, before.images) : Object.keys(images).length === 0) return
  if (before) {
    await trx.deleteFrom('pass_image').where('serial_number', '=', serialNumber).execute()
  }
  const hashes = new Set(Object.values(images).flat())
  const rows = [...hashes].map((hash) => ({ serial_number: serialNumber, hash }))
  if (rows.length > 0) await trx.insertInto('pass_image').values(rows).execute()
}

/** How long the retention waits for a request that is about to use a released image. */
const RELEASE_MS = 60 * 60 * 1000

/** Ends that passes use images; the retention deletes those that no other pass uses, after an hour. */
export async function releaseImages(
  trx: Trx,
  serialNumbers: readonly string[],
  now: Date,
): Promise<void> {
  const rows = await trx
    .deleteFrom('pass_image')
    .where('serial_number', 'in', serialNumbers)
    .returning('hash')
    .execute()
  if (rows.length === 0) return
  const used_at = new Date(now.getTime() - UNUSED_IMAGE_RETENTION_MS + RELEASE_MS).toISOString()
  await trx
    .updateTable('image')
    .set({ used_at })
    .where(
      'hash',
      'in',
      rows.map(({ hash }) => hash),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('pass_image')
            .select('pass_image.hash')
            .whereRef('pass_image.hash', '=', 'image.hash'),
        ),
      ),
    )
    .execute()
}

/** Finds the images with these hashes. */
export async function findImages(db: Db | Trx, hashes: readonly string[]): Promise<ImagesByHash> {
  if (hashes.length === 0) return new Map()
  const rows = await db.selectFrom('image').selectAll().where('hash', 'in', hashes).execute()
  return new Map(rows.map(({ hash, content }) => [hash, content]))
}
