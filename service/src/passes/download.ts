import type { Context } from '../context.ts'
import { publish } from '../events/publish.ts'
import { type PassRecord, toApiPass } from './pass.ts'
import { markDownloaded } from './repository.ts'

/** Publishes `pass.downloaded` for a download from the share URL, once per pass and UTC day. */
export async function recordDownload(ctx: Context, record: PassRecord): Promise<void> {
  const now = ctx.now()
  const day = now.toISOString().slice(0, 10)
  if (record.downloadedOn === day) return
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await markDownloaded(trx, record.serialNumber, day))) return
    const data = toApiPass(record, ctx.config)
    await publish(trx, { keyId: record.keyId, type: 'pass.downloaded', data, now })
  })
}
