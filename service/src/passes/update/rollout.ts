import { Problem, type ProblemCode, toInvalidRequest } from '@passwright/shared'
import { chooseStyle, imageSlotNames, styles } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { readValues } from '../../templates/filling/values.ts'
import type { TemplateVersion } from '../../templates/store/template.ts'
import { findVersion } from '../../templates/store/versions.ts'
import { changePass, type PassChange } from '../change/change.ts'
import { getValidIdentity } from '../content/render.ts'
import { isOfTemplate } from '../from-template/own-version.ts'
import {
  createPreparedSources,
  type NeededImage,
  type PreparedSources,
  prepareNeeded,
  refill,
} from '../from-template/refill.ts'
import { toOrigin } from '../from-template/resolve.ts'
import type { PassRecord } from '../store/pass.ts'
import { applyUpdate } from './update-content.ts'

/** The version of a template that passes are made anew from, and what was loaded for that. */
export interface RefillSource {
  version: TemplateVersion
  /** The images that all passes have. */
  images: PreparedSources
  /** Versions that passes were made from, by number; `refillPass` adds to it. */
  earlier: Map<number, TemplateVersion>
}

/** What a pass needs before it can be made anew. */
type Missing = { version: number } | { images: NeededImage[] }

/**
 * Makes a pass anew from the present version of its template, with the values that it has then, in one
 * transaction. It is signed when somebody asks for its file, since most are never asked for. Nothing
 * happens to a pass that is of this version, or no longer of this template. Throws `invalid_request` for
 * one that the version does not fit, `certificate_expired` when it could not be signed now.
 */
export async function refillPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  { version, images, earlier }: RefillSource,
): Promise<void> {
  const { templateId } = version
  const prepared = { hashes: new Map(images.hashes), images: new Map(images.images) }
  let missing: Missing | undefined
  const apply = (record: PassRecord, now: Date): PassRecord | 'unchanged' => {
    missing = undefined
    if (!isOfTemplate(record) || record.template.templateId !== templateId) return 'unchanged'
    const { version: number, values: before, beside, adjusted } = record.template
    if (number === version.version) return 'unchanged'
    getValidIdentity(ctx, record)
    const from = earlier.get(number)
    if (!from) {
      missing = { version: number }
      return 'unchanged'
    }
    const { values, issues } = readValues(version.inputs, before, { ignoresUnknown: true })
    if (issues.length > 0) throw toInvalidRequest(issues)
    const origin = toOrigin(version, { values, beside, adjusted })
    const refilled = refill(ctx, key, record, { from, to: version, origin, prepared, now })
    if ('content' in refilled) return applyUpdate(record, refilled.content, now)
    missing = { images: refilled.needed }
    return 'unchanged'
  }
  const change = { event: 'pass.updated', apply, images: prepared.images } as const
  do {
    if (!(await tryToChange(ctx, key, serialNumber, change))) return
  } while (missing && (await load(missing)))

  /** False when the template was deleted meanwhile. */
  async function load(needed: Missing): Promise<boolean> {
    if ('images' in needed) {
      await prepareNeeded(ctx, key.id, needed.images, prepared)
      return true
    }
    const found = await findVersion(ctx.db, templateId, needed.version)
    if (found) earlier.set(needed.version, found)
    return found !== undefined
  }
}

/** False when the pass is gone. */
async function tryToChange(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  change: PassChange,
): Promise<boolean> {
  try {
    await changePass(ctx, key, serialNumber, change, {})
    return true
  } catch (error) {
    if (error instanceof Problem && goneCodes.has(error.code)) return false
    throw error
  }
}

const goneCodes = new Set<ProblemCode>(['pass_deleted', 'not_found'])

/** Fetches the images that all passes of a template have; one that cannot be had stays as passes have it. */
export async function prepareConstantImages(
  ctx: Context,
  key: ApiKey,
  { pass }: TemplateVersion,
): Promise<PreparedSources> {
  const prepared = createPreparedSources()
  const style = styles.find((each) => each === (pass.style ?? 'generic'))
  if (style === undefined) return prepared
  const shown = chooseStyle({ style, stripURL: pass.stripURL })
  const constant = imageSlotNames.flatMap((slot): NeededImage[] => {
    const source: unknown = pass[`${slot}URL`]
    const isConstant = typeof source === 'string' && !source.includes('{{')
    return isConstant ? [{ slot, style: shown, source }] : []
  })
  for (const image of constant) {
    await prepareNeeded(ctx, key.id, [image], prepared).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error
    })
  }
  return prepared
}
