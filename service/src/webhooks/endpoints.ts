import { isDeepStrictEqual } from 'node:util'
import { type EventType, eventTypes, Problem, toInvalidRequest } from '@passwright/shared'
import type { NewWebhook, Webhook, WebhookChange, WebhookRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive, lockKey } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { deleteWaitingJobs } from '../jobs/manage/manage.ts'
import { disableEndpoint } from './health.ts'
import { selectEndpointJobs } from './job-group.ts'
import {
  deleteEndpointRow,
  findEndpoint,
  findEndpoints,
  insertEndpointRow,
  updateEndpointRow,
} from './repository.ts'
import { deriveEndpointSecret, findActiveRotations } from './signing.ts'
import { type EndpointRecord, toApiWebhook } from './webhook.ts'

/** Lists the webhook endpoints of a key, oldest first. */
export async function listEndpoints(ctx: Context, key: ApiKey): Promise<Webhook[]> {
  return (await findEndpoints(ctx.db, key.id)).map(toApiWebhook)
}

/** Gets an endpoint of this key; throws `not_found` for any other id, also one of another key. */
export async function getEndpoint(db: Db | Trx, key: ApiKey, id: string): Promise<EndpointRecord> {
  const record = await findEndpoint(db, id)
  if (record?.keyId === key.id) return record
  throw new Problem('not_found', 'There is no webhook endpoint with this id')
}

/**
 * Creates an endpoint and returns it with its secret. If the key already has an endpoint with this
 * URL and these events, enables and returns that one without its secret, and `isNew` is false.
 */
export async function createEndpoint(
  ctx: Context,
  key: ApiKey,
  { url, events: requestedEvents, description }: WebhookRequest,
): Promise<{ webhook: NewWebhook; isNew: boolean }> {
  await assertUrlAllowed(ctx, key, url)
  const events = sortEventTypes(requestedEvents)
  return withOwnerLocked(ctx, key, async (trx) => {
    const now = ctx.now().toISOString()
    const endpoints = await findEndpoints(trx, key.id)
    const existing = findDuplicate(endpoints, { url, events })
    if (existing) {
      await updateEndpointRow(trx, existing.id, {
        ...((description ?? null) !== null && { description }),
        ...(!existing.enabled && enabledColumns),
        updated_at: now,
      })
      return { webhook: toApiWebhook(await getEndpoint(trx, key, existing.id)), isNew: false }
    }
    assertBelowLimit(endpoints)
    const record: EndpointRecord = {
      id: createId('whk'),
      keyId: key.id,
      url,
      events,
      description: description ?? null,
      enabled: true,
      disabledReason: null,
      secretNumber: 1,
      rotations: [],
      failingSince: null,
      failedAt: null,
      createdAt: now,
      updatedAt: now,
    }
    await insertEndpointRow(trx, record)
    const secret = deriveEndpointSecret(ctx, record)
    return { webhook: { ...toApiWebhook(record), secret }, isNew: true }
  })
}

/** Limits how many deliveries one event can queue. */
const MAX_ENDPOINTS = 100

function assertBelowLimit({ length }: readonly EndpointRecord[]): void {
  if (length < MAX_ENDPOINTS) return
  const message = `would be webhook endpoint ${MAX_ENDPOINTS + 1} of this key; delete one first`
  throw toInvalidRequest([{ path: 'url', message }])
}

/** Updates the properties of an endpoint that are given. */
export async function updateEndpoint(
  ctx: Context,
  key: ApiKey,
  id: string,
  change: WebhookChange,
): Promise<Webhook> {
  if (change.url !== undefined) await assertUrlAllowed(ctx, key, change.url)
  return withOwnerLocked(ctx, key, async (trx) => {
    const before = await getEndpoint(trx, key, id)
    const url = change.url ?? before.url
    const events = change.events === undefined ? before.events : sortEventTypes(change.events)
    const others = (await findEndpoints(trx, key.id)).filter((other) => other.id !== id)
    assertNoDuplicate(findDuplicate(others, { url, events }))
    const now = ctx.now()
    await updateEndpointRow(trx, id, {
      url,
      events: JSON.stringify(events),
      ...(change.description !== undefined && { description: change.description }),
      // The failures of the former URL do not count against the new one.
      ...(url !== before.url && { failing_since: null }),
      ...(change.enabled === true && !before.enabled && enabledColumns),
      updated_at: now.toISOString(),
    })
    if (change.enabled === false) await disableEndpoint(trx, id, null, now)
    return toApiWebhook(await getEndpoint(trx, key, id))
  })
}

/** Deletes an endpoint and its waiting jobs. Its deliveries are kept until their retention ends. */
export async function deleteEndpoint(ctx: Context, key: ApiKey, id: string): Promise<void> {
  await withOwnerLocked(ctx, key, async (trx) => {
    await getEndpoint(trx, key, id)
    await deleteEndpointRow(trx, id)
    await deleteWaitingJobs(trx, selectEndpointJobs(id))
  })
}

/** Rotates the secret of an endpoint and returns the new one; the former one also signs for a day. */
export async function rotateSecret(ctx: Context, key: ApiKey, id: string): Promise<NewWebhook> {
  return withOwnerLocked(ctx, key, async (trx) => {
    const { secretNumber, rotations } = await getEndpoint(trx, key, id)
    const now = ctx.now()
    const at = now.toISOString()
    await updateEndpointRow(trx, id, {
      secret_number: secretNumber + 1,
      rotations: JSON.stringify([at, ...findActiveRotations(rotations, now)]),
      updated_at: at,
    })
    const record = await getEndpoint(trx, key, id)
    return { ...toApiWebhook(record), secret: deriveEndpointSecret(ctx, record) }
  })
}

const enabledColumns = { enabled: 1, disabled_reason: null, failing_since: null }

/** Runs work in a transaction that blocks every other change to the key's endpoints. */
function withOwnerLocked<T>(ctx: Context, key: ApiKey, work: (trx: Trx) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute(async (trx) => {
    await lockKey(trx, key)
    await assertKeyActive(trx, key)
    return work(trx)
  })
}

async function assertUrlAllowed(ctx: Context, key: ApiKey, url: string): Promise<void> {
  const message = await ctx.checkEndpointUrl(url, key.id)
  if (message !== undefined) throw toInvalidRequest([{ path: 'url', message }])
}

function assertNoDuplicate(duplicate: EndpointRecord | undefined): void {
  if (!duplicate) return
  const message = `is the URL of ${duplicate.id} for the same events; change or delete that endpoint`
  throw toInvalidRequest([{ path: 'url', message }])
}

/** Sorts event types by their table and removes duplicates, so that two lists can be compared. */
function sortEventTypes(events: readonly EventType[] | null | undefined): EventType[] | null {
  return events ? eventTypes.filter((type) => events.includes(type)) : null
}

function findDuplicate(
  records: readonly EndpointRecord[],
  { url, events }: Pick<EndpointRecord, 'url' | 'events'>,
): EndpointRecord | undefined {
  return records.find(
    (record) =>
      normalizeUrl(record.url) === normalizeUrl(url) && isDeepStrictEqual(record.events, events),
  )
}

/** Removes differences of spelling, and the fragment, which is never sent. */
function normalizeUrl(text: string): string {
  const url = new URL(text)
  url.hash = ''
  return url.href
}
