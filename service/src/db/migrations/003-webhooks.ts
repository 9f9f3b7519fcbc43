import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Webhook endpoints and deliveries, deleted passes, and jobs with a concurrency key. */
export const addWebhooks: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('pass').addColumn('deleted_at', 'text').execute()
    await db.schema.alterTable('pass').addColumn('former_external_id', 'text').execute()
    await db.schema.alterTable('pass').addColumn('downloaded_on', 'text').execute()
    await db.schema.alterTable('event_position').addColumn('at', 'text').execute()
    await db.schema.alterTable('job').addColumn('target', 'text').execute()
    await db.schema
      .createIndex('job_target')
      .on('job')
      .columns(['state', 'kind', 'target', 'run_at'])
      .execute()
    await db.schema
      .createTable('webhook')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('events', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('disabled_because', 'text')
      .addColumn('secret_number', 'integer', (column) => column.notNull())
      .addColumn('rotations', 'text', (column) => column.notNull())
      .addColumn('failing_since', 'text')
      .addColumn('failed_at', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('webhook_key')
      .on('webhook')
      .columns(['key_id', 'created_at'])
      .execute()
    await db.schema
      .createTable('delivery')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('webhook_id', 'text', (column) => column.notNull())
      .addColumn('event_id', 'text', (column) => column.notNull())
      .addColumn('event_type', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('status', 'integer')
      .addColumn('answer', 'text')
      .addColumn('reason', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('delivery_webhook')
      .on('delivery')
      .columns(['webhook_id', 'created_at', 'id'])
      .execute()
    await db.schema.createIndex('delivery_created').on('delivery').column('created_at').execute()
  },
}
