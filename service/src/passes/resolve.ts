import {
  type ImageSlotName,
  imageSlots,
  type PassRequest,
  PassSpec,
} from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { canonicalJson } from '../text/json.ts'
import type { ImageHashes, PassRecord } from './pass.ts'

/** What a request says of a pass, ready to be stored. */
export interface Content {
  stored: StoredContent
  /** The prepared PNGs by their hash. */
  images: ReadonlyMap<string, Uint8Array>
}

/** The part of a record that its maker decides. */
export type StoredContent = Pick<PassRecord, 'spec' | 'images' | 'metadata'>

/** The images of a request, fetched and prepared. */
export interface PreparedImages {
  hashes: ImageHashes
  images: ReadonlyMap<string, Uint8Array>
}

/** The fields of a request that name images. */
export type ImageSources = { [Slot in ImageSlotName as `${Slot}URL`]?: string | undefined }

export const imageSlotNames = Object.keys(imageSlots) as ImageSlotName[]

/** Resolves what is relative in a request and prepares its images; throws when one cannot be had. */
export async function prepareContent(
  ctx: Context,
  request: PassRequest,
  now: Date,
): Promise<Content> {
  const { hashes, images } = await prepareImages(ctx, request)
  return { stored: storedContent(request, hashes, now), images }
}

/** Prepares the images that a request names; throws when one cannot be had. */
export async function prepareImages(ctx: Context, sources: ImageSources): Promise<PreparedImages> {
  const hashes: ImageHashes = {}
  const images = new Map<string, Uint8Array>()
  for (const slot of imageSlotNames) {
    const path = `${slot}URL` as const
    const source = sources[path]
    if (source === undefined) continue
    const prepared = await ctx.images.prepare(source, { name: slot, ...imageSlots[slot] }, path)
    hashes[slot] = prepared.map(({ hash }) => hash)
    for (const { hash, png } of prepared) images.set(hash, png)
  }
  return { hashes, images }
}

/** What is stored of a request whose images were prepared. */
export function storedContent(request: PassRequest, images: ImageHashes, now: Date): StoredContent {
  return { spec: specOf(request, now), images, metadata: request.metadata ?? {} }
}

/**
 * Tells whether a stored pass says the same already at this instant, whatever the order of keys. The
 * same number of days is the same wish, whenever it is made: else a nightly sync would change every
 * pass. Only a pass that has run out begins anew.
 */
export function isSameContent(record: PassRecord, stored: StoredContent, at: string): boolean {
  const { expirationDate: ends } = record.spec
  const isOver = ends !== undefined && Date.parse(ends) <= Date.parse(at)
  if (isOver && stored.spec.expirationDate !== ends) return false
  return wishOf(record) === wishOf(stored)
}

function wishOf({ spec, images, metadata }: StoredContent): string {
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
