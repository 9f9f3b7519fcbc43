import type { Db, Trx } from '../../db/database.ts'

/**
 * Keeps prepared images by their hash: those that are there already are not sent again, the others
 * go in always in the same order, so that no two writers cross.
 */
export async function saveImages(trx: Trx, images: ReadonlyMap<string, Uint8Array>): Promise<void> {
  if (images.size === 0) return
  const known = await trx
    .selectFrom('image')
    .select('hash')
    .where('hash', 'in', [...images.keys()])
    .execute()
  const there = new Set(known.map(({ hash }) => hash))
  const missing = [...images].filter(([hash]) => !there.has(hash))
  for (const [hash, content] of missing.sort(([a], [b]) => (a < b ? -1 : 1))) {
    await trx
      .insertInto('image')
      .values({ hash, content })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** The PNGs behind hashes. */
export async function loadImages(
  db: Db | Trx,
  hashes: readonly string[],
): Promise<Map<string, Uint8Array>> {
  if (hashes.length === 0) return new Map()
  const rows = await db.selectFrom('image').selectAll().where('hash', 'in', hashes).execute()
  return new Map(rows.map(({ hash, content }) => [hash, content]))
}
