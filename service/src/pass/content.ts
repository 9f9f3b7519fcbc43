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

/**
 * Tells whether a stored pass says the same already, whatever the order of keys. The same number of
 * days is the same wish, whenever it is made: else a nightly sync would change every pass.
 */
export function isSameContent(record: PassRecord, stored: Content['stored']): boolean {
  return wishOf(record) === wishOf(stored)
}

function wishOf({ spec, images, metadata }: Content['stored']): string {
  const { expirationDate, ...others } = spec
  const asked = spec.expirationDays === undefined ? spec : others
  return canonicalJson({ spec: asked, images, metadata })
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The rendered part of a request: days become a date, embedded images live on in their own table. */
function specOf(request: PassRequest, now: Date): PassSpec {
  const { email, externalId, metadata, passTypeIdentifier, ...said } = request
  return PassSpec.parse({
    ...said,
    expirationDate: said.expirationDays ? dateAfter(now, said.expirationDays) : said.expirationDate,
    logoURL: said.logoURL?.startsWith('data:') ? undefined : said.logoURL,
  })
}

/** To the second, and with the milliseconds that passkit-generator would write. */
function dateAfter(now: Date, days: number): string {
  const date = new Date(now.getTime() + days * DAY_MS)
  date.setUTCMilliseconds(0)
  return date.toISOString()
}
