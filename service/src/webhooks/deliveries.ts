import { invalidRequest, Problem } from '@passwright/shared'
import type { Delivery, ListDeliveriesQuery } from '@passwright/shared/schema'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { restartJob } from '../jobs/queue.ts'
import { findDeliveries, findDelivery, type Place, updateDelivery } from './delivery-repository.ts'
import { getEndpoint } from './endpoints.ts'
import { queueDelivery } from './queue.ts'
import { buildTestEvent } from './sample.ts'
import { toApiDelivery } from './webhook.ts'

/** One page of what was sent to an endpoint, newest first; `nextCursor` is null on the last. */
export async function listDeliveries(
  ctx: Context,
  key: ApiKey,
  webhookId: string,
  { limit, cursor }: ListDeliveriesQuery,
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  await getEndpoint(ctx.db, key, webhookId)
  // One more than asked for tells whether there is another page.
  const records = await findDeliveries(ctx.db, webhookId, limit + 1, after)
  const page = records.slice(0, limit)
  const last = page.at(-1)
  return {
    deliveries: page.map(toApiDelivery),
    nextCursor: last && records.length > page.length ? writeCursor(last) : null,
  }
}

/** Sends a sample to an endpoint, the way that events take. */
export async function sendTestEvent(
  ctx: Context,
  key: ApiKey,
  webhookId: string,
): Promise<Delivery> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    const webhook = await getEndpoint(trx, key, webhookId)
    return toApiDelivery(await queueDelivery(trx, webhook.id, buildTestEvent(webhook, now), now))
  })
}

/** Sends a delivery once more, with the same id; one that is on its way already stays so. */
export async function retryDelivery(
  ctx: Context,
  key: ApiKey,
  { webhookId, deliveryId }: { webhookId: string; deliveryId: string },
): Promise<Delivery> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    await getEndpoint(trx, key, webhookId)
    const before = await findDelivery(trx, webhookId, deliveryId)
    if (!before) throw new Problem('not_found', 'There is no delivery with this id')
    if (await restartJob(trx, before.jobId, now, ['failed', 'done'])) {
      const change = { state: 'pending', reason: null, updated_at: now.toISOString() }
      await updateDelivery(trx, deliveryId, change)
    }
    return toApiDelivery((await findDelivery(trx, webhookId, deliveryId)) ?? before)
  })
}

const Cursor = z.tuple([z.iso.datetime({ precision: 3 }), z.string()])

function writeCursor({ createdAt, id }: Place): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url')
}

function readCursor(cursor: string): Place {
  try {
    const [createdAt, id] = Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { createdAt, id }
  } catch {
    throw invalidRequest([
      { path: 'cursor', message: 'must be the nextCursor of an earlier page, unchanged' },
    ])
  }
}
