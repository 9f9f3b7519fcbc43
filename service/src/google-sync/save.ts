import type { Context } from '../context.ts'
import { buildSaveLink } from '../google/api/jwt.ts'
import type { GoogleFailure } from '../google/api/response.ts'
import { toClassId } from '../google/content/class.ts'
import { toObjectId } from '../google/content/object.ts'
import { queueGoogleGuard } from '../google/queue.ts'
import {
  beginGooglePass,
  deleteUnstoredGooglePass,
  findGooglePass,
  updateGooglePass,
} from '../google/stored.ts'
import { clearOutage, findOutage, pauseQueue } from '../jobs/outage.ts'
import { deleteWaitingJob } from '../jobs/queue/queue.ts'
import type { PassRecord } from '../passes/store/pass.ts'
import { lockWalletPass } from '../passes/store/wallet-pass.ts'
import { findSender, type GoogleSender, sendPass } from './send.ts'
import { chooseRecordLayout } from './source.ts'
import { GOOGLE_QUEUE } from './warnings.ts'

/** The link that saves a pass; or why there is none now, and when to try again. */
export type SaveResult =
  | { result: 'saved'; link: string }
  | { result: 'off' }
  | { result: 'unavailable'; reason: string; retryAfterSeconds: number }

const RETRY_AFTER_SECONDS = 30

/**
 * Stores a pass at Google for somebody who has tapped it, and returns the link that saves it. What it
 * leaves unfinished, also because the process ends, is finished by a job.
 */
export async function saveToGoogle(ctx: Context, record: PassRecord): Promise<SaveResult> {
  const sender = findSender(ctx)
  if (!sender) return { result: 'off' }
  const guardId = await begin(ctx, sender, record)
  const sent = await sendPass(ctx, sender, record, { patience: 'person', always: true })
  if (sent.result === 'sent' || sent.result === 'unchanged') {
    await finish(ctx, guardId)
    return { result: 'saved', link: buildLink(ctx, sender, record) }
  }
  await recordFailure(ctx, record, guardId, sent)
  ctx.log.warn({ warning: sent.reason }, 'a pass could not be stored at Google')
  const seconds = sent.result === 'busy' ? sent.retryAfterSeconds : undefined
  return {
    result: 'unavailable',
    reason: sent.reason,
    retryAfterSeconds: seconds ?? RETRY_AFTER_SECONDS,
  }
}

/** From now on, changes of the pass are sent to Google as well. */
async function begin(ctx: Context, { owner }: GoogleSender, record: PassRecord): Promise<string> {
  const now = ctx.now()
  const { serialNumber } = record
  const classId = toClassId(owner, chooseRecordLayout(ctx, record))
  return ctx.db.transaction().execute(async (trx) => {
    await lockWalletPass(trx, ctx, serialNumber)
    await beginGooglePass(trx, { serialNumber, classId }, now)
    await updateGooglePass(trx, serialNumber, { said_hash: null })
    return queueGoogleGuard(trx, record, now)
  })
}

async function finish({ db }: Context, guardId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await deleteWaitingJob(trx, guardId)
    if (await findOutage(trx, GOOGLE_QUEUE)) await clearOutage(trx, GOOGLE_QUEUE)
  })
}

/** Failures after which Google certainly has nothing of a pass that it had not before. */
const definite: ReadonlySet<GoogleFailure['result']> = new Set(['refused', 'busy', 'failed'])

async function recordFailure(
  ctx: Context,
  { serialNumber }: PassRecord,
  guardId: string,
  { result, reason }: GoogleFailure,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    await lockWalletPass(trx, ctx, serialNumber)
    if (result === 'refused') await pauseQueue(trx, GOOGLE_QUEUE, reason, ctx.now())
    const stored = await findGooglePass(trx, serialNumber)
    if (!definite.has(result) || stored?.stored_at !== null) return
    await deleteUnstoredGooglePass(trx, serialNumber)
    await deleteWaitingJob(trx, guardId)
  })
}

function buildLink({ config, now }: Context, { owner }: GoogleSender, record: PassRecord): string {
  if (!config.googleWallet) throw new Error('Google Wallet is off')
  return buildSaveLink(config.googleWallet, toObjectId(owner, record), now())
}
