import { imageSlotNames } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { findImages } from './images/repository.ts'
import type { PassRecord } from './pass.ts'

/** What a pass says, as the body of a request that would create it; its expiry as a date. */
export async function toPassBody(
  { db }: Context,
  { spec, images, metadata, externalId, passTypeIdentifier }: PassRecord,
): Promise<Record<string, unknown>> {
  const { expirationDays, ...fields } = spec
  // An image that was sent as a data URI has no address; the largest scale stands for it.
  const embedded = imageSlotNames.flatMap((slot) => {
    const hash = spec[`${slot}URL`] === undefined ? images[slot]?.at(-1) : undefined
    return hash === undefined ? [] : [{ field: `${slot}URL`, hash }]
  })
  const pngs = await findImages(
    db,
    embedded.map(({ hash }) => hash),
  )
  return {
    ...fields,
    ...Object.fromEntries(
      embedded.map(({ field, hash }) => [field, toDataUri(pngs.get(hash) ?? new Uint8Array())]),
    ),
    ...(externalId === null ? {} : { externalId }),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    passTypeIdentifier,
  }
}

function toDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
