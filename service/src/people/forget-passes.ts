import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { eraseDeletedRows } from '../db/erase.ts'
import { forgetPass } from '../passes/change/forget.ts'

/** Few enough that no other transaction waits noticeably. */
const BATCH_SIZE = 10

/** Forgets the persons of these passes of an owner, in small transactions; done before, it does nothing. */
export async function forgetPasses(
  ctx: Context,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<void> {
  if (serialNumbers.length === 0) return
  for (let start = 0; start < serialNumbers.length; start += BATCH_SIZE) {
    // In one order, so that two transactions cannot deadlock.
    const batch = serialNumbers.slice(start, start + BATCH_SIZE).toSorted()
    await ctx.db.transaction().execute(async (trx) => {
      for (const serialNumber of batch) await forgetPass(trx, ctx, keyId, serialNumber)
    })
    await nextTurn()
  }
  await eraseDeletedRows(ctx.config.database)
}
