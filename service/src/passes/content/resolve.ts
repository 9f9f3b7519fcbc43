import { Problem, toInvalidRequest } from '@passwright/shared'
import {
  chooseStyle,
  getImageSlot,
  imageSlotNames,
  type PassRequest,
  type PassSpec,
} from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { toCanonicalJson } from '../../text/json.ts'
import type { ImageHashes, ImagesByHash } from '../images/repository.ts'
import type { PassOrigin, PassRecord } from '../store/pass.ts'

/** The part of a record that a request decides. */
export type PassContent = Pick<PassRecord, 'spec' | 'images' | 'metadata' | 'template'>

/** The images of a request, fetched and prepared: the hashes of each slot, and the PNGs. */
export interface PreparedImages {
  hashes: ImageHashes
  images: ImagesByHash
}

/** The fields of a request that name images (`logoURL` and its like), and its style, which has their sizes. */
export type ImageSources = Pick<PassRequest, 'style' | `${(typeof imageSlotNames)[number]}URL`>

/**
 * Fetches and prepares the images that an owner's request names, all at once. Throws `invalid_request`
 * with an issue for each one that cannot be used.
 */
export async function prepareImages(
  ctx: Pick<Context, 'images'>,
  owner: string,
  sources: ImageSources,
): Promise<PreparedImages> {
  const style = chooseStyle(sources)
  const preparing = imageSlotNames.flatMap((slot) => {
    const path = `${slot}URL` as const
    const source = sources[path]
    if (source === undefined) return []
    const prepare = async () => ({
      slot,
      prepared: await ctx.images.prepare(source, getImageSlot(slot, style), path, owner),
    })
    return [prepare()]
  })
  const slots = await collectIssues(preparing)
  const images = slots.flatMap(({ prepared }) =>
    prepared.map(({ hash, png }) => [hash, png] as const),
  )
  return {
    hashes: Object.fromEntries(
      slots.map(({ slot, prepared }) => [slot, prepared.map(({ hash }) => hash)]),
    ),
    images: new Map(images),
  }
}

/** Waits for all; of those that the caller has to mend it throws one problem with all issues. */
async function collectIssues<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises)
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const issues = errors.flatMap((error) => (error instanceof Problem ? (error.issues ?? []) : []))
  if (issues.length > 0) throw toInvalidRequest(issues)
  if (errors.length > 0) throw errors[0]
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** The content of a pass that a request, made from a template or not, asks for, with `expirationDays` resolved to a date. */
export function resolveContent(
  request: PassRequest,
  images: ImageHashes,
  now: Date,
  template?: PassOrigin,
): PassContent {
  return { spec: toSpec(request, now), images, metadata: request.metadata ?? {}, template }
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
  const style = chooseStyle(request)
  return {
    ...rest,
    // Absent stays absent, so that repeating a request of an earlier version changes nothing.
    ...(style === 'generic' ? {} : { style }),
    expirationDate: rest.expirationDays ? addDays(now, rest.expirationDays) : rest.expirationDate,
    ...Object.fromEntries(embedded.map((field) => [field, undefined])),
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

/** So many days from now, to the second: Wallet needs no milliseconds. */
function addDays(now: Date, days: number): string {
  const date = new Date(now.getTime() + days * DAY_MS)
  return `${date.toISOString().slice(0, 19)}Z`
}
