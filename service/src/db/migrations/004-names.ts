import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from './dialect.ts'

/** Tables and columns renamed to the terms that the code uses; the rows stay as they are. */
export function renameTables(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('lane').renameTo('outage').execute()
      await db.schema.alterTable('outage').renameColumn('trouble', 'reason').execute()
      await db.schema.alterTable('job').renameColumn('target', 'concurrency_key').execute()
      await db.schema.alterTable('email').renameColumn('wish', 'options').execute()
      await db.schema.alterTable('signup').renameColumn('told_at', 'reminded_at').execute()
      await db.schema
        .alterTable('webhook')
        .renameColumn('disabled_because', 'disabled_reason')
        .execute()
      await db.schema.alterTable('delivery').renameColumn('answer', 'response_text').execute()
      await renameIndexes[dialect](db)
      // The warnings of `/ready` find disabled endpoints by this sentence.
      await sql`
        update webhook set disabled_reason = 'Every delivery to the endpoint failed for five days'
        where disabled_reason = 'The endpoint has done nothing but fail for five days'`.execute(db)
    },
  }
}

const renameIndexes: Record<Dialect, (db: Kysely<unknown>) => Promise<void>> = {
  async postgres(db) {
    await sql`alter index job_target rename to job_concurrency_key`.execute(db)
    await sql`alter table outage rename constraint lane_pkey to outage_pkey`.execute(db)
  },

  // SQLite cannot rename an index, and names those of primary keys after their table by itself.
  async sqlite(db) {
    await db.schema.dropIndex('job_target').execute()
    await db.schema
      .createIndex('job_concurrency_key')
      .on('job')
      .columns(['state', 'kind', 'concurrency_key', 'run_at'])
      .execute()
  },
}
