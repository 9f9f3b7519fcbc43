import {
  chooseStyle,
  type ImageSlotName,
  imageSlotNames,
  type Style,
} from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import { findCounter } from '../../apple/counter.ts'
import type { Context } from '../../context.ts'
import type { TemplateVersion } from '../../templates/store/template.ts'
import { type PassContent, prepareImages, resolveContent } from '../content/resolve.ts'
import type { PassOrigin, PassRecord } from '../store/pass.ts'
import { composeBody } from './compose.ts'
import type { PassOfTemplate } from './own-version.ts'
import { validateBody } from './validate.ts'

/** Images that were fetched for passes of a template, by slot, style and source. */
export interface PreparedSources {
  hashes: Map<string, readonly string[]>
  images: Map<string, Uint8Array>
}

/** An image that a pass needs and does not have yet. */
export interface NeededImage {
  slot: ImageSlotName
  style: Style
  source: string
}

/** What a template makes of a pass; `needed` are the images to prepare before it can be told. */
export type Refilled = { content: PassContent } | { needed: NeededImage[] }

export interface RefillOptions {
  /** The version that the pass was made from, whose images it has. */
  from: TemplateVersion
  /** The version to fill in. */
  to: TemplateVersion
  /** What to fill in; of that version. */
  origin: PassOrigin
  prepared: PreparedSources
  now: Date
}

export function createPreparedSources(): PreparedSources {
  return { hashes: new Map(), images: new Map() }
}

/**
 * Fills in a template anew for a pass. Images whose source is the same stay as they are, a number of days
 * counts from when it was set, and adjusted numbers stay. Throws `invalid_request`. Pure.
 */
export function refill(
  ctx: Pick<Context, 'config'>,
  key: ApiKey,
  record: PassOfTemplate,
  { from, to, origin, prepared, now }: RefillOptions,
): Refilled {
  const { email: _, ...request } = validateBody(
    ctx,
    key,
    withoutEmail(composeBody(to, origin)),
    to.inputs,
  )
  const before = composeBody(from, record.template).body
  const style = chooseStyle(request)
  const hashes: { [Slot in ImageSlotName]?: string[] } = {}
  const needed: NeededImage[] = []
  for (const slot of imageSlotNames) {
    const source = request[`${slot}URL`]
    if (source === undefined) continue
    const image = { slot, style, source }
    const isSame = before[`${slot}URL`] === source
    const found = prepared.hashes.get(toKey(image)) ?? (isSame ? record.images[slot] : undefined)
    if (found) hashes[slot] = [...found]
    else needed.push(image)
  }
  if (needed.length > 0) return { needed }
  const content = resolveContent(request, hashes, now, origin)
  return { content: withAdjusted(keepExpiry(record, content), origin) }
}

/** Fetches and prepares the images that passes need; throws `invalid_request` for those that cannot be used. */
export async function prepareNeeded(
  ctx: Context,
  owner: string,
  needed: readonly NeededImage[],
  prepared: PreparedSources,
): Promise<void> {
  const [first] = needed
  if (!first) return
  const sources = needed.map(({ slot, source }) => [`${slot}URL`, source] as const)
  const { hashes, images } = await prepareImages(ctx, owner, {
    style: first.style,
    ...Object.fromEntries(sources),
  })
  for (const image of needed) prepared.hashes.set(toKey(image), hashes[image.slot] ?? [])
  for (const [hash, png] of images) prepared.images.set(hash, png)
}

function toKey({ slot, style, source }: NeededImage): string {
  return `${slot} ${style} ${source}`
}

function withoutEmail({ body, places }: ReturnType<typeof composeBody>) {
  const { email: _, ...others } = body
  return { body: others, places }
}

/** `expirationDays` counts from the request that set it, not from a later change. */
function keepExpiry({ spec }: PassRecord, content: PassContent): PassContent {
  const { expirationDays, expirationDate } = spec
  if (expirationDays === undefined || content.spec.expirationDays !== expirationDays) return content
  return { ...content, spec: { ...content.spec, expirationDate } }
}

function withAdjusted(content: PassContent, { adjusted }: PassOrigin): PassContent {
  const spec = Object.entries(adjusted).reduce(
    (changed, [field, value]) => findCounter(changed, field)?.write(Number(value)) ?? changed,
    content.spec,
  )
  return { ...content, spec }
}
