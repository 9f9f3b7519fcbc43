import { Problem, toInvalidRequest } from '@passwright/shared'
import type { Context } from '../../context.ts'
import type { Db, Trx } from '../../db/database.ts'
import type { TemplateVersion } from '../../templates/store/template.ts'
import { findVersion } from '../../templates/store/versions.ts'
import type { PassOrigin, PassRecord } from '../store/pass.ts'

/** A pass that was made from a template. */
export type PassOfTemplate = PassRecord & { template: PassOrigin }

/** Whether a pass was made from a template. */
export function isOfTemplate(record: PassRecord | undefined): record is PassOfTemplate {
  return record?.template !== undefined
}

/**
 * Gets the version that a pass was made from; throws `invalid_request` when it was made from none, and
 * `template_deleted`.
 */
export async function getOwnVersion(
  { db }: { db: Db | Trx } | Pick<Context, 'db'>,
  record: PassRecord | undefined,
): Promise<TemplateVersion> {
  if (!isOfTemplate(record)) {
    const message = 'are those of a template, and this pass was not made from one; leave them out'
    throw toInvalidRequest([{ path: 'values', message }])
  }
  const { templateId, version, name } = record.template
  const found = await findVersion(db, templateId, version)
  if (found) return found
  throw new Problem(
    'template_deleted',
    `The template of this pass, ${name}, was deleted, so that it takes no new values; change its fields instead`,
  )
}
