import { eventTypes } from '@passwright/shared'
import type { Selectable, Updateable } from 'kysely'
import { z } from 'zod'
import { Plan, planAllows } from '../accounts/plans.ts'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import type { WebhookRecord } from './webhook.ts'

const Events = z.array(z.enum(eventTypes)).nullable()
const Rotations = z.array(z.iso.datetime({ precision: 3 }))

/** Stores a new endpoint. */
export async function insertWebhook(trx: Trx, record: WebhookRecord): Promise<void> {
  await trx
    .insertInto('webhook')
    .values({
      id: record.id,
      key_id: record.keyId,
      url: record.url,
      events: JSON.stringify(record.events),
      description: record.description,
      enabled: Number(record.enabled),
      disabled_because: record.disabledReason,
      secret_number: record.secretNumber,
      rotations: JSON.stringify(record.rotations),
      failing_since: record.failingSince,
      failed_at: record.failedAt,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
}

/** Changes only what is named, since a worker may change something else at the same time. */
export async function updateWebhook(
  trx: Trx,
  id: string,
  change: Updateable<Database['webhook']>,
): Promise<void> {
  await trx.updateTable('webhook').set(change).where('id', '=', id).execute()
}

/** Disables an enabled endpoint; false when it was not. */
export async function markDisabled(
  trx: Trx,
  id: string,
  because: string | null,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('webhook')
    .set({ enabled: 0, disabled_because: because, updated_at: now.toISOString() })
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes an endpoint; its deliveries stay. */
export async function deleteWebhook(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('webhook').where('id', '=', id).execute()
}

/** All endpoints of an owner, oldest first. */
export async function findWebhooks(db: Db | Trx, keyId: string): Promise<WebhookRecord[]> {
  const rows = await db
    .selectFrom('webhook')
    .selectAll()
    .where('key_id', '=', keyId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(webhookOf)
}

/** An endpoint, whoever owns it. */
export async function findWebhook(db: Db | Trx, id: string): Promise<WebhookRecord | undefined> {
  const row = await db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst()
  return row && webhookOf(row)
}

/** The ids of the endpoints that were disabled for this reason. */
export async function findDisabled(db: Db, because: string): Promise<string[]> {
  const rows = await db
    .selectFrom('webhook')
    .select('id')
    .where('enabled', '=', 0)
    .where('disabled_because', '=', because)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The ids of the enabled endpoints that do nothing but fail, as many as could fill a lane. */
export async function findFailingWebhooks(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('webhook')
    .select('id')
    .where('enabled', '=', 1)
    .where('failing_since', 'is not', null)
    .limit(1_000)
    .execute()
  return rows.map(({ id }) => id)
}

/** Tells whether the owner may have webhooks now: the key stands and its plan has them. */
export async function ownerMayUseWebhooks(db: Db | Trx, keyId: string): Promise<boolean> {
  const row = await db
    .selectFrom('api_key')
    .select('plan')
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined && planAllows(Plan.parse(row.plan), 'webhooks')
}

/** Holds up every other change to the owner's endpoints until the transaction ends. */
export async function lockOwner(trx: Trx, keyId: string): Promise<void> {
  await trx
    .updateTable('api_key')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', keyId)
    .execute()
}

function webhookOf(row: Selectable<Database['webhook']>): WebhookRecord {
  return {
    id: row.id,
    keyId: row.key_id,
    url: row.url,
    events: Events.parse(JSON.parse(row.events)),
    description: row.description,
    enabled: row.enabled === 1,
    disabledReason: row.disabled_because,
    secretNumber: row.secret_number,
    rotations: Rotations.parse(JSON.parse(row.rotations)),
    failingSince: row.failing_since,
    failedAt: row.failed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
