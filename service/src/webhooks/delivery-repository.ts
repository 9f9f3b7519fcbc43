import { deliveryStates } from '@passwright/shared/schema'
import type { Selectable, Updateable } from 'kysely'
import { z } from 'zod'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { findWebhook } from './repository.ts'
import type { DeliveryRecord, WebhookRecord } from './webhook.ts'

const State = z.enum(deliveryStates)

/** Stores a new delivery. */
export async function insertDelivery(trx: Trx, record: DeliveryRecord): Promise<void> {
  await trx
    .insertInto('delivery')
    .values({
      id: record.id,
      webhook_id: record.webhookId,
      event_id: record.eventId,
      event_type: record.eventType,
      body: record.body,
      job_id: record.jobId,
      state: record.state,
      attempts: record.attempts,
      status: record.status,
      answer: record.answer,
      reason: record.reason,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
}

/** Changes what is named of a delivery. */
export async function updateDelivery(
  trx: Trx,
  id: string,
  change: Updateable<Database['delivery']>,
): Promise<void> {
  await trx.updateTable('delivery').set(change).where('id', '=', id).execute()
}

/** Gives up the pending deliveries of an endpoint whose jobs were given up. */
export async function failDeliveries(
  trx: Trx,
  webhookId: string,
  reason: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('delivery')
    .set({ state: 'failed', reason, updated_at: now.toISOString() })
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'pending')
    .where('job_id', 'in', (eb) =>
      eb
        .selectFrom('job')
        .select('job.id')
        .whereRef('job.id', '=', 'delivery.job_id')
        .where('job.state', '=', 'failed'),
    )
    .execute()
}

/** A delivery of this endpoint. */
export async function findDelivery(
  db: Db | Trx,
  webhookId: string,
  id: string,
): Promise<DeliveryRecord | undefined> {
  const row = await db
    .selectFrom('delivery')
    .selectAll()
    .where('id', '=', id)
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst()
  return row && deliveryOf(row)
}

/** A delivery with its endpoint; undefined when either is gone. */
export async function findDeliveryWithWebhook(
  db: Db | Trx,
  id: string,
): Promise<{ delivery: DeliveryRecord; webhook: WebhookRecord } | undefined> {
  const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst()
  const webhook = row && (await findWebhook(db, row.webhook_id))
  return webhook && { delivery: deliveryOf(row), webhook }
}

/** Where a page of deliveries ended. */
export type Place = Pick<DeliveryRecord, 'createdAt' | 'id'>

/** The deliveries of an endpoint, newest first. */
export async function findDeliveries(
  db: Db,
  webhookId: string,
  limit: number,
  after: Place | undefined,
): Promise<DeliveryRecord[]> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after?.createdAt ?? '', after?.id ?? '')),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(deliveryOf)
}

function deliveryOf(row: Selectable<Database['delivery']>): DeliveryRecord {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    body: row.body,
    jobId: row.job_id,
    state: State.parse(row.state),
    attempts: row.attempts,
    status: row.status,
    answer: row.answer,
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
