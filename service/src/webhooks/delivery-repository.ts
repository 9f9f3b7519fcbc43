import { deliveryStates } from '@passwright/shared/schema'
import type { Selectable, Updateable } from 'kysely'
import { z } from 'zod'
import type { PagePosition } from '../db/cursor.ts'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { findEndpoint } from './repository.ts'
import type { DeliveryRecord, DeliverySummary, EndpointRecord } from './webhook.ts'

const State = z.enum(deliveryStates)

/** Inserts a delivery. */
export async function insertDelivery(trx: Trx, record: DeliveryRecord): Promise<void> {
  await trx
    .insertInto('delivery')
    .values({
      id: record.id,
      webhook_id: record.endpointId,
      event_id: record.eventId,
      event_type: record.eventType,
      body: record.body,
      job_id: record.jobId,
      state: record.state,
      attempts: record.attempts,
      status: record.status,
      response_text: record.responseText,
      reason: record.reason,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
}

/** Updates the given columns of a delivery. */
export async function updateDelivery(
  trx: Trx,
  id: string,
  change: Updateable<Database['delivery']>,
): Promise<void> {
  await trx.updateTable('delivery').set(change).where('id', '=', id).execute()
}

/** Fails the pending deliveries of an endpoint whose jobs have failed. */
export async function failDeliveries(
  trx: Trx,
  endpointId: string,
  reason: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('delivery')
    .set({ state: 'failed', reason, updated_at: now.toISOString() })
    .where('webhook_id', '=', endpointId)
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

/** Finds a delivery of this endpoint. */
export async function findDelivery(
  db: Db | Trx,
  endpointId: string,
  id: string,
): Promise<DeliverySummary | undefined> {
  const row = await db
    .selectFrom('delivery')
    .select(summaryColumns)
    .where('id', '=', id)
    .where('webhook_id', '=', endpointId)
    .executeTakeFirst()
  return row && toDeliverySummary(row)
}

/** Finds a delivery and its endpoint; undefined if either was deleted. */
export async function findDeliveryWithEndpoint(
  db: Db | Trx,
  id: string,
): Promise<{ delivery: DeliveryRecord; endpoint: EndpointRecord } | undefined> {
  const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst()
  const endpoint = row && (await findEndpoint(db, row.webhook_id))
  return endpoint && { delivery: toDeliveryRecord(row), endpoint }
}

/** Finds the deliveries of an endpoint, newest first, from after a position. */
export async function findDeliveries(
  db: Db,
  endpointId: string,
  limit: number,
  after: PagePosition | undefined,
): Promise<DeliverySummary[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(summaryColumns)
    .where('webhook_id', '=', endpointId)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after?.createdAt ?? '', after?.id ?? '')),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toDeliverySummary)
}

/** Finds the latest deliveries of these events, oldest first. */
export async function findDeliveriesOfEvents(
  db: Db,
  eventIds: readonly string[],
  limit: number,
): Promise<DeliverySummary[]> {
  if (eventIds.length === 0) return []
  const rows = await db
    .selectFrom('delivery')
    .select(summaryColumns)
    .where('event_id', 'in', eventIds)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed().map(toDeliverySummary)
}

function toDeliveryRecord(row: Selectable<Database['delivery']>): DeliveryRecord {
  return { ...toDeliverySummary(row), body: row.body }
}

const summaryColumns = [
  'id',
  'webhook_id',
  'event_id',
  'event_type',
  'job_id',
  'state',
  'attempts',
  'status',
  'response_text',
  'reason',
  'created_at',
  'updated_at',
] as const

type SummaryRow = Pick<Selectable<Database['delivery']>, (typeof summaryColumns)[number]>

function toDeliverySummary(row: SummaryRow): DeliverySummary {
  return {
    id: row.id,
    endpointId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    jobId: row.job_id,
    state: State.parse(row.state),
    attempts: row.attempts,
    status: row.status,
    responseText: row.response_text,
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
