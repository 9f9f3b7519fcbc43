import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { type Db, migrate, openDatabase } from '../../src/db/database.ts'
import { createId } from '../../src/db/ids.ts'
import type { Job } from '../../src/jobs/job.ts'
import { claimJobs } from '../../src/jobs/queue/claim.ts'
import type { ConcurrencyLimits } from '../../src/jobs/queue/concurrency.ts'
import { enqueue } from '../../src/jobs/queue/queue.ts'
import { databases } from '../support/databases/databases.ts'

const DAY = 24 * 60 * 60 * 1000
const startedAt = Date.now()

describe.each(databases)('the turns of a queue on $name', ({ name, createDatabase }) => {
  let db: Db

  beforeEach(async () => {
    const { database } = readConfig({ DATABASE_URL: await createDatabase() })
    db = openDatabase(database, () => {})
    await migrate(db, database.kind)
    onTestFinished(() => db.destroy())
  })

  const add = (owner: string, at: number, concurrencyKey: string | null = null, kind = 'test') =>
    db
      .transaction()
      .execute((trx) =>
        enqueue(trx, { kind, payload: {}, owner, concurrencyKey, now: new Date(startedAt + at) }),
      )
  /** Adds jobs that are due, all at once. */
  const addMany = async (owner: string, count: number, concurrencyKey?: string) => {
    const at = new Date(startedAt).toISOString()
    const rows = Array.from({ length: count }, () => ({
      id: createId('job'),
      kind: 'test',
      payload: '{}',
      owner,
      concurrency_key: concurrencyKey ?? null,
      state: 'waiting',
      run_at: at,
      attempts: 0,
      created_at: at,
    }))
    while (rows.length > 0) await db.insertInto('job').values(rows.splice(0, 1_000)).execute()
  }
  const toRunning = (owner: string, concurrencyKey: string | null = null): Job => ({
    id: createId('job'),
    kind: 'test',
    payload: {},
    attempts: 1,
    owner,
    concurrencyKey,
  })
  const claim = (
    limit: number,
    running: Job[],
    limits: Partial<ConcurrencyLimits> = {},
    kinds = ['test'],
  ) =>
    claimJobs(db, name, {
      worker: 'test',
      running,
      kinds,
      limit,
      now: new Date(startedAt + 1_000),
      limits: { concurrency: 60, failingKeys: [], lastServed: new Map(), ...limits },
    })
  const claimOwners = async (...args: Parameters<typeof claim>) =>
    (await claim(...args)).map(({ owner }) => owner).toSorted()

  it('leave slots free for newcomers, whatever waits of one owner', async () => {
    await addMany('crowded', 100)
    const first = await claim(9, [], { concurrency: 9 })
    expect(first).toHaveLength(5)
    expect(await claim(4, first, { concurrency: 9 })).toEqual([])
    await addMany('other', 100)
    const second = await claimOwners(4, first, { concurrency: 9 })
    expect(second).toEqual(['other', 'other'])
  })

  it('go to the owner that was served longest ago, however old the jobs of the others are', async () => {
    for (const owner of ['a', 'b', 'c']) for (const at of [-30, -20, -10]) await add(owner, at)
    await add('new', 0)
    const lastServed = new Map<string, string>()
    const served: string[] = []
    for (let count = 0; count < 10; count += 1) {
      served.push(...(await claimOwners(1, [], { lastServed })))
      const later = new Date(startedAt + 1_000 + count)
      for (const owner of served.slice(-1)) lastServed.set(owner, later.toISOString())
    }
    expect(served.slice(0, 4).toSorted()).toEqual(['a', 'b', 'c', 'new'])
    expect(served.slice(4, 7).toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('are the same for all kinds of a queue, and jobs of other kinds stay', async () => {
    await addMany('crowded', 50)
    await add('crowded', 0, null, 'other')
    await add('signup', 10, null, 'key')
    const owners = await claimOwners(3, [], { concurrency: 3 }, ['test', 'key'])
    expect(owners).toEqual(['crowded', 'crowded', 'signup'].slice(-owners.length))
    expect(owners).toContain('signup')
  })

  it('leave room for other concurrency keys of an owner, even if there are many jobs of one', async () => {
    const one = (concurrencyKey: string, at: number) => add('one', at, concurrencyKey)
    for (let count = 0; count < 20; count += 1) await one('crowded', count)
    for (const key of ['b', 'c', 'd', 'e']) await one(key, 100)
    await one('tomorrow', DAY)
    const claimKeys = async (
      limit: number,
      running: string[],
      limits: Partial<ConcurrencyLimits> = {},
    ) => {
      const jobs = running.map((key) => toRunning('one', key))
      const claimed = await claim(limit, jobs, { perKey: 2, ...limits })
      return claimed.map(({ concurrencyKey }) => concurrencyKey).toSorted()
    }
    expect(await claimKeys(4, ['crowded'])).toEqual(['b', 'c', 'crowded', 'd'])
    const full = ['crowded', 'crowded']
    expect(await claimKeys(1, full)).toEqual(['e'])
    expect(await claimKeys(30, full)).toEqual([])
    expect(await claimKeys(1, [])).toEqual(['crowded'])
    expect(await claimKeys(30, [])).toEqual(['crowded', 'crowded'])
    // Failing keys come last, with one job each and half of their owner's slots together.
    for (const key of ['x', 'y', 'z', 'z']) await one(key, -100)
    await one('b', 100)
    const failing = { failingKeys: ['x', 'y', 'crowded'], concurrency: 7 }
    expect(await claimKeys(2, [], failing)).toEqual(['b', 'z'])
    expect(await claimKeys(30, ['x'], failing)).toEqual(['y', 'z'])
    expect(await claimKeys(30, [], failing)).toEqual(['crowded', 'x'])
  })

  it('come to the key of another owner, even if one has a hundred keys with older jobs', async () => {
    for (let index = 0; index < 100; index += 1) await addMany('crowded', 3, `key ${index}`)
    await add('other', 500, 'its key')
    const limits = { concurrency: 128, perKey: 2, failingKeys: ['its key'] }
    const owners = await claimOwners(128, [], limits)
    expect(owners).toContain('other')
    expect(owners.length).toBeGreaterThan(40)
    expect(owners.length).toBeLessThanOrEqual(65)
  })

  it('cost no more with 100,000 waiting jobs of one owner', async () => {
    await addMany('crowded', 100_000)
    await addMany('keyed', 100_000, 'its key')
    await add('other', 500)
    for (const [limits, owners] of [
      [{ concurrency: 9 }, ['crowded', 'keyed', 'other']],
      [{ concurrency: 9, perKey: 2 }, ['keyed']],
    ] as const) {
      const times: number[] = []
      for (let round = 0; round < 5; round += 1) {
        const before = performance.now()
        const claimed = await claimOwners(3, [], { ...limits, lastServed: new Map() })
        times.push(performance.now() - before)
        expect(claimed).toEqual(expect.arrayContaining([owners[0]]))
      }
      expect(Math.min(...times)).toBeLessThan(50)
    }
  }, 60_000)
})
