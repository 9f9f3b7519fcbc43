import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Db } from '../../db/database.ts'
import { readPngSize } from './png-size.ts'
import type { Canvas } from './render.ts'
import { findImages, saveImages } from './repository.ts'

/** Finds a stored image by the SHA-256 of its bytes, in hex. */
export async function findImage(db: Db, hash: string): Promise<Uint8Array | undefined> {
  return (await findImages(db, [hash])).get(hash)
}

/** An image of a pass that is to be put onto a canvas. */
export interface Placing {
  hash: string
  canvas: Canvas
  /** An image that is not this wide for its height is not placed. */
  minRatio?: number
}

/**
 * Puts an image of a pass onto a canvas, once for all passes that have it, and stores the result as long
 * as the pass is there. Returns its hash; undefined when the image is not wide enough.
 */
export async function placeImage(
  ctx: Pick<Context, 'db' | 'imageAdapter' | 'now'>,
  pass: { serialNumber: string; keyId: string },
  placing: Placing,
): Promise<string | undefined> {
  const { db, now } = ctx
  const source = `${placing.hash} ${JSON.stringify(placing.canvas)}`
  const placed = (await findPlaced(db, source)) ?? (await render(ctx, pass.keyId, placing))
  if (!placed) return undefined
  const { hash, images } = placed
  await db.transaction().execute(async (trx) => {
    await saveImages(trx, images, now())
    await trx
      .insertInto('google_image')
      .values({ source, hash })
      .onConflict((conflict) => conflict.column('source').doUpdateSet({ hash }))
      .execute()
    await trx
      .insertInto('pass_image')
      .values({ serial_number: pass.serialNumber, hash })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
  return hash
}

interface Placed {
  hash: string
  images: ReadonlyMap<string, Uint8Array>
}

async function findPlaced(db: Db, source: string): Promise<Placed | undefined> {
  const row = await db
    .selectFrom('google_image')
    .innerJoin('image', 'image.hash', 'google_image.hash')
    .select('google_image.hash')
    .where('source', '=', source)
    .executeTakeFirst()
  return row && { hash: row.hash, images: new Map() }
}

async function render(
  { db, imageAdapter }: Pick<Context, 'db' | 'imageAdapter'>,
  owner: string,
  { hash, canvas, minRatio = 0 }: Placing,
): Promise<Placed | undefined> {
  const png = await findImage(db, hash)
  if (!png) throw new Error(`Image ${hash} of a stored pass is missing`)
  const { width, height } = readPngSize(png)
  if (width / height <= minRatio) return undefined
  const placed = await imageAdapter.place({ hash, png }, canvas, owner)
  const placedHash = createHash('sha256').update(placed).digest('hex')
  return { hash: placedHash, images: new Map([[placedHash, placed]]) }
}
