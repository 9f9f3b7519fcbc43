import { buildSampleEvent, type EventRecord, eventTypes, Problem } from '@passwright/shared'
import type { Delivery, ListDeliveriesQuery } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { decodeCursor, encodeCursor } from '../db/cursor.ts'
import type { Db } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { restartJob } from '../jobs/queue/queue.ts'
import {
  findDeliveries,
  findDeliveriesOfEvents,
  findDelivery,
  updateDelivery,
} from './delivery-repository.ts'
import { getEndpoint } from './endpoints.ts'
import { queueTestDelivery } from './queue.ts'
import { type EndpointRecord, toApiDelivery } from './webhook.ts'

/** Lists one page of an endpoint's deliveries, newest first; `nextCursor` is null on the last page. */
export async function listDeliveries(
  ctx: Context,
  key: ApiKey,
  endpointId: string,
  { limit, cursor }: ListDeliveriesQuery,
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor)
  await getEndpoint(ctx.db, key, endpointId)
  // One row more than asked for shows whether there is another page.
  const records = await findDeliveries(ctx.db, endpointId, limit + 1, after)
  const page = records.slice(0, limit)
  const last = page.at(-1)
  return {
    deliveries: page.map(toApiDelivery),
    nextCursor: last && records.length > page.length ? encodeCursor(last) : null,
  }
}

/** Lists the deliveries of these events, oldest first, so many at most. */
export async function listDeliveriesOfEvents(
  db: Db,
  eventIds: readonly string[],
  limit: number,
): Promise<(Delivery & { webhookId: string })[]> {
  const records = await findDeliveriesOfEvents(db, eventIds, limit)
  return records.map((record) => ({ ...toApiDelivery(record), webhookId: record.endpointId }))
}

/** Queues a sample event for one endpoint, as if it had happened. */
export async function sendTestEvent(
  ctx: Context,
  key: ApiKey,
  endpointId: string,
): Promise<Delivery> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    const endpoint = await getEndpoint(trx, key, endpointId)
    const event = buildTestEvent(endpoint, now)
    return toApiDelivery(await queueTestDelivery(trx, endpoint, event, now))
  })
}

/** Builds a sample of the first event type that an endpoint receives, with an id that marks it as a test. */
function buildTestEvent({ events }: EndpointRecord, now: Date): EventRecord {
  const [type = eventTypes[0]] = events ?? eventTypes
  return { ...buildSampleEvent(type), id: createId('evt_test'), timestamp: now.toISOString() }
}

/** Sends a delivery again, with the same id; a pending one stays as it is. */
export async function retryDelivery(
  ctx: Context,
  key: ApiKey,
  { webhookId: endpointId, deliveryId }: { webhookId: string; deliveryId: string },
): Promise<Delivery> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    await getEndpoint(trx, key, endpointId)
    const before = await findDelivery(trx, endpointId, deliveryId)
    if (!before) throw new Problem('not_found', 'There is no delivery with this id')
    if (await restartJob(trx, before.jobId, now, ['failed', 'done'])) {
      const change = { state: 'pending', reason: null, updated_at: now.toISOString() }
      await updateDelivery(trx, deliveryId, change)
    }
    return toApiDelivery((await findDelivery(trx, endpointId, deliveryId)) ?? before)
  })
}
