import type { Dialect, Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { enqueue, holdWaitingJobs } from '../jobs/queue/queue.ts'
import { findGooglePass, updateGooglePass } from './stored.ts'

/** The kinds of jobs: one makes Google's object what the pass says, the other sends a message. */
export const GOOGLE_JOB = 'google'
export const GOOGLE_MESSAGE_JOB = 'google-message'

/** A pass that the transaction has locked, and whose turn its jobs take. */
interface QueuedPass {
  serialNumber: string
  keyId: string
}

/** Changes often come together: those of this time are one request. */
const SYNC_DELAY_MS = 1_000

/**
 * Writes down, in the transaction of a change, that Google's object is to follow. A pass for which a job
 * waits already gets no second one. False when nobody has tapped the pass: then Google knows nothing of it.
 */
export async function queueGoogleSync(
  trx: Trx,
  dialect: Dialect,
  { serialNumber, keyId }: QueuedPass,
  now: Date,
): Promise<boolean> {
  const stored = await findGooglePass(trx, serialNumber)
  if (!stored) return false
  const { job_id: jobId } = stored
  const held = await holdWaitingJobs(trx, dialect, jobId === null ? [] : [jobId])
  if (jobId !== null && held.has(jobId)) return true
  const runAt = new Date(now.getTime() + SYNC_DELAY_MS)
  const job = { kind: GOOGLE_JOB, payload: { serialNumber }, owner: keyId, now, runAt }
  await updateGooglePass(trx, serialNumber, { job_id: await enqueue(trx, job) })
  return true
}

/** How long a tap may take; what it left unfinished is then finished by a job. */
const TAP_TIMEOUT_MS = 60_000

/** Queues the job that finishes what a tap leaves unfinished; returns its id, to drop it when all went well. */
export async function queueGoogleGuard(
  trx: Trx,
  { serialNumber, keyId }: QueuedPass,
  now: Date,
): Promise<string> {
  const runAt = new Date(now.getTime() + TAP_TIMEOUT_MS)
  const payload = { serialNumber, always: true }
  return enqueue(trx, { kind: GOOGLE_JOB, payload, owner: keyId, now, runAt })
}

/** Queues a message to whoever has saved a pass that Google knows. */
export async function queueGoogleMessage(
  trx: Trx,
  { serialNumber, keyId }: QueuedPass,
  text: string,
  now: Date,
): Promise<void> {
  const id = createId('gmsg')
  await trx
    .insertInto('google_message')
    .values({
      id,
      serial_number: serialNumber,
      text,
      notified_at: null,
      created_at: now.toISOString(),
    })
    .execute()
  await enqueue(trx, { kind: GOOGLE_MESSAGE_JOB, payload: { messageId: id }, owner: keyId, now })
}
