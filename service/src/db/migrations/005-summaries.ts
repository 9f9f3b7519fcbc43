import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from './dialect.ts'

/** What lists show and find passes by, which images passes use, and replies without their file. */
export function addSummaries(dialect: Dialect): Migration {
  // Ranges of beginnings need the order of bytes, as SQLite compares texts anyway.
  const word = dialect === 'postgres' ? sql`text collate "C"` : sql`text`
  return {
    async up(db: Kysely<unknown>) {
      // A million passes take minutes.
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
      for (const [column, type] of [
        ['style', sql`text not null default 'generic'`],
        ['title', sql`text not null default ''`],
        ['barcode_value', sql`text`],
        ['expiration_date', sql`text`],
        ['cleared_at', sql`text`],
      ] as const) {
        await sql`alter table pass add column ${sql.ref(column)} ${type}`.execute(db)
      }
      await db.schema
        .createTable('pass_word')
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('word', word, (column) => column.notNull())
        .addColumn('serial_number', 'text', (column) =>
          column.notNull().references('pass.serial_number'),
        )
        .addPrimaryKeyConstraint('pass_word_primary', ['key_id', 'word', 'serial_number'])
        .$call((table) => (dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table))
        .execute()
      await db.schema
        .createTable('pass_image')
        .addColumn('serial_number', 'text', (column) =>
          column.notNull().references('pass.serial_number'),
        )
        .addColumn('hash', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('pass_image_primary', ['serial_number', 'hash'])
        .$call((table) => (dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table))
        .execute()
      await sql`alter table pass_metadata add column key_id text not null default ''`.execute(db)
      await sql`update pass_metadata set key_id = (
        select key_id from pass where pass.serial_number = pass_metadata.serial_number)`.execute(db)
      await db.schema.dropIndex('pass_metadata_value').execute()
      await db.schema
        .createIndex('pass_metadata_value')
        .on('pass_metadata')
        .columns(['key_id', 'name', 'value', 'serial_number'])
        .execute()
      await fillFromSpecs(db)
      if (dialect === 'sqlite') await moveSpecToEnd(db)
      await db.schema
        .createIndex('pass_word_pass')
        .on('pass_word')
        .column('serial_number')
        .execute()
      await db.schema.createIndex('pass_image_hash').on('pass_image').column('hash').execute()
      await sql`create index pass_to_clear on pass (deleted_at)
        where deleted_at is not null and cleared_at is null`.execute(db)

      const now = new Date().toISOString()
      await sql`alter table image add column used_at text not null default ${sql.lit(now)}`.execute(
        db,
      )
      await db.schema.createIndex('image_used').on('image').column('used_at').execute()
      await db.schema.alterTable('idempotency').addColumn('file_serial', 'text').execute()
      await db.schema.alterTable('idempotency').addColumn('file_placement', 'text').execute()
    },
  }
}

/** SQLite reads a row from its beginning: what stands behind a spec of two megabytes costs all of them. */
export async function moveSpecToEnd(db: Kysely<unknown>): Promise<void> {
  await sql`alter table pass add column moved text not null default ''`.execute(db)
  await sql`update pass set moved = spec`.execute(db)
  await sql`alter table pass drop column spec`.execute(db)
  await sql`alter table pass rename column moved to spec`.execute(db)
}

interface PassRow {
  serial_number: string
  key_id: string
  external_id: string | null
  spec: string
  images: string
  deleted_at: string | null
}

/** A spec may hold two megabytes. */
const BATCH_SIZE = 20

async function fillFromSpecs(db: Kysely<unknown>): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await sql<PassRow>`
      select serial_number, key_id, coalesce(external_id, former_external_id) as external_id,
        spec, images, deleted_at
      from pass where serial_number > ${after} order by serial_number limit ${BATCH_SIZE}`.execute(
      db,
    )
    for (const row of rows) await fillFromSpec(db, row)
    const last = rows.at(-1)
    if (!last) return
    after = last.serial_number
  }
}

type Text = string | undefined

interface Spec {
  style?: string
  title?: string
  logoText?: string
  value?: string
  barcodeValue?: string
  expirationDate?: string
  [group: `${string}Fields`]: { value: string | number }[] | undefined
}

const groups = ['header', 'primary', 'secondary', 'auxiliary', 'back'] as const

async function fillFromSpec(db: Kysely<unknown>, row: PassRow): Promise<void> {
  const spec: Spec = JSON.parse(row.spec)
  const { title, logoText, value, barcodeValue = null, style = 'generic' } = spec
  const primary = spec.primaryFields?.map((field) => String(field.value)) ?? []
  const name = [title, logoText, ...primary].find((text: Text) => text?.trim()) ?? ''
  const expiry = row.deleted_at ?? spec.expirationDate
  await sql`
    update pass set style = ${style}, title = ${name}, barcode_value = ${barcodeValue},
      expiration_date = ${expiry === undefined ? null : new Date(expiry).toISOString()}
    where serial_number = ${row.serial_number}`.execute(db)

  const values = groups.flatMap((group) => spec[`${group}Fields`] ?? []).map((field) => field.value)
  for (const word of findWords([title, row.external_id, logoText, value, ...values])) {
    await sql`insert into pass_word (key_id, word, serial_number)
      values (${row.key_id}, ${word}, ${row.serial_number})`.execute(db)
  }
  await sql`insert into pass_word (key_id, word, serial_number)
    select distinct key_id, substr(recipient_folded, 1, 64), serial_number from email
    where serial_number = ${row.serial_number} and recipient_folded like '%@%'`.execute(db)

  const images: Record<string, string[]> = JSON.parse(row.images)
  for (const hash of new Set(Object.values(images).flat())) {
    await sql`insert into pass_image (serial_number, hash)
      values (${row.serial_number}, ${hash})`.execute(db)
  }
}

/** The words of these texts, at most 48 of 64 characters; long texts only at their beginning. */
function findWords(texts: (string | number | null | undefined)[]): Set<string> {
  const words = texts
    .map((text) => String(text ?? '').slice(0, 1_000))
    .flatMap(
      (text) =>
        text
          .normalize('NFKC')
          .toLowerCase()
          .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
    )
    .map((word) => word.slice(0, 64).toWellFormed())
  return new Set([...new Set(words)].slice(0, 48))
}
