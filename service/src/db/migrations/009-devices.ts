import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { moveSpecToEnd } from './005-summaries.ts'
import type { Dialect } from './dialect.ts'

/** The devices that follow the updates of passes, and what passes need for that. */
export function addDevices(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // A million passes take minutes.
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
      for (const [column, type] of [
        ['authentication_token', sql`text not null default ''`],
        ['update_tag', sql`bigint not null default 0`],
        ['modified_at', sql`bigint not null default 0`],
        ['installs', sql`integer not null default 0`],
        ['message', sql`text`],
        ['message_number', sql`integer not null default 0`],
      ] as const) {
        await sql`alter table pass add column ${sql.ref(column)} ${type}`.execute(db)
      }
      await sql`update pass set authentication_token = ${randomToken[dialect]}`.execute(db)
      if (dialect === 'sqlite') await moveSpecToEnd(db)
      await sql`create index pass_installed on pass (key_id, created_at, serial_number)
        where installs > 0`.execute(db)

      await db.schema
        .createTable('device')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('library_identifier', 'text', (column) => column.notNull())
        .addColumn('pass_type_identifier', 'text', (column) => column.notNull())
        .addColumn('push_token', 'text', (column) => column.notNull())
        .addColumn('registered_at', 'text', (column) => column.notNull())
        .addColumn('push_job_id', 'text')
        .addUniqueConstraint('device_library', ['library_identifier', 'pass_type_identifier'])
        .execute()
      await db.schema
        .createTable('registration')
        .addColumn('device_id', 'text', (column) => column.notNull().references('device.id'))
        .addColumn('serial_number', 'text', (column) =>
          column.notNull().references('pass.serial_number'),
        )
        .addColumn('update_tag', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('registration_primary', ['device_id', 'serial_number'])
        .execute()
      await db.schema
        .createIndex('registration_pass')
        .on('registration')
        .columns(['serial_number', 'device_id'])
        .execute()
      await db.schema
        .createTable('update_tag')
        .addColumn('pass_type_identifier', 'text', (column) => column.primaryKey())
        .addColumn('value', 'bigint', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('device_log')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('message', 'text', (column) => column.notNull())
        .addColumn('count', 'integer', (column) => column.notNull())
        .addColumn('first_at', 'text', (column) => column.notNull())
        .addColumn('last_at', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('adjustment')
        .addColumn('serial_number', 'text', (column) =>
          column.notNull().references('pass.serial_number'),
        )
        .addColumn('field', 'text', (column) => column.notNull())
        .addColumn('reference', 'text', (column) => column.notNull())
        .addColumn('reached', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('adjustment_primary', ['serial_number', 'field', 'reference'])
        .execute()
    },
  }
}

/** 122 random bits or more, from a source that is fit for secrets. */
const randomToken = {
  postgres: sql`replace(gen_random_uuid()::text, '-', '')`,
  sqlite: sql`lower(hex(randomblob(24)))`,
} as const satisfies Record<Dialect, unknown>
