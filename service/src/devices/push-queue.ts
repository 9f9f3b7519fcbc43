import type { Dialect, Trx } from '../db/database.ts'
import { enqueueAll, holdWaitingJobs } from '../jobs/queue/queue.ts'
import { setPushJobs } from './repository.ts'

/** The kind of the jobs that push to a device. */
export const PUSH_JOB = 'push'

interface PushRequest {
  devices: readonly { id: string; pushJobId: string | null }[]
  /** Whose turn the pushes take. */
  owner: string
  now: Date
}

/**
 * Queues a push for each of these devices, which the transaction has locked. A device for which one
 * waits already gets no second one: it asks for all that has changed.
 */
export async function queuePushes(
  trx: Trx,
  dialect: Dialect,
  { devices, owner, now }: PushRequest,
): Promise<void> {
  const earlier = devices.flatMap(({ pushJobId }) => pushJobId ?? [])
  const held = await holdWaitingJobs(trx, dialect, earlier)
  const others = devices.filter(({ pushJobId }) => pushJobId === null || !held.has(pushJobId))
  const ids = await enqueueAll(
    trx,
    others.map(({ id }) => ({ kind: PUSH_JOB, payload: { deviceId: id }, owner, now })),
  )
  await setPushJobs(
    trx,
    others.map(({ id }, index) => ({ deviceId: id, jobId: ids[index] ?? '' })),
  )
}
