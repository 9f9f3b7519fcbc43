import { sql } from 'kysely'
import type { Db, Trx } from './database.ts'
import { deleteFromSearch } from './delete-from-search.ts'

/** Few enough values for one statement. */
const BATCH_SIZE = 500

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
  'adjustment',
  'pass_filling',
  'google_message',
] as const

/**
 * Deletes what is stored of an owner's passes besides their own rows, but for the devices that follow them:
 * their emails and events, the deliveries and jobs of those, remembered replies, and what they are found
 * by. Jobs come first: a worker that ends one has locked its row before those of emails and deliveries.
 */
export async function deleteTraces(
  trx: Trx,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<void> {
  await deleteEmailJobs(trx, serialNumbers)
  for (const findEvents of [findOwnEvents, findEventsOfEarlierVersion]) {
    for (;;) {
      const events = await findEvents(trx, keyId, serialNumbers)
      if (events.length === 0) break
      await deleteEvents(trx, keyId, events)
    }
  }
  const serials = sql.join(serialNumbers)
  for (const table of tablesOfHolder) {
    await sql`delete from ${sql.table(table)} where serial_number in (${serials})`.execute(trx)
  }
  await deleteFromSearch(trx, serialNumbers)
  await trx
    .deleteFrom('idempotency')
    .where('key_id', '=', keyId)
    .where('serial_number', 'in', serialNumbers)
    .execute()
}

async function deleteEmailJobs(trx: Trx, serialNumbers: readonly string[]): Promise<void> {
  const emails = await trx
    .selectFrom('email')
    .select('id')
    .where('serial_number', 'in', serialNumbers)
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

function findOwnEvents(
  trx: Trx,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<StoredEvent[]> {
  return trx
    .selectFrom('event')
    .select(['id', 'position'])
    .where('key_id', '=', keyId)
    .where('serial_number', 'in', serialNumbers)
    .limit(BATCH_SIZE)
    .execute()
}

/** Those that an instance of the version before wrote, during an upgrade. */
function findEventsOfEarlierVersion(
  trx: Trx,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<StoredEvent[]> {
  return trx
    .selectFrom('event')
    .select(['id', 'position'])
    .where('key_id', '=', keyId)
    .where('serial_number', 'is', null)
    .where(({ eb, or }) =>
      or(serialNumbers.map((serial) => eb('data', 'like', `{"serialNumber":"${serial}"%`))),
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
