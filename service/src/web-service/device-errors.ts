import type { Context } from '../context.ts'
import { storeDeviceErrors } from '../devices/log.ts'

/** Of one report; a phone sends one or two. */
const MAX_MESSAGES = 10

/** Of all phones in a minute: who sends more can only keep others from being stored for so long. */
const MAX_REPORTS = 60
const PERIOD_MS = 60_000

/** Stores what a device reports, as far as there is room; never throws. */
export type RecordDeviceErrors = (logs: unknown) => Promise<void>

/** Creates the function that stores what devices report, at most 60 reports a minute. */
export function createDeviceErrors(ctx: Pick<Context, 'db' | 'log' | 'now'>): RecordDeviceErrors {
  let period = { startedAt: 0, count: 0 }
  return async (logs) => {
    const messages = (Array.isArray(logs) ? logs : [])
      .filter((message): message is string => typeof message === 'string' && message.trim() !== '')
      .slice(0, MAX_MESSAGES)
    if (messages.length === 0) return
    const now = ctx.now()
    const isOver = Math.abs(now.getTime() - period.startedAt) >= PERIOD_MS
    if (isOver) period = { startedAt: now.getTime(), count: 0 }
    period.count += 1
    if (period.count > MAX_REPORTS) return
    await storeDeviceErrors(ctx.db, messages, now).catch((error: unknown) =>
      ctx.log.warn({ error }, 'could not store what a device reports'),
    )
  }
}
