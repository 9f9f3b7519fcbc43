import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { moveSpecToEnd } from './005-summaries.ts'
import type { Dialect } from './dialect.ts'

/** Templates with their versions, what passes were filled in with, and rollouts of a new version. */
export function addTemplates(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // A million passes take minutes.
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
      await sql`alter table pass add column template_id text`.execute(db)
      await sql`alter table pass add column template_version integer`.execute(db)
      if (dialect === 'sqlite') await moveSpecToEnd(db)
      await sql`create index pass_template on pass (template_id, template_version)
        where template_id is not null`.execute(db)
      await sql`create index pass_of_template on pass (key_id, template_id, created_at, serial_number)
        where template_id is not null`.execute(db)

      await db.schema
        .createTable('template')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('passes', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .addColumn('deleted_at', 'text')
        .execute()
      await sql`create unique index template_name on template (key_id, name)
        where deleted_at is null`.execute(db)
      await db.schema
        .createTable('template_version')
        .addColumn('template_id', 'text', (column) => column.notNull().references('template.id'))
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('inputs', 'text', (column) => column.notNull())
        .addColumn('pass', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('template_version_primary', ['template_id', 'version'])
        .execute()
      await db.schema
        .createTable('pass_filling')
        .addColumn('serial_number', 'text', (column) =>
          column.primaryKey().references('pass.serial_number'),
        )
        .addColumn('filling', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('rollout')
        .addColumn('template_id', 'text', (column) => column.primaryKey().references('template.id'))
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('total', 'integer', (column) => column.notNull())
        .addColumn('done', 'integer', (column) => column.notNull())
        .addColumn('failed', 'integer', (column) => column.notNull())
        .addColumn('failures', 'text', (column) => column.notNull())
        .addColumn('position', 'text', (column) => column.notNull())
        .addColumn('job_id', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text', (column) => column.notNull())
        .execute()
    },
  }
}
