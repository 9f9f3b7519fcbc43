import type { ImageSlotName } from '@passwright/shared/schema'
import { resolveColors } from '../apple/colors.ts'
import type { Context } from '../context.ts'
import { isReachable } from '../google/content/class.ts'
import type { ObjectSource } from '../google/content/object.ts'
import { type GoogleSlotName, googleSlots } from '../google/content/wallet-words.ts'
import { placeImage } from '../passes/images/placed.ts'
import type { PassRecord } from '../passes/store/pass.ts'

interface Source {
  slot: GoogleSlotName
  /** Where the image comes from, in the order in which these are tried. */
  from: readonly ImageSlotName[]
  minRatio?: number
}

/** One row for each place of Google's. A logo that is not wide stands beside the title, not in its place. */
export const imageSources: readonly Source[] = [
  { slot: 'logo', from: ['logo', 'icon'] },
  { slot: 'wideLogo', from: ['logo'], minRatio: 2 },
  { slot: 'hero', from: ['strip'] },
  { slot: 'details', from: ['thumbnail'] },
]

/**
 * Prepares the images of a pass for Google and returns their addresses, which change with the images.
 * None while Google could not fetch them.
 */
export async function prepareGoogleImages(
  ctx: Pick<Context, 'db' | 'config' | 'imageAdapter' | 'now'>,
  record: PassRecord,
): Promise<ObjectSource['images']> {
  const { publicUrl } = ctx.config
  if (!isReachable({ publicUrl })) return {}
  const { background } = resolveColors(record.spec)
  const urls: ObjectSource['images'] = {}
  for (const { slot, from, ...options } of imageSources) {
    const [hash] = from.flatMap((name) => record.images[name]?.at(-1) ?? [])
    if (hash === undefined) continue
    const { isOpaque, ...size } = googleSlots[slot]
    const canvas = { ...size, ...(isOpaque ? { background } : {}) }
    const placed = await placeImage(ctx, record, { hash, canvas, ...options })
    if (placed !== undefined) urls[slot] = `${publicUrl}/images/${placed}.png`
  }
  return urls
}
