import { setTimeout as wait } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { eraseDeletedRows } from '../db/erase.ts'
import { letRequestsPass } from '../jobs/let-requests-pass.ts'
import { forgetPassesAtOnce } from '../passes/change/forget.ts'

/** Few enough that no other transaction waits noticeably. */
const BATCH_SIZE = 10

/**
 * Between two batches on SQLite, so that a service beside this process gets its turn: who waits for SQLite's lock
 * looks again after up to 25 ms, and its process does nothing else meanwhile.
 */
const PAUSE_MS = 25

/** Forgets the persons of these passes of an owner, in small transactions; done before, it does nothing. */
export async function forgetPasses(
  ctx: Context,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<void> {
  if (serialNumbers.length === 0) return
  for (let start = 0; start < serialNumbers.length; start += BATCH_SIZE) {
    const batch = serialNumbers.slice(start, start + BATCH_SIZE)
    await ctx.db.transaction().execute((trx) => forgetPassesAtOnce(trx, ctx, keyId, batch))
    if (start + BATCH_SIZE >= serialNumbers.length) break
    await (ctx.config.database.kind === 'sqlite' ? wait(PAUSE_MS) : letRequestsPass(ctx))
  }
  await eraseDeletedRows(ctx.config.database)
}
