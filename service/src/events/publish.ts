import { type EventType, isObject } from '@passwright/shared'
import { sql } from 'kysely'
import type { Trx } from '../db/database.ts'
import { queueDeliveries } from '../webhooks/queue.ts'
import { createEventId, toEventRecord } from './event.ts'

/** An event of something that a key owns. */
export interface NewEvent {
  keyId: string
  type: EventType
  data: unknown
  now: Date
}

/**
 * Stores an event and queues its webhook deliveries, in the transaction of the change. Each key has
 * one row that numbers its events; it stays locked until the commit, so that no reader sees an event
 * before an earlier one. Timestamps never decrease from one position to the next, even if a
 * transaction had to wait for that row.
 */
export async function publish(trx: Trx, { keyId, type, data, now }: NewEvent): Promise<void> {
  const { rows } = await sql<{ value: number; at: string }>`
    insert into event_position (key_id, value, at) values (${keyId}, 1, ${now.toISOString()})
    on conflict (key_id) do update set
      value = event_position.value + 1,
      at = case when event_position.at > excluded.at then event_position.at else excluded.at end
    returning value, at`.execute(trx)
  const { value: position = 1, at = now.toISOString() } = rows[0] ?? {}
  const row = { id: createEventId(position), type, created_at: at, data: JSON.stringify(data) }
  await trx
    .insertInto('event')
    .values({ key_id: keyId, position, serial_number: findSerialNumber(data), ...row })
    .execute()
  await queueDeliveries(trx, keyId, toEventRecord(row), now)
}

/** The pass that an event is about. */
function findSerialNumber(data: unknown): string | null {
  return isObject(data) && typeof data.serialNumber === 'string' ? data.serialNumber : null
}
