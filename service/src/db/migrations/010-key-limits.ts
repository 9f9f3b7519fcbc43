import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The scopes that a key is limited to, and the time at which it ends. */
export const addKeyLimits: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('api_key').addColumn('scopes', 'text').execute()
    await db.schema.alterTable('api_key').addColumn('expires_at', 'text').execute()
  },
}
