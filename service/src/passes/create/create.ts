import { Problem } from '@passwright/shared'
import type { CreatePassRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findPass, lockPassByExternalId } from '../store/repository.ts'
import { type CreateOptions, type Creation, resolveCreation } from './creation.ts'
import { type CreatedPass, findExisting, renderDraft, renderWithinQuota } from './draft.ts'
import { type StoredDraft, storeDraft } from './store.ts'

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
  return renderDraft(ctx, creation, await findExisting(ctx, creation))
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

/** How often another instance may be faster before the pass is locked while it is signed. */
const MAX_OPTIMISTIC_ATTEMPTS = 3
const MAX_ATTEMPTS = 10

async function renderAndStore(
  ctx: Context,
  creation: Creation,
): Promise<CreatedPass | 'template changed'> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const isOptimistic = attempt <= MAX_OPTIMISTIC_ATTEMPTS
    const created = await (isOptimistic
      ? createOptimistically(ctx, creation)
      : createLocked(ctx, creation))
    if (created !== 'conflict') return created
  }
  throw new Problem('overloaded', 'Other requests keep changing this externalId; try again', {
    retryAfterSeconds: 1,
  })
}

/** Signs without holding a lock: on a conflict the work is repeated. */
async function createOptimistically(ctx: Context, creation: Creation) {
  const draft = await renderWithinQuota(ctx, creation)
  return transact<StoredDraft>(ctx.db, (trx, rollback) =>
    storeDraft(trx, rollback, ctx, creation, draft),
  )
}

/** Signs inside the transaction, which keeps other instances from changing the pass. */
async function createLocked(ctx: Context, creation: Creation) {
  return transact<StoredDraft>(ctx.db, async (trx, rollback) => {
    await lockPassByExternalId(trx, ctx.config.database.kind, creation.key.id, creation.request)
    const draft = await renderWithinQuota({ ...ctx, db: trx }, creation)
    return storeDraft(trx, rollback, ctx, creation, draft)
  })
}
