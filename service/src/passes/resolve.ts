import { imageSlotNames, imageSlots, type PassRequest, PassSpec } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { toCanonicalJson } from '../text/json.ts'
import type { ImageHashes, ImagesByHash } from './images/repository.ts'
import type { PassRecord } from './pass.ts'

/** The part of a record that a request decides. */
export type PassContent = Pick<PassRecord, 'spec' | 'images' | 'metadata'>

/** The images of a request, fetched and prepared: the hashes of each slot, and the PNGs. */
export interface PreparedImages {
  hashes: ImageHashes
  images: ImagesByHash
}

/** The fields of a request that name images: `logoURL` and its like. */
export type ImageSources = Pick<PassRequest, `${(typeof imageSlotNames)[number]}URL`>

/** Fetches and prepares the images that an owner's request names; throws when one cannot be used. */
export async function prepareImages(
  ctx: Context,
  owner: string,
  sources: ImageSources,
): Promise<PreparedImages> {
  const hashes: ImageHashes = {}
  const images = new Map<string, Uint8Array>()
  for (const slot of imageSlotNames) {
    const path = `${slot}URL` as const
    const source = sources[path]
    if (source === undefined) continue
    const layout = { name: slot, ...imageSlots[slot] }
    const prepared = await ctx.images.prepare(source, layout, path, owner)
    hashes[slot] = prepared.map(({ hash }) => hash)
    for (const { hash, png } of prepared) images.set(hash, png)
  }
  return { hashes, images }
}

/** The content of a pass that a request asks for, with `expirationDays` resolved to a date. */
export function resolveContent(request: PassRequest, images: ImageHashes, now: Date): PassContent {
  return { spec: toSpec(request, now), images, metadata: request.metadata ?? {} }
}

/**
 * Whether a pass has this content already, in whatever order its keys are. The same number of days is
 * the same content whenever it is sent: otherwise a nightly sync would change every pass. Only an
 * expired pass gets a new date.
 */
export function hasContent(record: PassRecord, content: PassContent, now: Date): boolean {
  const { expirationDate } = record.spec
  const isExpired = expirationDate !== undefined && Date.parse(expirationDate) <= now.getTime()
  if (isExpired && content.spec.expirationDate !== expirationDate) return false
  // The date that its days came to says the same as the days.
  const isSameDate =
    content.spec.expirationDays === undefined && content.spec.expirationDate === expirationDate
  return toComparable(record, isSameDate) === toComparable(content, isSameDate)
}

function toComparable({ spec, images, metadata }: PassContent, ignoresDays: boolean): string {
  const { expirationDate, expirationDays, ...others } = spec
  const expiry =
    expirationDays === undefined || ignoresDays ? { expirationDate } : { expirationDays }
  return toCanonicalJson({ spec: { ...others, ...expiry }, images, metadata })
}

/** What is stored of a request: embedded images are kept as prepared PNGs, not as their data URI. */
function toSpec(request: PassRequest, now: Date): PassSpec {
  const { email, externalId, metadata, passTypeIdentifier, ...rest } = request
  const embedded = imageSlotNames
    .map((slot) => `${slot}URL` as const)
    .filter((field) => request[field]?.startsWith('data:'))
  return PassSpec.parse({
    ...rest,
    expirationDate: rest.expirationDays ? addDays(now, rest.expirationDays) : rest.expirationDate,
    ...Object.fromEntries(embedded.map((field) => [field, undefined])),
  })
}

const DAY_MS = 24 * 60 * 60 * 1000

/** So many days from now, to the second: Wallet needs no milliseconds. */
function addDays(now: Date, days: number): string {
  const date = new Date(now.getTime() + days * DAY_MS)
  return `${date.toISOString().slice(0, 19)}Z`
}
