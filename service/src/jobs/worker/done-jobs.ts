import { setTimeout as wait } from 'node:timers/promises'
import type { Db } from '../../db/database.ts'
import type { Job } from '../job.ts'
import { clearOutage, findOutage } from '../outage.ts'
import { deleteClaimed } from '../queue/queue.ts'

/** Deletes jobs that have succeeded. Returns false if another worker has claimed the job since. */
export type DeleteDone = (job: Pick<Job, 'id'>) => Promise<boolean>

/** How long a job that has succeeded waits for others, which are then deleted in the same transaction. */
const GATHER_MS = 5

/**
 * Creates the function for a worker and a queue. However quickly jobs end, there is one transaction at a
 * time that waits for the disk. The jobs stay claimed until then, so that no more gather than run at once.
 */
export function createDeleteDone(db: Db, worker: string, queueName: string): DeleteDone {
  let batch: { ids: string[]; deleted: Promise<Set<string>> } | undefined
  let last: Promise<unknown> = Promise.resolve()
  return async ({ id }) => {
    batch ??= openBatch()
    batch.ids.push(id)
    const deleted = await batch.deleted
    return deleted.has(id)
  }

  function openBatch() {
    const ids: string[] = []
    const deleted = Promise.all([last, wait(GATHER_MS)]).then(async () => {
      batch = undefined
      if (await findOutage(db, queueName)) await clearOutage(db, queueName)
      return deleteClaimed(db, worker, ids)
    })
    last = deleted.catch(() => {})
    return { ids, deleted }
  }
}
