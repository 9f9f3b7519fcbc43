import type { EventRecord, EventType } from '@passwright/shared'
import type { Db } from '../db/database.ts'
import { parseEventPosition, toEventRecord } from './event.ts'

/** Lists the events of a key, oldest first; `after` is the id of an event, which may be deleted by now. */
export async function listEvents(
  db: Db,
  keyId: string,
  { type, after, limit }: { type?: EventType; after?: string; limit: number },
): Promise<EventRecord[]> {
  const rows = await db
    .selectFrom('event')
    .select(['id', 'type', 'created_at', 'data'])
    .where('key_id', '=', keyId)
    .where('position', '>', after === undefined ? 0 : parseEventPosition(after))
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map(toEventRecord)
}

/** Lists the latest events of a pass, so many at most, oldest first. */
export async function listEventsOfPass(
  db: Db,
  keyId: string,
  serialNumber: string,
  limit: number,
): Promise<EventRecord[]> {
  const rows = await db
    .selectFrom('event')
    .select(['id', 'type', 'created_at', 'data'])
    .where('key_id', '=', keyId)
    .where('serial_number', '=', serialNumber)
    .orderBy('position', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed().map(toEventRecord)
}
