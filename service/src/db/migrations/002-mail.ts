import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Jobs, emails with their daily count, and keys that were requested by email. */
export const addMail: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('job')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('run_at', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('claim', 'text')
      .addColumn('reason', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('finished_at', 'text')
      .execute()
    await db.schema.createIndex('job_due').on('job').columns(['state', 'kind', 'run_at']).execute()
    await db.schema.createIndex('job_claim').on('job').column('claim').execute()
    await db.schema.createIndex('job_finished').on('job').column('finished_at').execute()
    await db.schema
      .createTable('lane')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('trouble', 'text', (column) => column.notNull())
      .addColumn('since', 'text', (column) => column.notNull())
      .addColumn('paused_until', 'text')
      .addColumn('pauses', 'integer', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('email')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('serial_number', 'text', (column) =>
        column.notNull().references('pass.serial_number'),
      )
      .addColumn('recipient', 'text', (column) => column.notNull())
      .addColumn('recipient_folded', 'text', (column) => column.notNull())
      .addColumn('wish', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('reason', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('email_recipient')
      .on('email')
      .columns(['key_id', 'recipient_folded'])
      .execute()
    await db.schema.createIndex('email_pass').on('email').column('serial_number').execute()
    await db.schema.alterTable('pass').addColumn('email_id', 'text').execute()
    await db.schema
      .createTable('email_count')
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('day', 'text', (column) => column.notNull())
      .addColumn('used', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('email_count_primary', ['key_id', 'day'])
      .execute()
    await db.schema
      .createTable('signup')
      .addColumn('address', 'text', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('mailed_at', 'text')
      .addColumn('told_at', 'text')
      .execute()
    await db.schema
      .createIndex('idempotency_created')
      .on('idempotency')
      .column('created_at')
      .execute()
    await db.schema.createIndex('event_created').on('event').column('created_at').execute()
  },
}
