import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from './dialect.ts'

/** The owner of each job, whose turn it takes; and one key for each mailbox that asked for one. */
export function addOwners(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<unknown>) {
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
      await db.schema
        .alterTable('job')
        .addColumn('owner', 'text', (column) => column.notNull().defaultTo(''))
        .execute()
      await sql`
        update job set owner = coalesce(
          (select key_id from email where email.id = ${emailIdOfJob[dialect]}), '')
        where kind = 'email'`.execute(db)
      await sql`
        update job set owner = coalesce(
          (select key_id from webhook where webhook.id = job.concurrency_key), '')
        where kind = 'webhook'`.execute(db)
      await sql`update job set owner = 'signup' where kind = 'key'`.execute(db)
      // Jobs with a concurrency key are found by that: they need no second index.
      await sql`create index job_owner on job (state, kind, owner, run_at)
        where concurrency_key is null`.execute(db)
      await removeTags(db)
    },
  }
}

const emailIdOfJob = {
  postgres: sql`job.payload::json ->> 'emailId'`,
  sqlite: sql`json_extract(job.payload, '$.emailId')`,
} as const satisfies Record<Dialect, unknown>

/** `ada+1@example.com` becomes `ada@example.com`, unless that mailbox has a key already. */
async function removeTags(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ address: string }>`
    select address from signup where address like '_%+%@%' order by address`.execute(db)
  for (const { address } of rows) {
    const mailbox = address.replace(/^([^+]+)\+.*(@[^@]*)$/, '$1$2')
    await sql`
      update signup set address = ${mailbox}
      where address = ${address} and not exists (select 1 from signup where address = ${mailbox})
    `.execute(db)
  }
}
