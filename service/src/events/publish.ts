import { randomBytes } from 'node:crypto'
import type { EventRecord, EventType } from '@passwright/shared'
import { sql } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import { queueDeliveries } from '../webhooks/queue.ts'

/** Something that happened to what a key owns. */
export interface Happening {
  keyId: string
  type: EventType
  data: unknown
  now: Date
}

/**
 * Writes an event, and what it means for subscribers, in the transaction of what it tells. Positions
 * are handed out per owner by one row that stays locked until the commit, so that no reader can see
 * a later event before an earlier one. Timestamps never run backwards along them, whoever waited how
 * long for the row.
 */
export async function publish(trx: Trx, { keyId, type, data, now }: Happening): Promise<void> {
  const { rows } = await sql<{ value: number; at: string }>`
    insert into event_position (key_id, value, at) values (${keyId}, 1, ${now.toISOString()})
    on conflict (key_id) do update set
      value = event_position.value + 1,
      at = case when event_position.at > excluded.at then event_position.at else excluded.at end
    returning value, at`.execute(trx)
  const { value: position = 1, at = now.toISOString() } = rows[0] ?? {}
  const row = {
    id: `evt_${position.toString(36).padStart(10, '0')}${randomBytes(7).toString('hex')}`,
    type,
    created_at: at,
    data: JSON.stringify(data),
  }
  await trx
    .insertInto('event')
    .values({ key_id: keyId, position, ...row })
    .execute()
  await queueDeliveries(trx, keyId, recordOf(row), now)
}

/** The events of an owner after a given one, oldest first. */
export async function listEvents(
  db: Db,
  keyId: string,
  { type, after, limit }: { type?: EventType; after?: string; limit: number },
): Promise<EventRecord[]> {
  const rows = await db
    .selectFrom('event')
    .select(['id', 'type', 'created_at', 'data'])
    .where('key_id', '=', keyId)
    .where('position', '>', after === undefined ? 0 : positionOf(after))
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map(recordOf)
}

/** An event as it is told, to whoever asks and to every subscriber alike. */
function recordOf(row: {
  id: string
  type: string
  created_at: string
  data: string
}): EventRecord {
  return {
    id: row.id,
    type: row.type as EventType,
    timestamp: row.created_at,
    data: JSON.parse(row.data),
  }
}

/** The largest value of a column of integers; a position beyond it is after every event. */
const LAST_POSITION = 2_147_483_647

/** An event's id carries its position, so that a cursor outlives the event that it names. */
function positionOf(id: string): number {
  const position = Number.parseInt(id.slice('evt_'.length, 'evt_'.length + 10), 36)
  return Math.min(position, LAST_POSITION)
}
