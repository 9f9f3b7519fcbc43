import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which installation a database belongs to: one row with the fingerprint of its secret. */
export const addInstallation: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('installation')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .execute()
  },
}
