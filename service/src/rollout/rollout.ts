import type { Rollout } from '@passwright/shared/schema'
import type { Db, Trx } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import { enqueue } from '../jobs/queue/queue.ts'
import type { TemplateRecord } from '../templates/store/template.ts'
import { findVersion } from '../templates/store/versions.ts'
import {
  countNextPasses,
  deleteRolloutRow,
  findNextPasses,
  findRolloutRow,
  findRolloutRows,
  MAX_FAILURES,
  type RolloutRecord,
  saveRollout,
} from './repository.ts'

/** The kind of the job that applies a template. */
export const ROLLOUT_JOB = 'rollout'

/** Finds how far a template is applied; undefined if it never was. */
export async function findRollout(db: Db | Trx, templateId: string): Promise<Rollout | undefined> {
  const record = await findRolloutRow(db, templateId)
  return record && toRollout(record)
}

/** How far the templates of an owner are applied, by their ids. */
export async function findRollouts(db: Db, keyId: string): Promise<Map<string, Rollout>> {
  const records = await findRolloutRows(db, keyId)
  return new Map(records.map((record) => [record.templateId, toRollout(record)]))
}

/** Begins to apply a template that the transaction has locked, from the first pass on. */
export async function startRollout(
  trx: Trx,
  template: TemplateRecord,
  now: Date,
): Promise<Rollout> {
  const payload = { templateId: template.templateId }
  const jobId = await enqueue(trx, { kind: ROLLOUT_JOB, payload, owner: template.keyId, now })
  const record = toNewRollout(template, jobId, now)
  await saveRollout(trx, record)
  return toRollout(record)
}

function toNewRollout(
  { templateId, version, passes }: Pick<TemplateRecord, 'templateId' | 'version' | 'passes'>,
  jobId: string,
  now: Date,
): RolloutRecord {
  return {
    templateId,
    version,
    state: 'running',
    total: passes,
    done: 0,
    failed: 0,
    failures: [],
    position: '',
    jobId,
    startedAt: now.toISOString(),
  }
}

/** Starts over with a new version of a template, if it is being applied. */
export async function restartRollout(trx: Trx, template: TemplateRecord, now: Date): Promise<void> {
  const record = await findRolloutRow(trx, template.templateId)
  if (record?.state === 'running') await startRollout(trx, template, now)
}

/** Ends a rollout whose job has failed: the passes that are left stay as they are, and count as failed. */
export async function endRollout(
  trx: Trx,
  keyId: string,
  rollout: RolloutRecord,
  reason: string,
  now: Date,
): Promise<void> {
  const left = await findNextPasses(trx, keyId, rollout, MAX_FAILURES)
  const failed = rollout.failed + (await countNextPasses(trx, keyId, rollout))
  const failures = left.map(({ serialNumber }) => ({ serialNumber, reason }))
  const ended: RolloutRecord = {
    ...rollout,
    state: 'done',
    total: rollout.done + failed,
    failed,
    failures: [...rollout.failures, ...failures].slice(0, MAX_FAILURES),
  }
  await saveRollout(trx, ended)
  await publishEnd(trx, keyId, ended, now)
}

/** Makes all passes anew for a job that has failed and is retried. */
export async function restartFailedRollout(
  trx: Trx,
  { version, passes }: TemplateRecord,
  { templateId, jobId }: RolloutRecord,
  now: Date,
): Promise<void> {
  await saveRollout(trx, toNewRollout({ templateId, version, passes }, jobId, now))
}

/** Publishes that a rollout is done. */
export async function publishEnd(
  trx: Trx,
  keyId: string,
  rollout: RolloutRecord,
  now: Date,
): Promise<void> {
  const { templateId, version } = rollout
  const template = await findVersion(trx, templateId, version)
  if (!template) return
  const data = { templateId, name: template.name, version, rollout: toRollout(rollout) }
  await publish(trx, { keyId, type: 'template.applied', data, now })
}

/** Forgets the rollout of a template that is deleted; a running one ends. */
export async function dropRollout(trx: Trx, templateId: string): Promise<void> {
  await deleteRolloutRow(trx, templateId)
}

/** A rollout as the API and its event show it. */
export function toRollout({ state, total, done, failed, failures }: RolloutRecord): Rollout {
  return { state, total, done, failed, ...(failures.length > 0 && { failures: [...failures] }) }
}
