import type { ImageSlotName } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { buildClass, type GoogleClass, isReachable } from '../google/content/class.ts'
import { buildObject, chooseObjectLayout, type GoogleObject } from '../google/content/object.ts'
import { readPngSize } from '../passes/images/png-size.ts'
import { imageSources } from './images.ts'
import { findClassOwner, type GoogleDraft, toObjectSource } from './source.ts'

/** What Google gets of a pass. */
export interface GoogleCardContent {
  object: GoogleObject
  googleClass: GoogleClass
}

/**
 * Composes what Google would get of a pass now, for a picture of its card: images are data URIs.
 * Undefined while Google Wallet is off.
 */
export function composeGoogleCard(
  ctx: Pick<Context, 'config' | 'identities'>,
  draft: GoogleDraft,
  images: { [Slot in ImageSlotName]?: Uint8Array | undefined },
): GoogleCardContent | undefined {
  const owner = findClassOwner(ctx)
  if (!owner) return undefined
  const content = toObjectSource(ctx, draft)
  const source = { ...content, images: isReachable(owner) ? embedImages(images) : {} }
  const layout = chooseObjectLayout(source)
  return { object: buildObject(source, owner, layout), googleClass: buildClass(owner, layout) }
}

/** The images in Google's places, as they are: the page that shows them fits them in. */
function embedImages(images: { [Slot in ImageSlotName]?: Uint8Array | undefined }) {
  const embedded = imageSources.flatMap(({ slot, from, minRatio = 0 }) => {
    const png = from.map((name) => images[name]).find((image) => image !== undefined)
    if (!png) return []
    const { width, height } = readPngSize(png)
    const uri = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
    return width / height <= minRatio ? [] : [[slot, uri] as const]
  })
  return Object.fromEntries(embedded)
}
