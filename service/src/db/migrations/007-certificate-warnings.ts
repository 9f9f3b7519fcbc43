import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Since when each Pass Type ID is known, and which keys were warned of which expiring certificate. */
export const addCertificateWarnings: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('pass_type')
      .addColumn('pass_type_identifier', 'text', (column) => column.primaryKey())
      .addColumn('since', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('certificate_warning')
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('pass_type_identifier', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'text', (column) => column.notNull())
      .addColumn('days', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('certificate_warning_primary', [
        'key_id',
        'pass_type_identifier',
        'expires_at',
        'days',
      ])
      .execute()
  },
}
