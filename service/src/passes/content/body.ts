import { getImageSlot, type ImageSlotName, imageSlotNames } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { readPngSize } from '../images/png-size.ts'
import { findImages } from '../images/repository.ts'
import type { PassRecord } from '../store/pass.ts'

/** What a pass says, as the body of a request that would create it; its expiry as a date. */
export async function toPassBody(
  { db }: Context,
  { spec, images, metadata, externalId, passTypeIdentifier }: PassRecord,
): Promise<Record<string, unknown>> {
  const { expirationDays, ...fields } = spec
  // An image that was sent as a data URI has no address; one of its PNGs stands for it.
  const embedded = imageSlotNames.filter((slot) => images[slot] && spec[`${slot}URL`] === undefined)
  const pngs = await findImages(
    db,
    embedded.flatMap((slot) => images[slot] ?? []),
  )
  const toSource = (slot: ImageSlotName) => {
    const [first, second, third] = (images[slot] ?? []).map((hash) => pngs.get(hash))
    const png = first && isAtFullSize(first, slot) ? first : (third ?? second ?? first)
    return [`${slot}URL`, toDataUri(png ?? new Uint8Array())]
  }
  return {
    ...fields,
    ...Object.fromEntries(embedded.map(toSource)),
    ...(externalId === null ? {} : { externalId }),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    passTypeIdentifier,
  }
}

/** Whether a PNG at 1x has all pixels of its source. A larger one would be a larger image if sent again. */
function isAtFullSize(png: Uint8Array, name: ImageSlotName): boolean {
  const slot = getImageSlot(name)
  const { width, height } = readPngSize(png)
  return slot.fit === 'inside' && width < slot.width && height < slot.height
}

function toDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
