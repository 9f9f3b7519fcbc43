import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from './dialect.ts'

/** Keys, quotas, passes, images, remembered replies and events. */
export function createTables(dialect: Dialect): Migration {
  const blob = dialect === 'postgres' ? 'bytea' : 'blob'
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('api_key')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('plan', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('revoked_at', 'text')
        .execute()
      await db.schema
        .createTable('api_secret')
        .addColumn('hash', 'text', (column) => column.primaryKey())
        .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('ends_at', 'text')
        .execute()
      await db.schema
        .createTable('quota')
        .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
        .addColumn('month', 'text', (column) => column.notNull())
        .addColumn('used', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('quota_primary', ['key_id', 'month'])
        .execute()
      await db.schema
        .createTable('pass')
        .addColumn('serial_number', 'text', (column) => column.primaryKey())
        .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
        .addColumn('token', 'text', (column) => column.notNull().unique())
        .addColumn('external_id', 'text')
        .addColumn('pass_type_identifier', 'text', (column) => column.notNull())
        .addColumn('spec', 'text', (column) => column.notNull())
        .addColumn('images', 'text', (column) => column.notNull())
        .addColumn('voided', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('pass_external_id')
        .unique()
        .on('pass')
        .columns(['key_id', 'external_id'])
        .execute()
      await db.schema
        .createIndex('pass_newest')
        .on('pass')
        .columns(['key_id', 'created_at', 'serial_number'])
        .execute()
      await db.schema
        .createTable('pass_metadata')
        .addColumn('serial_number', 'text', (column) =>
          column.notNull().references('pass.serial_number'),
        )
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('pass_metadata_primary', ['serial_number', 'name'])
        .execute()
      await db.schema
        .createIndex('pass_metadata_value')
        .on('pass_metadata')
        .columns(['name', 'value'])
        .execute()
      await db.schema
        .createTable('image')
        .addColumn('hash', 'text', (column) => column.primaryKey())
        .addColumn('content', blob, (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('idempotency')
        .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
        .addColumn('idempotency_key', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('status', 'integer', (column) => column.notNull())
        .addColumn('headers', 'text', (column) => column.notNull())
        .addColumn('body', blob, (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('idempotency_primary', ['key_id', 'idempotency_key'])
        .execute()
      await db.schema
        .createTable('event')
        .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
        .addColumn('position', 'integer', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('event_primary', ['key_id', 'position'])
        .execute()
      await db.schema
        .createTable('event_position')
        .addColumn('key_id', 'text', (column) => column.primaryKey().references('api_key.id'))
        .addColumn('value', 'integer', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('once')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('at', 'text', (column) => column.notNull())
        .execute()
    },
  }
}
