import {
  type ImageSlotName,
  imageSlots,
  type PassRequest,
  PassSpec,
} from '@passwright/shared/schema'
import { canonicalJson } from '../canonical-json.ts'
import type { Context } from '../context.ts'
import type { ImageHashes, PassRecord } from './record.ts'

/** What a request says of a pass, ready to be stored. */
export interface Content {
  stored: Pick<PassRecord, 'spec' | 'images' | 'metadata'>
  /** The prepared PNGs by their hash. */
  images: ReadonlyMap<string, Uint8Array>
}

/** Resolves what is relative in a request and prepares its images; throws when one cannot be had. */
export async function prepareContent(
  ctx: Context,
  request: PassRequest,
  now: Date,
): Promise<Content> {
  const slots = Object.keys(imageSlots) as ImageSlotName[]
  const hashes: ImageHashes = {}
  const images = new Map<string, Uint8Array>()
  for (const slot of slots) {
    const path = `${slot}URL` as const
    const source = request[path]
    if (source === undefined) continue
    const prepared = await ctx.images.prepare(source, { name: slot, ...imageSlots[slot] }, path)
    hashes[slot] = prepared.map(({ hash }) => hash)
    for (const { hash, png } of prepared) images.set(hash, png)
  }
  return {
    stored: { spec: specOf(request, now), images: hashes, metadata: request.metadata ?? {} },
    images,
  }
}

/** Tells whether a stored pass says the same already, whatever the order of keys. */
export function isSameContent(record: PassRecord, stored: Content['stored']): boolean {
  const { spec, images, metadata } = record
  return canonicalJson({ spec, images, metadata }) === canonicalJson(stored)
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The rendered part of a request: days become a date, embedded images live on in their own table. */
function specOf(request: PassRequest, now: Date): PassSpec {
  const { externalId, metadata, passTypeIdentifier, expirationDays, ...rendered } = request
  const expires = expirationDays && new Date(now.getTime() + expirationDays * DAY_MS)
  return PassSpec.parse({
    ...rendered,
    expirationDate: expires ? `${expires.toISOString().slice(0, 19)}Z` : rendered.expirationDate,
    logoURL: rendered.logoURL?.startsWith('data:') ? undefined : rendered.logoURL,
  })
}
