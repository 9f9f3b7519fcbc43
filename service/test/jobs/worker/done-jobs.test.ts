import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import { migrate, openDatabase } from '../../../src/db/database.ts'
import { recordOutage } from '../../../src/jobs/outage.ts'
import { claimJobs } from '../../../src/jobs/queue/claim.ts'
import { enqueueAll } from '../../../src/jobs/queue/queue.ts'
import { createDeleteDone } from '../../../src/jobs/worker/done-jobs.ts'
import { databases } from '../../support/databases/databases.ts'

describe.each(databases)('jobs that have succeeded on $name', ({ name, createDatabase }) => {
  it('are deleted together, except those that another worker has claimed since, and end an outage', async () => {
    const { database } = readConfig({ DATABASE_URL: await createDatabase() })
    const db = openDatabase(database, () => {})
    await migrate(db, database.kind)
    onTestFinished(() => db.destroy())
    const now = new Date()
    await db.transaction().execute(async (trx) => {
      const job = { kind: 'test', payload: {}, owner: 'one', now }
      await enqueueAll(trx, Array(20).fill(job))
      await recordOutage(trx, 'tests', 'Nobody was there', now)
    })
    const claim = (worker: string, limit: number, at = now) =>
      claimJobs(db, name, { worker, kinds: ['test'], limit, now: at })
    const jobs = await claim('slow', 20)
    const later = new Date(now.getTime() + 60_000)
    const taken = new Set((await claim('other', 3, later)).map(({ id }) => id))
    const deletes = vi.spyOn(db, 'deleteFrom')
    const deleteDone = createDeleteDone(db, 'slow', 'tests')
    const deleted = await Promise.all(jobs.map(deleteDone))
    expect(deleted).toEqual(jobs.map(({ id }) => !taken.has(id)))
    expect(deletes.mock.calls).toEqual([['outage'], ['job']])
    const left = await db.selectFrom('job').select('id').execute()
    expect(new Set(left.map(({ id }) => id))).toEqual(taken)
    expect(await db.selectFrom('outage').selectAll().execute()).toEqual([])
  })
})
