import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type EventType, eventTypes, invalidRequest, Problem } from '@passwright/shared'
import type { NewWebhook, Webhook, WebhookChange, WebhookRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { disableWebhook, removeWebhook } from './disable.ts'
import { findWebhook, findWebhooks, insertWebhook, lockOwner, updateWebhook } from './repository.ts'
import { deriveWebhookSecret, findActiveRotations } from './secret.ts'
import { toApiWebhook, type WebhookRecord } from './webhook.ts'

/** All endpoints of a key, oldest first. */
export async function listEndpoints(ctx: Context, key: ApiKey): Promise<Webhook[]> {
  return (await findWebhooks(ctx.db, key.id)).map(toApiWebhook)
}

/** The key's endpoint; `not_found` for another owner's as for none. */
export async function getEndpoint(db: Db | Trx, key: ApiKey, id: string): Promise<WebhookRecord> {
  const record = await findWebhook(db, id)
  if (record?.keyId === key.id) return record
  throw new Problem('not_found', 'There is no webhook endpoint with this id')
}

/**
 * Makes an endpoint and tells its secret. When the same address wants the same events already, it
 * is that endpoint, enabled again, and `isNew` is false.
 */
export async function createEndpoint(
  ctx: Context,
  key: ApiKey,
  { url, events: wanted, description }: WebhookRequest,
): Promise<{ webhook: NewWebhook; isNew: boolean }> {
  await assertMayPost(ctx, url)
  const events = sortEventTypes(wanted)
  return withOwnerLocked(ctx, key, async (trx) => {
    const now = ctx.now().toISOString()
    const all = await findWebhooks(trx, key.id)
    const known = findDuplicate(all, { url, events })
    if (known) {
      await updateWebhook(trx, known.id, {
        ...(description !== undefined && { description }),
        ...(!known.enabled && enabled),
        updated_at: now,
      })
      return { webhook: toApiWebhook(await getEndpoint(trx, key, known.id)), isNew: false }
    }
    if (all.length >= MOST_ENDPOINTS) throw tooMany()
    const record: WebhookRecord = {
      id: `whk_${randomBytes(10).toString('hex')}`,
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
    await insertWebhook(trx, record)
    const secret = deriveWebhookSecret(ctx, record)
    return { webhook: { ...toApiWebhook(record), secret }, isNew: true }
  })
}

/** Each event is posted to every one of them. */
const MOST_ENDPOINTS = 100

function tooMany(): Problem {
  const message = `would be endpoint ${MOST_ENDPOINTS + 1} of this key; delete one first`
  return invalidRequest([{ path: 'url', message }])
}

/** Changes what is given of an endpoint; what is absent stays. */
export async function updateEndpoint(
  ctx: Context,
  key: ApiKey,
  id: string,
  change: WebhookChange,
): Promise<Webhook> {
  if (change.url !== undefined) await assertMayPost(ctx, change.url)
  return withOwnerLocked(ctx, key, async (trx) => {
    const before = await getEndpoint(trx, key, id)
    const url = change.url ?? before.url
    const events = change.events === undefined ? before.events : sortEventTypes(change.events)
    const others = (await findWebhooks(trx, key.id)).filter((one) => one.id !== id)
    assertOnly(findDuplicate(others, { url, events }))
    const now = ctx.now()
    await updateWebhook(trx, id, {
      url,
      events: JSON.stringify(events),
      ...(change.description !== undefined && { description: change.description }),
      // What another address did is nothing to hold against this one.
      ...(url !== before.url && { failing_since: null }),
      ...(change.enabled === true && !before.enabled && enabled),
      updated_at: now.toISOString(),
    })
    if (change.enabled === false) await disableWebhook(trx, id, null, now)
    return toApiWebhook(await getEndpoint(trx, key, id))
  })
}

/** Deletes an endpoint; nothing more is sent to it. */
export async function deleteEndpoint(ctx: Context, key: ApiKey, id: string): Promise<void> {
  await withOwnerLocked(ctx, key, async (trx) => {
    await getEndpoint(trx, key, id)
    await removeWebhook(trx, id)
  })
}

/** Gives an endpoint a new secret; the one before signs too for a day. */
export async function rotateSecret(ctx: Context, key: ApiKey, id: string): Promise<NewWebhook> {
  return withOwnerLocked(ctx, key, async (trx) => {
    const { secretNumber, rotations } = await getEndpoint(trx, key, id)
    const now = ctx.now()
    const at = now.toISOString()
    await updateWebhook(trx, id, {
      secret_number: secretNumber + 1,
      rotations: JSON.stringify([at, ...findActiveRotations(rotations, now)]),
      updated_at: at,
    })
    const record = await getEndpoint(trx, key, id)
    return { ...toApiWebhook(record), secret: deriveWebhookSecret(ctx, record) }
  })
}

const enabled = { enabled: 1, disabled_because: null, failing_since: null }

/** Changes to the endpoints of one owner come one after the other. */
function withOwnerLocked<T>(ctx: Context, key: ApiKey, work: (trx: Trx) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, key.id)
    await assertKeyActive(trx, key)
    return work(trx)
  })
}

async function assertMayPost(ctx: Context, url: string): Promise<void> {
  const message = await ctx.checkEndpointUrl(url)
  if (message !== undefined) throw invalidRequest([{ path: 'url', message }])
}

function assertOnly(same: WebhookRecord | undefined): void {
  if (!same) return
  const message = `is where ${same.id} has the same events posted to; change or delete that one`
  throw invalidRequest([{ path: 'url', message }])
}

/** The types in the order of the table, each once. */
function sortEventTypes(events: readonly EventType[] | null | undefined): EventType[] | null {
  return events ? eventTypes.filter((type) => events.includes(type)) : null
}

function findDuplicate(
  records: readonly WebhookRecord[],
  { url, events }: Pick<WebhookRecord, 'url' | 'events'>,
): WebhookRecord | undefined {
  return records.find(
    (one) => normalizeUrl(one.url) === normalizeUrl(url) && isDeepStrictEqual(one.events, events),
  )
}

/** Two spellings of one address are one address; what follows a `#` is never sent. */
function normalizeUrl(text: string): string {
  const url = new URL(text)
  url.hash = ''
  return url.href
}
