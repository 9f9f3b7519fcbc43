import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What is stored at Google, and what is to be sent there. */
export const addGoogle: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('google_pass')
      .addColumn('serial_number', 'text', (column) =>
        column.primaryKey().references('pass.serial_number'),
      )
      .addColumn('class_id', 'text', (column) => column.notNull())
      .addColumn('said_hash', 'text')
      .addColumn('stored_at', 'text')
      .addColumn('saves', 'integer', (column) => column.notNull())
      .addColumn('job_id', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('google_message')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('serial_number', 'text', (column) =>
        column.notNull().references('pass.serial_number'),
      )
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('notified_at', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('google_message_pass')
      .on('google_message')
      .columns(['serial_number', 'notified_at'])
      .execute()
    await db.schema
      .createIndex('google_message_age')
      .on('google_message')
      .column('created_at')
      .execute()
    await db.schema
      .createTable('google_class')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('said_hash', 'text', (column) => column.notNull())
      .addColumn('ensured_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('google_nonce')
      .addColumn('nonce', 'text', (column) => column.primaryKey())
      .addColumn('received_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('google_nonce_age')
      .on('google_nonce')
      .column('received_at')
      .execute()
    await db.schema
      .createTable('google_image')
      .addColumn('source', 'text', (column) => column.primaryKey())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('google_image_hash').on('google_image').column('hash').execute()
    await db.schema
      .createTable('google_pace')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('next_at', 'bigint', (column) => column.notNull())
      .execute()
  },
}
