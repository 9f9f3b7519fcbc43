import { Rollout } from '@passwright/shared/schema'
import type { Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'

/** The rollout of a template as it is stored. */
export interface RolloutRecord extends Omit<Rollout, 'failures'> {
  templateId: string
  version: number
  failures: readonly Failure[]
  /** The last pass that was counted: when it was made, and its serial number. */
  position: string
  /** The job that goes on from there. */
  jobId: string
  startedAt: string
}

/** A pass that the new version does not fit. */
export interface Failure {
  serialNumber: string
  reason: string
}

/** How many failures are kept with their reasons. */
export const MAX_FAILURES = 20

const State = Rollout.shape.state
const Failures = Rollout.shape.failures.unwrap()

/** Finds the rollout of a template. */
export async function findRolloutRow(
  db: Db | Trx,
  templateId: string,
): Promise<RolloutRecord | undefined> {
  const row = await db
    .selectFrom('rollout')
    .selectAll()
    .where('template_id', '=', templateId)
    .executeTakeFirst()
  return row && toRecord(row)
}

/** Finds the rollouts of all templates of an owner. */
export async function findRolloutRows(db: Db, keyId: string): Promise<RolloutRecord[]> {
  const rows = await db
    .selectFrom('rollout')
    .innerJoin('template', 'template.id', 'rollout.template_id')
    .selectAll('rollout')
    .where('template.key_id', '=', keyId)
    .execute()
  return rows.map(toRecord)
}

/** Stores a rollout in the place of an earlier one. */
export async function saveRollout(trx: Trx, record: RolloutRecord): Promise<void> {
  await deleteRolloutRow(trx, record.templateId)
  await trx
    .insertInto('rollout')
    .values({ template_id: record.templateId, ...toColumns(record) })
    .execute()
}

/** Stores how far a rollout is; false when another job has gone on since, or it started over. */
export async function updateRollout(
  trx: Trx,
  record: RolloutRecord,
  jobId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('rollout')
    .set(toColumns(record))
    .where('template_id', '=', record.templateId)
    .where('job_id', '=', jobId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteRolloutRow(trx: Trx, templateId: string): Promise<void> {
  await trx.deleteFrom('rollout').where('template_id', '=', templateId).execute()
}

/** A pass that is to be made anew, and the position of the rollout once it is counted. */
export interface NextPass {
  serialNumber: string
  position: string
}

/** Finds the next living passes of a template that there were when its rollout began, oldest first. */
export async function findNextPasses(
  db: Db | Trx,
  keyId: string,
  rollout: RolloutRecord,
  limit: number,
): Promise<NextPass[]> {
  const rows = await selectNextPasses(db, keyId, rollout)
    .select(['serial_number', 'created_at'])
    .orderBy('created_at')
    .orderBy('serial_number')
    .limit(limit)
    .execute()
  return rows.map(({ serial_number, created_at }) => ({
    serialNumber: serial_number,
    position: `${created_at} ${serial_number}`,
  }))
}

/** Counts all passes that `findNextPasses` would find. */
export async function countNextPasses(
  db: Db | Trx,
  keyId: string,
  rollout: RolloutRecord,
): Promise<number> {
  const { count } = await selectNextPasses(db, keyId, rollout)
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function selectNextPasses(
  db: Db | Trx,
  keyId: string,
  { templateId, position, startedAt }: RolloutRecord,
) {
  const [createdAt = '', serialNumber = ''] = position.split(' ')
  return db
    .selectFrom('pass')
    .where('key_id', '=', keyId)
    .where('template_id', '=', templateId)
    .where((eb) =>
      eb(eb.refTuple('created_at', 'serial_number'), '>', eb.tuple(createdAt, serialNumber)),
    )
    .where('created_at', '<=', startedAt)
    .where('deleted_at', 'is', null)
}

function toColumns(record: RolloutRecord) {
  const { version, state, total, done, failed, position } = record
  return {
    version,
    state,
    total,
    done,
    failed,
    position,
    failures: JSON.stringify(record.failures),
    job_id: record.jobId,
    started_at: record.startedAt,
  }
}

function toRecord(row: Selectable<Database['rollout']>): RolloutRecord {
  const { version, total, done, failed, position } = row
  return {
    templateId: row.template_id,
    version,
    state: State.parse(row.state),
    total,
    done,
    failed,
    failures: Failures.parse(JSON.parse(row.failures)),
    position,
    jobId: row.job_id,
    startedAt: row.started_at,
  }
}
