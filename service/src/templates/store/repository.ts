import { TemplateInput } from '@passwright/shared/schema'
import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import type { Db, Dialect, Trx } from '../../db/database.ts'
import type { Database } from '../../db/schema.ts'
import type { TemplateRecord, TemplateVersion } from './template.ts'

const Inputs = z.array(TemplateInput.required({ label: true, type: true, required: true }))
const PassBody = z.record(z.string(), z.unknown())

/** Stores a new template with its first version. */
export async function insertTemplate(trx: Trx, record: TemplateRecord): Promise<void> {
  await trx
    .insertInto('template')
    .values({
      id: record.templateId,
      key_id: record.keyId,
      name: record.name,
      version: record.version,
      passes: record.passes,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
  await insertVersion(trx, record)
}

/** Stores the next version of a template; versions that no pass needs any more are deleted. */
export async function updateTemplateRow(trx: Trx, record: TemplateRecord): Promise<void> {
  const { templateId, name, version, updatedAt } = record
  await trx
    .updateTable('template')
    .set({ name, version, updated_at: updatedAt })
    .where('id', '=', templateId)
    .execute()
  await insertVersion(trx, record)
  await trx
    .deleteFrom('template_version')
    .where('template_id', '=', templateId)
    .where('version', '<', version)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('pass')
            .select('pass.serial_number')
            .whereRef('pass.template_id', '=', 'template_version.template_id')
            .whereRef('pass.template_version', '=', 'template_version.version')
            .where('pass.deleted_at', 'is', null),
        ),
      ),
    )
    .execute()
}

async function insertVersion(
  trx: Trx,
  { templateId, version, inputs, pass }: TemplateVersion,
): Promise<void> {
  await trx
    .insertInto('template_version')
    .values({
      template_id: templateId,
      version,
      inputs: JSON.stringify(inputs),
      pass: JSON.stringify(pass),
    })
    .execute()
}

/** Deletes what a template says; its name stays if there are passes that were made from it. */
export async function deleteTemplateRow(trx: Trx, templateId: string, now: Date): Promise<void> {
  await trx.deleteFrom('template_version').where('template_id', '=', templateId).execute()
  await trx
    .updateTable('template')
    .set({ deleted_at: now.toISOString() })
    .where('id', '=', templateId)
    .execute()
  await trx
    .deleteFrom('template')
    .where('id', '=', templateId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('pass')
            .select('pass.serial_number')
            .whereRef('pass.template_id', '=', 'template.id'),
        ),
      ),
    )
    .execute()
}

/** Finds a template of this owner by its id, else by its name. */
export async function findTemplate(
  db: Db | Trx,
  keyId: string,
  idOrName: string,
): Promise<TemplateRecord | undefined> {
  const rows = await selectTemplates(db, keyId)
    .where((eb) => eb.or([eb('template.id', '=', idOrName), eb('template.name', '=', idOrName)]))
    .execute()
  const row = rows.find(({ id }) => id === idOrName) ?? rows[0]
  return row && toRecord(row)
}

/** Finds a template of this owner and locks its row until the transaction ends. */
export async function lockTemplate(
  trx: Trx,
  dialect: Dialect,
  keyId: string,
  templateId: string,
): Promise<TemplateRecord | undefined> {
  await trx
    .selectFrom('template')
    .select('id')
    .where('id', '=', templateId)
    .where('key_id', '=', keyId)
    // On SQLite, a transaction locks the whole database.
    .$if(dialect === 'postgres', (query) => query.forUpdate())
    .execute()
  const row = await selectTemplates(trx, keyId)
    .where('template.id', '=', templateId)
    .executeTakeFirst()
  return row && toRecord(row)
}

/** All templates of an owner by name, each without its pass. */
export async function findTemplates(db: Db | Trx, keyId: string): Promise<TemplateRecord[]> {
  const rows = await selectPresent(db, keyId)
    .select(sql<string>`'{}'`.as('pass'))
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(toRecord)
}

const templateColumns = [
  'template.id',
  'template.key_id',
  'template.name',
  'template.version',
  'template.passes',
  'template.created_at',
  'template.updated_at',
] as const

function selectTemplates(db: Db | Trx, keyId: string) {
  return selectPresent(db, keyId).select('template_version.pass')
}

function selectPresent(db: Db | Trx, keyId: string) {
  return db
    .selectFrom('template')
    .innerJoin('template_version', (join) =>
      join
        .onRef('template_version.template_id', '=', 'template.id')
        .onRef('template_version.version', '=', 'template.version'),
    )
    .select([...templateColumns, 'template_version.inputs'])
    .where('key_id', '=', keyId)
    .where('deleted_at', 'is', null)
}

type VersionRow = Pick<Selectable<Database['template']>, 'id' | 'name'> &
  Pick<Selectable<Database['template_version']>, 'version' | 'inputs' | 'pass'>

/** Converts a row of a template with one of its versions. */
export function toVersion({ id, name, version, inputs, pass }: VersionRow): TemplateVersion {
  return {
    templateId: id,
    name,
    version,
    inputs: Inputs.parse(JSON.parse(inputs)),
    pass: PassBody.parse(JSON.parse(pass)),
  }
}

type TemplateRow = VersionRow &
  Pick<Selectable<Database['template']>, 'key_id' | 'passes' | 'created_at' | 'updated_at'>

function toRecord(row: TemplateRow): TemplateRecord {
  return {
    ...toVersion(row),
    keyId: row.key_id,
    passes: row.passes,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
