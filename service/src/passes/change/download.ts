import { setTimeout as wait } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { publish } from '../../events/publish.ts'
import { type PassRecord, toApiPass } from '../store/pass.ts'
import { markDownloaded } from '../store/repository.ts'

/** How long a download waits for its event to be stored. */
const MAX_WAIT_MS = 1_000

/**
 * Publishes `pass.downloaded` for a download from the share URL, once per pass and UTC day. Never throws,
 * and a database that cannot be written delays the download by a second at most: the event is lost then.
 */
export async function recordDownload(ctx: Context, record: PassRecord): Promise<void> {
  const isGivenUp = new AbortController()
  const recorded = publishDownload(ctx, record).catch((error: unknown) =>
    ctx.log.warn({ error }, 'could not record a download'),
  )
  const timeout = wait(MAX_WAIT_MS, undefined, { signal: isGivenUp.signal }).catch(() => {})
  await Promise.race([recorded, timeout])
  isGivenUp.abort()
}

async function publishDownload(ctx: Context, record: PassRecord): Promise<void> {
  const now = ctx.now()
  const day = now.toISOString().slice(0, 10)
  if (record.downloadedOn === day) return
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await markDownloaded(trx, record.serialNumber, day))) return
    const data = toApiPass(record, ctx.config)
    await publish(trx, { keyId: record.keyId, type: 'pass.downloaded', data, now })
  })
}
