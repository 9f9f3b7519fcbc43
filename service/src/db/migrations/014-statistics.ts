import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const counters = [
  'created',
  'mailed',
  'mail_failed',
  'opened',
  'downloaded',
  'installed_apple',
  'installed_google',
  'removed',
  'voided',
]

/** What happened by key, template and UTC day, and which passes ever were in a wallet. */
export const addStatistics: Migration = {
  async up(db: Kysely<unknown>) {
    let table = db.schema
      .createTable('statistic')
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('template_id', 'text', (column) => column.notNull())
      .addColumn('day', 'text', (column) => column.notNull())
    for (const counter of counters) {
      table = table.addColumn(counter, 'integer', (column) => column.notNull().defaultTo(0))
    }
    await table
      .addPrimaryKeyConstraint('statistic_primary', ['key_id', 'template_id', 'day'])
      .execute()
    await db.schema
      .createTable('installed_pass')
      .addColumn('serial_number', 'text', (column) =>
        column.primaryKey().references('pass.serial_number'),
      )
      .execute()
    await sql`insert into installed_pass select serial_number from pass where installs > 0`.execute(
      db,
    )
    await sql`create index pass_living on pass (key_id, serial_number, template_id, expiration_date, installs)
      where voided = 0`.execute(db)
  },
}
