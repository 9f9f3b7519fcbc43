import { sql } from 'kysely'
import type { Db, Trx } from './database.ts'

/** Few enough values for one statement. */
const BATCH_SIZE = 500

interface Pass {
  keyId: string
  serialNumber: string
}

/** How much is stored about passes. */
export interface Traces {
  emails: number
  deliveries: number
}

/** Counts the emails with these passes of an owner, and the webhook deliveries about them. */
export async function countTraces(
  db: Db,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<Traces> {
  if (serialNumbers.length === 0) return { emails: 0, deliveries: 0 }
  const serials = sql.join(serialNumbers)
  const { rows } = await sql<Record<keyof Traces, number | string>>`
    select
      (select count(*) from email where serial_number in (${serials})) as emails,
      (select count(*) from delivery where event_id in (
        select id from event where key_id = ${keyId} and serial_number in (${serials})
      )) as deliveries`.execute(db)
  const [{ emails = 0, deliveries = 0 } = {}] = rows
  return { emails: Number(emails), deliveries: Number(deliveries) }
}

/** Tables of which a pass has rows that say something about its holder. */
const tablesOfHolder = [
  'email',
  'pass_metadata',
  'pass_word',
  'adjustment',
  'pass_filling',
  'google_message',
] as const

/**
 * Deletes what is stored of a pass besides its own row, but for the devices that follow it: its emails
 * and events, the deliveries and jobs of those, remembered replies, and what it is found by. Jobs come
 * first: a worker that ends one has locked its row before those of emails and deliveries.
 */
export async function deleteTraces(trx: Trx, pass: Pass): Promise<void> {
  const { keyId, serialNumber } = pass
  await deleteEmailJobs(trx, serialNumber)
  for (;;) {
    const events = await findEvents(trx, pass)
    if (events.length === 0) break
    await deleteEvents(trx, keyId, events)
  }
  for (const table of tablesOfHolder) {
    await sql`delete from ${sql.table(table)} where serial_number = ${serialNumber}`.execute(trx)
  }
  await trx
    .deleteFrom('idempotency')
    .where('key_id', '=', keyId)
    .where('serial_number', '=', serialNumber)
    .execute()
}

async function deleteEmailJobs(trx: Trx, serialNumber: string): Promise<void> {
  const emails = await trx
    .selectFrom('email')
    .select('id')
    .where('serial_number', '=', serialNumber)
    .execute()
  for (let start = 0; start < emails.length; start += BATCH_SIZE) {
    const payloads = emails
      .slice(start, start + BATCH_SIZE)
      .map(({ id }) => JSON.stringify({ emailId: id }))
    // As the index on jobs of emails has it.
    await sql`delete from job where kind = 'email' and payload in (${sql.join(payloads)})`.execute(
      trx,
    )
  }
}

interface StoredEvent {
  id: string
  position: number
}

async function findEvents(trx: Trx, { keyId, serialNumber }: Pass): Promise<StoredEvent[]> {
  return trx
    .selectFrom('event')
    .select(['id', 'position'])
    .where('key_id', '=', keyId)
    .where((eb) =>
      eb.or([
        eb('serial_number', '=', serialNumber),
        // Written by an instance of the version before, during an upgrade.
        eb.and([
          eb('serial_number', 'is', null),
          eb('data', 'like', `{"serialNumber":"${serialNumber}"%`),
        ]),
      ]),
    )
    .limit(BATCH_SIZE)
    .execute()
}

async function deleteEvents(
  trx: Trx,
  keyId: string,
  events: readonly StoredEvent[],
): Promise<void> {
  const ids = events.map(({ id }) => id)
  await trx
    .deleteFrom('job')
    .where('id', 'in', (eb) =>
      eb.selectFrom('delivery').select('job_id').where('event_id', 'in', ids),
    )
    .execute()
  await trx.deleteFrom('delivery').where('event_id', 'in', ids).execute()
  await trx
    .deleteFrom('event')
    .where('key_id', '=', keyId)
    .where(
      'position',
      'in',
      events.map(({ position }) => position),
    )
    .execute()
}
