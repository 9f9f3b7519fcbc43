import { setTimeout as wait } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { forgetPasses } from './forget-passes.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** How often it is looked for passes that are old enough. */
const INTERVAL_MS = 60_000

const BATCH_SIZE = 100

/** Forgets the persons of old passes until it is stopped. */
export interface RetentionWatch {
  /** Ends it, and waits for what it is doing for at most `withinMs`. */
  stop: (withinMs: number) => Promise<void>
}

/**
 * Forgets the persons of passes that expired, or were deleted, `RETENTION_DAYS` ago, from now on; nobody
 * while that is off. Several instances may do it at once.
 */
export function watchRetention(ctx: Context): RetentionWatch {
  const stopping = new AbortController()
  const finished = watch(ctx, stopping.signal)
  return {
    stop: async (withinMs) => {
      stopping.abort()
      const timeout = new AbortController()
      const late = wait(withinMs, undefined, { signal: timeout.signal }).catch(() => {})
      await Promise.race([finished, late])
      timeout.abort()
    },
  }
}

async function watch(ctx: Context, stopping: AbortSignal): Promise<void> {
  const { retentionDays } = ctx.config
  if (retentionDays === undefined) return
  while (!stopping.aborted) {
    try {
      while (!stopping.aborted && (await forgetOldPasses(ctx, retentionDays))) {}
    } catch (error) {
      ctx.log.warn({ error }, 'database unavailable')
    }
    await wait(INTERVAL_MS, undefined, { signal: stopping }).catch(() => {})
  }
}

/** Forgets the persons of a batch of old passes; false when there is none left. */
async function forgetOldPasses(ctx: Context, days: number): Promise<boolean> {
  const before = new Date(ctx.now().getTime() - days * DAY_MS).toISOString()
  const rows = await ctx.db
    .selectFrom('pass')
    .select(['key_id', 'serial_number'])
    .where('expiration_date', '<=', before)
    .where('forgotten_at', 'is', null)
    .where('cleared_at', 'is', null)
    .orderBy('expiration_date')
    .limit(BATCH_SIZE)
    .execute()
  for (const [keyId, ofKey] of Map.groupBy(rows, ({ key_id }) => key_id)) {
    const serialNumbers = ofKey.map(({ serial_number }) => serial_number)
    await forgetPasses(ctx, keyId, serialNumbers)
  }
  if (rows.length > 0) ctx.log.info({ passes: rows.length }, 'forgotten by RETENTION_DAYS')
  return rows.length === BATCH_SIZE
}
