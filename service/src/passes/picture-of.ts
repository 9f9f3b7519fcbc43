import type { PassJson } from '../apple/pass-json.ts'
import type { Context } from '../context.ts'
import type { Viewer } from '../web/pass-card/field-text.ts'
import { drawFront, type PictureImages } from '../web/pass-card/pass-card.ts'
import { loadImages } from './images/repository.ts'
import type { PassRecord } from './pass.ts'
import { passJsonOf } from './render.ts'

/** How a pass looks, and the pass.json that the picture shows. */
export interface PassPicture {
  passJson: PassJson
  /** The front, a standalone SVG. */
  front: string
}

/** Draws a record for a reader; nothing is signed, so it works also where nothing can be. */
export async function pictureOf(
  ctx: Context,
  record: PassRecord,
  reader: Viewer,
): Promise<PassPicture> {
  const { passTypeIdentifier } = record
  const identity = ctx.identities.find((one) => one.passTypeIdentifier === passTypeIdentifier)
  const passJson = passJsonOf(record, {
    passTypeIdentifier,
    teamIdentifier: identity?.teamIdentifier ?? '',
    organizationName: identity?.organizationName ?? '',
  })
  const images = await sharpImagesOf(ctx, record)
  return { passJson, front: drawFront(passJson, { images, ...reader }) }
}

/** The images at 2x: sharp on any screen, and half the bytes of 3x. */
async function sharpImagesOf(ctx: Context, { images }: PassRecord): Promise<PictureImages> {
  const hashes = Object.entries(images).flatMap(([slot, scales]) =>
    scales[1] === undefined ? [] : [[slot, scales[1]] as const],
  )
  const contents = await loadImages(
    ctx.db,
    hashes.map(([, hash]) => hash),
  )
  return Object.fromEntries(hashes.map(([slot, hash]) => [slot, contents.get(hash)]))
}
