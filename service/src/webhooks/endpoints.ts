import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type EventType, eventTypes, invalidRequest, Problem } from '@passwright/shared'
import type { NewWebhook, Webhook, WebhookChange, WebhookRequest } from '@passwright/shared/schema'
import type { Key } from '../accounts/api-key.ts'
import { assertStanding } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { disableWebhook, forgetWebhook } from './disable.ts'
import { findWebhook, findWebhooks, holdOwner, insertWebhook, updateWebhook } from './repository.ts'
import { keptRotations, webhookSecret } from './secret.ts'
import { describeWebhook, type WebhookRecord } from './webhook.ts'

/** All endpoints of a key, oldest first. */
export async function listEndpoints(ctx: Context, key: Key): Promise<Webhook[]> {
  return (await findWebhooks(ctx.db, key.id)).map(describeWebhook)
}

/** The key's endpoint; `not_found` for another owner's as for none. */
export async function endpointOf(db: Db | Trx, key: Key, id: string): Promise<WebhookRecord> {
  const record = await findWebhook(db, id)
  if (record?.keyId === key.id) return record
  throw new Problem('not_found', 'There is no webhook endpoint with this id')
}

/**
 * Makes an endpoint and tells its secret. When the same address wants the same events already, it
 * is that endpoint, enabled again, and `isNew` is false.
 */
export async function subscribe(
  ctx: Context,
  key: Key,
  { url, events: wanted, description }: WebhookRequest,
): Promise<{ webhook: NewWebhook; isNew: boolean }> {
  await assertMayPost(ctx, url)
  const events = inOrder(wanted)
  return changing(ctx, key, async (trx) => {
    const now = ctx.now().toISOString()
    const all = await findWebhooks(trx, key.id)
    const known = sameAs(all, { url, events })
    if (known) {
      await updateWebhook(trx, known.id, {
        ...(description !== undefined && { description }),
        ...(!known.enabled && enabled),
        updated_at: now,
      })
      return { webhook: describeWebhook(await endpointOf(trx, key, known.id)), isNew: false }
    }
    if (all.length >= MOST_ENDPOINTS) throw tooMany()
    const record: WebhookRecord = {
      id: `whk_${randomBytes(10).toString('hex')}`,
      keyId: key.id,
      url,
      events,
      description: description ?? null,
      enabled: true,
      disabledBecause: null,
      secretNumber: 1,
      rotations: [],
      failingSince: null,
      failedAt: null,
      createdAt: now,
      updatedAt: now,
    }
    await insertWebhook(trx, record)
    const secret = webhookSecret(ctx, record)
    return { webhook: { ...describeWebhook(record), secret }, isNew: true }
  })
}

/** Each event is posted to every one of them. */
const MOST_ENDPOINTS = 100

function tooMany(): Problem {
  const message = `would be endpoint ${MOST_ENDPOINTS + 1} of this key; delete one first`
  return invalidRequest([{ path: 'url', message }])
}

/** Changes what is given of an endpoint; what is absent stays. */
export async function changeEndpoint(
  ctx: Context,
  key: Key,
  id: string,
  change: WebhookChange,
): Promise<Webhook> {
  if (change.url !== undefined) await assertMayPost(ctx, change.url)
  return changing(ctx, key, async (trx) => {
    const before = await endpointOf(trx, key, id)
    const url = change.url ?? before.url
    const events = change.events === undefined ? before.events : inOrder(change.events)
    const others = (await findWebhooks(trx, key.id)).filter((one) => one.id !== id)
    assertOnly(sameAs(others, { url, events }))
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
    return describeWebhook(await endpointOf(trx, key, id))
  })
}

/** Deletes an endpoint; nothing more is sent to it. */
export async function removeEndpoint(ctx: Context, key: Key, id: string): Promise<void> {
  await changing(ctx, key, async (trx) => {
    await endpointOf(trx, key, id)
    await forgetWebhook(trx, id)
  })
}

/** Gives an endpoint a new secret; the one before signs too for a day. */
export async function rotateSecret(ctx: Context, key: Key, id: string): Promise<NewWebhook> {
  return changing(ctx, key, async (trx) => {
    const { secretNumber, rotations } = await endpointOf(trx, key, id)
    const now = ctx.now()
    const at = now.toISOString()
    await updateWebhook(trx, id, {
      secret_number: secretNumber + 1,
      rotations: JSON.stringify([at, ...keptRotations(rotations, now)]),
      updated_at: at,
    })
    const record = await endpointOf(trx, key, id)
    return { ...describeWebhook(record), secret: webhookSecret(ctx, record) }
  })
}

const enabled = { enabled: 1, disabled_because: null, failing_since: null }

/** Changes to the endpoints of one owner come one after the other. */
function changing<T>(ctx: Context, key: Key, work: (trx: Trx) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute(async (trx) => {
    await holdOwner(trx, key.id)
    await assertStanding(trx, key)
    return work(trx)
  })
}

async function assertMayPost(ctx: Context, url: string): Promise<void> {
  const message = await ctx.judgeTarget(url)
  if (message !== undefined) throw invalidRequest([{ path: 'url', message }])
}

function assertOnly(same: WebhookRecord | undefined): void {
  if (!same) return
  const message = `is where ${same.id} has the same events posted to; change or delete that one`
  throw invalidRequest([{ path: 'url', message }])
}

/** The types in the order of the table, each once. */
function inOrder(events: readonly EventType[] | null | undefined): EventType[] | null {
  return events ? eventTypes.filter((type) => events.includes(type)) : null
}

function sameAs(
  records: readonly WebhookRecord[],
  { url, events }: Pick<WebhookRecord, 'url' | 'events'>,
): WebhookRecord | undefined {
  return records.find(
    (one) => hrefOf(one.url) === hrefOf(url) && isDeepStrictEqual(one.events, events),
  )
}

/** Two spellings of one address are one address; what follows a `#` is never sent. */
function hrefOf(text: string): string {
  const url = new URL(text)
  url.hash = ''
  return url.href
}
