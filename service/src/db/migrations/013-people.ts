import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { moveSpecToEnd } from './005-summaries.ts'
import type { Dialect } from './dialect.ts'

/** What is held of a person, found by email address; and which passes have forgotten theirs. */
export function addPeople(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // A million passes take minutes.
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
      await db.schema.alterTable('pass').addColumn('forgotten_at', 'text').execute()
      if (dialect === 'sqlite') await moveSpecToEnd(db)
      await sql`create index pass_to_forget on pass (expiration_date)
        where forgotten_at is null and cleared_at is null`.execute(db)

      // Only what can be an address: a barcode may be too long for an index.
      await sql`create index pass_barcode_address on pass (key_id, lower(barcode_value), serial_number)
        where barcode_value like '%@%' and length(barcode_value) <= 254`.execute(db)
      await sql`create index pass_metadata_address on pass_metadata (key_id, lower(value), serial_number)
        where value like '%@%' and length(value) <= 254`.execute(db)

      await db.schema.alterTable('event').addColumn('serial_number', 'text').execute()
      await sql`update event set serial_number = substr(data, 18, 36)
        where data like '{"serialNumber":"%'`.execute(db)
      await db.schema
        .createIndex('event_pass')
        .on('event')
        .columns(['key_id', 'serial_number'])
        .execute()
      await db.schema.createIndex('delivery_event').on('delivery').column('event_id').execute()

      await db.schema.alterTable('idempotency').addColumn('serial_number', 'text').execute()
      await sql`update idempotency set serial_number = file_serial`.execute(db)
      await db.schema
        .createIndex('idempotency_pass')
        .on('idempotency')
        .columns(['key_id', 'serial_number'])
        .execute()
      await sql`create index job_email on job (payload) where kind = 'email'`.execute(db)
    },
  }
}
