import type { Db, Trx } from '../../db/database.ts'
import { toVersion } from './repository.ts'
import type { TemplateVersion } from './template.ts'

/** Finds one version of a template, also an earlier one; undefined when the template is deleted. */
export async function findVersion(
  db: Db | Trx,
  templateId: string,
  version: number,
): Promise<TemplateVersion | undefined> {
  const row = await db
    .selectFrom('template')
    .innerJoin('template_version', 'template_version.template_id', 'template.id')
    .select(['id', 'name', 'template_version.version', 'inputs', 'pass'])
    .where('id', '=', templateId)
    .where('template_version.version', '=', version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row && toVersion(row)
}

/** The names of templates by id, those of deleted ones too. */
export async function findNames(
  db: Db | Trx,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('template')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
