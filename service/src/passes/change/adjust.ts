import { Problem, toInvalidRequest } from '@passwright/shared'
import { type AdjustRequest, MAX_COUNTER } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import { assertKeyActive } from '../../accounts/auth.ts'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { transact } from '../../db/transact.ts'
import { publish } from '../../events/publish.ts'
import { findPassCounter, listPassCounters, type PassCounter } from '../from-template/counter.ts'
import {
  createPreparedSources,
  type NeededImage,
  type PreparedSources,
  prepareNeeded,
} from '../from-template/refill.ts'
import { findAdjustment, insertAdjustment } from '../store/adjustments.ts'
import { lockPass } from '../store/find.ts'
import {
  assertNotDeleted,
  assertVersion,
  type ExpectedVersion,
  getNextUpdatedAt,
  type PassRecord,
  toApiPass,
} from '../store/pass.ts'
import { type ChangedPass, storeChange } from './change.ts'
import { withMessage } from './message.ts'

/** A pass after a number in one of its fields was to change. */
export interface AdjustedPass extends ChangedPass {
  before: number
  after: number
  /** Whether the number is at its maximum. */
  reached: boolean
}

export interface AdjustOptions {
  expectedVersion?: ExpectedVersion | undefined
  /** Runs last in the transaction; what it throws undoes the change. */
  onStore?: (trx: Trx, adjusted: AdjustedPass) => Promise<void>
}

/**
 * Changes the number in a field in one step, under a lock. Throws `not_found`, `pass_deleted`,
 * `precondition_failed`, `counter_below_min`, and `invalid_request` where there is no number or the
 * result is too large.
 */
export async function adjustPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  request: AdjustRequest,
  { expectedVersion, onStore }: AdjustOptions = {},
): Promise<AdjustedPass> {
  const prepared = createPreparedSources()
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const adjusted = await ctx.withLock(serialNumber, () =>
      transact<AdjustedPass | NeededImage[]>(ctx.db, async (trx, rollBack) => {
        await assertKeyActive(trx, key)
        const record = await lockPass(trx, ctx, key, serialNumber)
        assertNotDeleted(record)
        assertVersion(record, expectedVersion)
        const result = await adjust({ ...ctx, db: trx }, trx, key, record, request, prepared)
        if (Array.isArray(result)) return rollBack(result)
        await onStore?.(trx, result)
        return result
      }),
    )
    if (!Array.isArray(adjusted)) return adjusted
    // Such as the picture of a card with one stamp more.
    await prepareNeeded(ctx, key.id, adjusted, prepared)
  }
  throw new Problem('overloaded', 'Other requests keep changing this pass; try again', {
    retryAfterSeconds: 1,
  })
}

/** How often a number may change, and with it the images that the pass needs, while they are fetched. */
const MAX_ATTEMPTS = 5

/** Adjusts a pass that is locked, unless it needs images for that. */
async function adjust(
  ctx: Context,
  trx: Trx,
  key: ApiKey,
  record: PassRecord,
  request: AdjustRequest,
  prepared: PreparedSources,
): Promise<AdjustedPass | NeededImage[]> {
  const { field, reference, max, message } = request
  const { serialNumber, keyId } = record
  const counter = await getCounter(trx, record, field)
  const before = counter.value
  const unchanged = { record, unchanged: true, notifiedDevices: 0, before, after: before }
  const place = { serialNumber, field, reference: reference ?? '' }
  const earlier = reference === undefined ? undefined : await findAdjustment(trx, place)
  const isAtMax = (value: number) => max !== undefined && value >= max
  if (earlier) return { ...unchanged, reached: earlier.reached || isAtMax(before) }

  const after = calculate(before, request)
  const reached = isAtMax(after)
  const now = ctx.now()
  const written = after === before ? { content: {} } : counter.write(ctx, key, after, prepared, now)
  if ('needed' in written) return written.needed
  if (reference !== undefined) await insertAdjustment(trx, place, reached, now)
  if (after === before) return { ...unchanged, reached }

  const apply = (locked: PassRecord) => ({
    ...(message === undefined ? locked : withMessage(locked, message)),
    ...written.content,
    updatedAt: getNextUpdatedAt(locked, now),
  })
  const { images } = prepared
  const changed = await storeChange(trx, ctx, record, { event: 'pass.updated', apply, images })
  if (max !== undefined && reached && before < max) {
    const data = {
      ...toApiPass(changed.record, ctx.config),
      counter: { field, value: after, max },
    }
    await publish(trx, { keyId, type: 'pass.counter_reached', data, now })
  }
  return { ...changed, before, after, reached }
}

async function getCounter(trx: Trx, record: PassRecord, field: string): Promise<PassCounter> {
  const counter = await findPassCounter(trx, record, field)
  if (counter && Math.abs(counter.value) <= MAX_COUNTER) return counter
  const keys = listPassCounters(record).slice(0, 10)
  const known = keys.length === 0 ? 'this pass has none' : `those with one are ${keys.join(', ')}`
  throw toInvalidRequest([
    { path: 'field', message: `must be the key of a field that holds a number; ${known}` },
  ])
}

/** Calculates in hundredths, which are exact. */
function calculate(before: number, { by = 0, set, min, max }: AdjustRequest): number {
  const hundredths = toHundredths(set ?? before) + (set === undefined ? toHundredths(by) : 0)
  const wanted = hundredths / 100
  if (min !== undefined && wanted < min) {
    throw new Problem(
      'counter_below_min',
      `The number is ${before} and would be ${wanted}, which is below ${min}; nothing was changed`,
    )
  }
  // One that is above already, because the maximum was higher before, is not lowered by raising it.
  const limit = max === undefined ? wanted : Math.max(max, set === undefined ? before : max)
  const result = set === undefined && by < 0 ? wanted : Math.min(wanted, limit)
  if (Math.abs(result) <= MAX_COUNTER) return result
  throw toInvalidRequest([
    { path: 'by', message: `must leave the number between -${MAX_COUNTER} and ${MAX_COUNTER}` },
  ])
}

function toHundredths(value: number): number {
  return Math.round(value * 100)
}
