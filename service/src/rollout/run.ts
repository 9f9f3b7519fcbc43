import { Problem } from '@passwright/shared'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import { findActiveKey } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import type { AttemptResult, Handler, Job, JobOutcome } from '../jobs/job.ts'
import { letRequestsPass } from '../jobs/let-requests-pass.ts'
import { enqueue } from '../jobs/queue/queue.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { prepareConstantImages, refillPass } from '../passes/update/rollout.ts'
import type { TemplateVersion } from '../templates/store/template.ts'
import { findVersion } from '../templates/store/versions.ts'
import { lockOwnTemplate } from '../templates/templates.ts'
import {
  type Failure,
  findNextPasses,
  findRolloutRow,
  MAX_FAILURES,
  type NextPass,
  type RolloutRecord,
  updateRollout,
} from './repository.ts'
import { endRollout, publishEnd, ROLLOUT_JOB, restartFailedRollout } from './rollout.ts'

/** How many passes one job makes anew. */
const BATCH_SIZE = 100

/** How many of them at a time: one waits for the database while the other is worked out. */
const CONCURRENCY = 2

/** How long a rollout waits while no pass can be made, such as while the certificate has expired. */
const PAUSE_MS = 60_000

const Payload = z.object({ templateId: z.string() })

/** Applies a template to the next of its passes, and queues the job for those after them. */
export const runRollout: Handler = {
  schedule: retrySchedules.push,
  forgetsDone: true,
  attempt: runBatch,
  record: recordOutcome,
}

async function runBatch(ctx: Context, job: Job): Promise<AttemptResult> {
  const { templateId } = Payload.parse(job.payload)
  const rollout = await findRolloutRow(ctx.db, templateId)
  if (rollout?.jobId !== job.id || rollout.state !== 'running') return { result: 'succeeded' }
  const [key, version] = await Promise.all([
    findActiveKey(ctx.db, job.owner, ctx.now()),
    findVersion(ctx.db, templateId, rollout.version),
  ])
  if (!key) return { result: 'failed', reason: 'The API key was revoked or has ended' }
  if (!version) return { result: 'succeeded' }

  const passes = await findNextPasses(ctx.db, key.id, rollout, BATCH_SIZE)
  const batch = await refillPasses(ctx, key, version, passes)
  const counted = countBatch(rollout, batch)
  if (batch.blocked !== undefined) {
    await ctx.db.transaction().execute((trx) => updateRollout(trx, counted, job.id))
    const notBefore = new Date(ctx.now().getTime() + PAUSE_MS)
    return { result: 'postponed', reason: batch.blocked, notBefore }
  }
  await recordBatch(ctx, job, counted, passes.length < BATCH_SIZE)
  return { result: 'succeeded' }
}

interface Batch {
  /** The passes that were made anew, and those that could not be. */
  done: number
  failures: Failure[]
  /** The last pass that was counted; undefined if none was. */
  position: string | undefined
  /** Why the others have to wait. */
  blocked?: string
}

async function refillPasses(
  ctx: Context,
  key: ApiKey,
  version: TemplateVersion,
  passes: readonly NextPass[],
): Promise<Batch> {
  const batch: Batch = { done: 0, failures: [], position: undefined }
  const images = await prepareConstantImages(ctx, key, version)
  const source = { version, images, earlier: new Map<number, TemplateVersion>() }
  for (let start = 0; start < passes.length; start += CONCURRENCY) {
    await letRequestsPass(ctx)
    const chunk = passes.slice(start, start + CONCURRENCY)
    const results = await Promise.allSettled(
      chunk.map(({ serialNumber }) => refillPass(ctx, key, serialNumber, source)),
    )
    const reasons = results.map((result) =>
      result.status === 'rejected' ? toFailureReason(result.reason) : undefined,
    )
    const blocked = results.find(
      (result, index) => result.status === 'rejected' && reasons[index] === undefined,
    )
    if (blocked?.status === 'rejected') {
      return {
        ...batch,
        blocked:
          blocked.reason instanceof Problem ? blocked.reason.message : rethrow(blocked.reason),
      }
    }
    for (const [index, { serialNumber, position }] of chunk.entries()) {
      const reason = reasons[index]
      if (reason !== undefined) batch.failures.push({ serialNumber, reason })
      else batch.done += 1
      batch.position = position
    }
  }
  return batch
}

/** Why the new version does not fit a pass; undefined for troubles that pass. */
function toFailureReason(error: unknown): string | undefined {
  return error instanceof Problem && error.status < 500 ? error.message : undefined
}

function rethrow(error: unknown): never {
  throw error
}

function countBatch(rollout: RolloutRecord, { done, failures, position }: Batch): RolloutRecord {
  return {
    ...rollout,
    done: rollout.done + done,
    failed: rollout.failed + failures.length,
    failures: [...rollout.failures, ...failures].slice(0, MAX_FAILURES),
    position: position ?? rollout.position,
  }
}

/** Counts a batch, in one transaction with the job that goes on, or with the event at the end. */
async function recordBatch(
  ctx: Context,
  job: Job,
  counted: RolloutRecord,
  isLast: boolean,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const now = ctx.now()
    if (!isLast) {
      const payload = { templateId: counted.templateId }
      const jobId = await enqueue(trx, { kind: ROLLOUT_JOB, payload, owner: job.owner, now })
      await updateRollout(trx, { ...counted, jobId }, job.id)
      return
    }
    // Passes that were deleted meanwhile are not counted.
    const total = counted.done + counted.failed
    const ended: RolloutRecord = { ...counted, state: 'done', total }
    if (await updateRollout(trx, ended, job.id)) await publishEnd(trx, job.owner, ended, now)
  })
}

/** Whoever watches a rollout learns of its end also when its job fails, as for a key that was revoked. */
async function recordOutcome(
  trx: Trx,
  ctx: Context,
  job: Job,
  { state, reason = '', now }: JobOutcome,
): Promise<void> {
  const { templateId } = Payload.parse(job.payload)
  const rollout = await findRolloutRow(trx, templateId)
  if (rollout?.jobId !== job.id) return
  if (state === 'failed' && rollout.state === 'running') {
    await endRollout(trx, job.owner, rollout, reason, now)
  }
  // The operator retries the job.
  if (state === 'waiting' && rollout.state === 'done') {
    const template = await lockOwnTemplate(trx, ctx, { id: job.owner }, templateId)
    await restartFailedRollout(trx, template, rollout, now)
  }
}
