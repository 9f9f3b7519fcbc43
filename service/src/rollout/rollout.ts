import type { Rollout } from '@passwright/shared/schema'
import type { Db, Trx } from '../db/database.ts'
import { enqueue } from '../jobs/queue.ts'
import type { TemplateRecord } from '../templates/template.ts'
import {
  deleteRolloutRow,
  findRolloutRow,
  findRolloutRows,
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
  { templateId, version, passes, keyId }: TemplateRecord,
  now: Date,
): Promise<Rollout> {
  const payload = { templateId }
  const jobId = await enqueue(trx, { kind: ROLLOUT_JOB, payload, owner: keyId, now })
  const record: RolloutRecord = {
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
  await saveRollout(trx, record)
  return toRollout(record)
}

/** Starts over with a new version of a template, if it is being applied. */
export async function restartRollout(trx: Trx, template: TemplateRecord, now: Date): Promise<void> {
  const record = await findRolloutRow(trx, template.templateId)
  if (record?.state === 'running') await startRollout(trx, template, now)
}

/** Forgets the rollout of a template that is deleted; a running one ends. */
export async function dropRollout(trx: Trx, templateId: string): Promise<void> {
  await deleteRolloutRow(trx, templateId)
}

/** A rollout as the API and its event show it. */
export function toRollout({ state, total, done, failed, failures }: RolloutRecord): Rollout {
  return { state, total, done, failed, ...(failures.length > 0 && { failures: [...failures] }) }
}
