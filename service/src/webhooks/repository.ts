import { eventTypes } from '@passwright/shared'
import type { Selectable, Updateable } from 'kysely'
import { z } from 'zod'
import type { Db, Trx } from '../db/database.ts'
import { prepareQuery } from '../db/prepared-query.ts'
import type { Database } from '../db/schema.ts'
import type { EndpointRecord } from './webhook.ts'

const Events = z.array(z.enum(eventTypes)).nullable()
const Rotations = z.array(z.iso.datetime({ precision: 3 }))

/** Inserts an endpoint. */
export async function insertEndpointRow(trx: Trx, record: EndpointRecord): Promise<void> {
  await trx
    .insertInto('webhook')
    .values({
      id: record.id,
      key_id: record.keyId,
      url: record.url,
      events: JSON.stringify(record.events),
      description: record.description,
      enabled: Number(record.enabled),
      disabled_reason: record.disabledReason,
      secret_number: record.secretNumber,
      rotations: JSON.stringify(record.rotations),
      failing_since: record.failingSince,
      failed_at: record.failedAt,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
}

/** Updates only the given columns, since a worker may update others at the same time. */
export async function updateEndpointRow(
  trx: Trx,
  id: string,
  change: Updateable<Database['webhook']>,
): Promise<void> {
  await trx.updateTable('webhook').set(change).where('id', '=', id).execute()
}

/** Disables an endpoint; false if it was disabled already. */
export async function markDisabled(
  trx: Trx,
  id: string,
  reason: string | null,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('webhook')
    .set({ enabled: 0, disabled_reason: reason, updated_at: now.toISOString() })
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes an endpoint, but not its deliveries. */
export async function deleteEndpointRow(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('webhook').where('id', '=', id).execute()
}

/** Finds the endpoints of a key, oldest first. */
export async function findEndpoints(db: Db | Trx, keyId: string): Promise<EndpointRecord[]> {
  const { rows } = await selectByKey(db, { keyId })
  return rows.map(toEndpointRecord)
}

const selectByKey = prepareQuery<{ keyId: string }>()((db, { keyId }) =>
  db
    .selectFrom('webhook')
    .selectAll()
    .where('key_id', '=', keyId)
    .orderBy('created_at')
    .orderBy('id')
    .compile(),
)

/** Finds an endpoint of any key. */
export async function findEndpoint(db: Db | Trx, id: string): Promise<EndpointRecord | undefined> {
  const row = await db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toEndpointRecord(row)
}

/** Finds the ids of the endpoints that were disabled for this reason. */
export async function findDisabledEndpointIds(db: Db, reason: string): Promise<string[]> {
  const rows = await db
    .selectFrom('webhook')
    .select('id')
    .where('enabled', '=', 0)
    .where('disabled_reason', '=', reason)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Finds the ids of enabled endpoints whose latest deliveries failed; 1,000 at most. */
export async function findFailingEndpointIds(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('webhook')
    .select('id')
    .where('enabled', '=', 1)
    .where('failing_since', 'is not', null)
    .limit(1_000)
    .execute()
  return rows.map(({ id }) => id)
}

function toEndpointRecord(row: Selectable<Database['webhook']>): EndpointRecord {
  return {
    id: row.id,
    keyId: row.key_id,
    url: row.url,
    events: Events.parse(JSON.parse(row.events)),
    description: row.description,
    enabled: row.enabled === 1,
    disabledReason: row.disabled_reason,
    secretNumber: row.secret_number,
    rotations: Rotations.parse(JSON.parse(row.rotations)),
    failingSince: row.failing_since,
    failedAt: row.failed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
