import { Problem, toInvalidRequest } from '@passwright/shared'
import { chooseStyle, imageSlotNames, styles } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { readValues } from '../../templates/filling/values.ts'
import type { TemplateVersion } from '../../templates/store/template.ts'
import { findVersion } from '../../templates/store/versions.ts'
import {
  createPreparedSources,
  type NeededImage,
  type PreparedSources,
  prepareNeeded,
} from '../from-template/refill.ts'
import { toOrigin } from '../from-template/resolve.ts'
import { findPassBySerial } from '../store/find.ts'
import { changeFromTemplate } from './refilled.ts'

/**
 * Makes a pass anew from the present version of its template, with the values that it has then. Nothing
 * happens to a pass that is of this version, or no longer of this template. Throws `invalid_request` for
 * one that the version does not fit.
 */
export async function refillPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  version: TemplateVersion,
  images: PreparedSources,
): Promise<void> {
  const { templateId } = version
  for (;;) {
    const seen = await findPassBySerial(ctx.db, key.id, serialNumber)
    const from = seen?.template && (await findVersion(ctx.db, templateId, seen.template.version))
    if (!seen || !from || seen.deletedAt !== null) return
    if (seen.template?.templateId !== templateId || from.version === version.version) return
    let isMoved = false
    const prepared = { hashes: new Map(images.hashes), images: new Map(images.images) }
    await changeFromTemplate(
      ctx,
      key,
      seen,
      (record) => {
        isMoved =
          record.template.templateId !== templateId || record.template.version !== from.version
        if (isMoved) return 'unchanged'
        const { beside, adjusted, values: before } = record.template
        const { values, issues } = readValues(version.inputs, before, { ignoresUnknown: true })
        if (issues.length > 0) throw toInvalidRequest(issues)
        return { from, to: version, origin: toOrigin(version, { values, beside, adjusted }) }
      },
      { prepared },
    ).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'pass_deleted') throw error
    })
    if (!isMoved) return
  }
}

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
