import { type EventType, isObject } from '@passwright/shared'
import { type Insertable, sql } from 'kysely'
import type { Trx } from '../db/database.ts'
import { prepareQuery } from '../db/prepared-query.ts'
import type { Database } from '../db/schema.ts'
import { raiseCounter } from '../stats/count.ts'
import { findCounter } from '../stats/counters.ts'
import { queueDeliveries } from '../webhooks/queue.ts'
import { createEventId } from './event.ts'

/** An event of something that a key owns. */
export interface NewEvent {
  keyId: string
  type: EventType
  data: unknown
  now: Date
}

/**
 * Stores an event, counts it and queues its webhook deliveries, in the transaction of the change. Each
 * key has one row that numbers its events; it stays locked until the commit, so that no reader sees an
 * event before an earlier one. Timestamps never decrease from one position to the next, even if a
 * transaction had to wait for that row.
 */
export async function publish(trx: Trx, { keyId, type, data, now }: NewEvent): Promise<void> {
  const { rows } = await takePosition(trx, { keyId, at: now.toISOString() })
  const { value: position = 1, at = now.toISOString() } = rows[0] ?? {}
  const row = { id: createEventId(position), type, created_at: at, data: JSON.stringify(data) }
  const serial_number = findSerialNumber(data)
  await insertEvent(trx, { key_id: keyId, position, serial_number, ...row })
  const counted = findCounter(type, data)
  const day = at.slice(0, 10)
  if (counted) {
    await raiseCounter(trx, { keyId, templateId: counted.templateId, day }, counted.counter)
  }
  await queueDeliveries(trx, keyId, { id: row.id, type, timestamp: at, data }, now)
}

const takePosition = prepareQuery<{ keyId: string; at: string }>()((trx, { keyId, at }) =>
  sql<{ value: number; at: string }>`
    insert into event_position (key_id, value, at) values (${keyId}, 1, ${at})
    on conflict (key_id) do update set
      value = event_position.value + 1,
      at = case when event_position.at > excluded.at then event_position.at else excluded.at end
    returning value, at`.compile(trx),
)

const insertEvent = prepareQuery<Required<Insertable<Database['event']>>>()((trx, row) =>
  trx.insertInto('event').values(row).compile(),
)

/** The pass that an event is about. */
function findSerialNumber(data: unknown): string | null {
  return isObject(data) && typeof data.serialNumber === 'string' ? data.serialNumber : null
}
