import { Problem } from '@passwright/shared'
import type { CreatePassRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { getPassFileAgain } from '../content/render.ts'
import { findPass, lockPassByExternalId } from '../store/repository.ts'
import { type CreateOptions, type Creation, resolveCreation } from './creation.ts'
import {
  type CreatedPass,
  type Draft,
  draftRecord,
  draftWithinQuota,
  findExisting,
  renderDraft,
} from './draft.ts'
import { type Overtaken, storeDraft } from './store.ts'

/**
 * Creates a pass from a validated request: resolve, render, store. The slow work comes first; then one
 * short transaction stores the pass, publishes the event and counts it against the quota. A request
 * whose `externalId` is known updates that pass and is not counted.
 */
export async function createPass(
  ctx: Context,
  key: ApiKey,
  request: CreatePassRequest,
  options: CreateOptions = {},
): Promise<CreatedPass> {
  for (let attempt = 1; attempt <= MAX_TEMPLATE_CHANGES; attempt += 1) {
    const creation = await resolveCreation(ctx, key, request, options)
    const created = await withPassLocked(ctx, creation, () => renderAndStore(ctx, creation))
    if (created !== 'template changed') return created
  }
  throw new Problem('overloaded', 'Other requests keep changing this template; try again', {
    retryAfterSeconds: 1,
  })
}

/** How often a template may change while a pass is made from it. */
const MAX_TEMPLATE_CHANGES = 5

/**
 * Does everything with a request that comes before storing the pass: images are fetched, the file is
 * built. Nothing is stored, counted or sent, and a quota that is used up is no matter.
 */
export async function draftPass(
  ctx: Context,
  key: ApiKey,
  request: CreatePassRequest,
  options: CreateOptions = {},
): Promise<CreatedPass> {
  const creation = await resolveCreation(ctx, key, request, options)
  const draft = draftRecord(ctx, creation, await findExisting(ctx, creation))
  return { ...draft, ...(await renderDraft(ctx, creation, draft)) }
}

/** Requests for one `externalId` run one after the other in this process, and so do changes of its pass. */
async function withPassLocked<T>(
  { db, withLock }: Context,
  { key, request: { externalId } }: Creation,
  work: () => Promise<T>,
): Promise<T> {
  if (externalId === undefined) return work()
  return withLock(`${key.id} ${externalId}`, async () => {
    const existing = await findPass(db, key.id, { externalId })
    return existing ? withLock(existing.serialNumber, work) : work()
  })
}

/** How often another instance may be faster before the pass is stored first, and signed after that. */
const MAX_OPTIMISTIC_ATTEMPTS = 3
const MAX_ATTEMPTS = 10

async function renderAndStore(
  ctx: Context,
  creation: Creation,
): Promise<CreatedPass | 'template changed'> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const isOptimistic = attempt <= MAX_OPTIMISTIC_ATTEMPTS
    const created = await (isOptimistic
      ? signThenStore(ctx, creation)
      : storeThenSign(ctx, creation))
    if (created !== 'conflict') return created
  }
  throw new Problem('overloaded', 'Other requests keep changing this externalId; try again', {
    retryAfterSeconds: 1,
  })
}

/** What cannot be signed is not stored. On a conflict the work is repeated. */
async function signThenStore(ctx: Context, creation: Creation): Promise<CreatedPass | Overtaken> {
  const draft = await draftWithinQuota(ctx, creation)
  const rendered = await renderDraft(ctx, creation, draft)
  const stored = await transact<Draft | Overtaken>(ctx.db, async (trx, rollback) => {
    await storeDraft(trx, rollback, ctx, creation, draft)
    return draft
  })
  if (typeof stored === 'string') return stored
  ctx.passFiles.keep(stored.record, rendered)
  return { ...stored, ...rendered }
}

/**
 * Locks the pass, so that nobody else is faster, and never signs meanwhile: others wait for the lock, on
 * SQLite all of them.
 */
async function storeThenSign(ctx: Context, creation: Creation): Promise<CreatedPass | Overtaken> {
  const { key, request } = creation
  const stored = await transact<Draft | Overtaken>(ctx.db, async (trx, rollback) => {
    await lockPassByExternalId(trx, ctx.config.database.kind, key.id, request)
    const draft = await draftWithinQuota({ ...ctx, db: trx }, creation)
    await storeDraft(trx, rollback, ctx, creation, draft)
    return draft
  })
  if (typeof stored === 'string') return stored
  return { ...stored, ...(await getPassFileAgain(ctx, stored.record)) }
}
