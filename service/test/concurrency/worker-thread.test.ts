import { describe, expect, it } from 'vitest'
import { createWorkerThread } from '../../src/concurrency/worker-thread.ts'

const file = new URL('../support/concurrency/odd-thread.ts', import.meta.url)
const createThread = (options = {}) =>
  createWorkerThread<string, string>(file, {
    timeoutMs: 5_000,
    maxQueued: 20,
    maxQueuedByOwner: 10,
    ...options,
  })

describe('a worker thread', () => {
  it('gives each owner its turn, however many jobs another has in the queue', async () => {
    const { run } = createThread()
    const order: string[] = []
    const runInto = async (job: string, owner: string) => {
      await run(job, owner)
      order.push(job)
    }
    await Promise.all([
      ...[1, 2, 3, 4, 5].map((count) => runInto(`many ${count}`, 'many')),
      runInto('one', 'one'),
      runInto('other', 'other'),
    ])
    expect(order).toEqual(['many 1', 'many 2', 'one', 'other', 'many 3', 'many 4', 'many 5'])
  })

  it.each(['crash', 'exit'])(
    'that ends by %s fails that job only, and the next gets a new one',
    async (job) => {
      const { run } = createThread()
      const results = await Promise.all([run('a', 'x'), run(job, 'x'), run('b', 'x')])
      expect(results).toEqual(['done: a', 'failed', 'done: b'])
    },
  )

  it('that takes too long is ended, and the next job gets a new one', async () => {
    const { run } = createThread({ timeoutMs: 1_000 })
    const results = await Promise.all([run('hang', 'x'), run('b', 'y')])
    expect(results).toEqual(['failed', 'done: b'])
  })

  it('refuses jobs when the queue is full, of one owner or of all', async () => {
    const { run } = createThread({ maxQueued: 4, maxQueuedByOwner: 2 })
    const jobs = ['a', 'b', 'c', 'd'].map((job) => run(job, 'many'))
    expect(await jobs[3]).toBe('busy')
    const others = ['e', 'f', 'g'].map((job) => run(job, `owner of ${job}`))
    expect(await others[2]).toBe('busy')
    expect(await Promise.all([...jobs, ...others])).toEqual([
      ...['done: a', 'done: b', 'done: c', 'busy'],
      ...['done: e', 'done: f', 'busy'],
    ])
  })
})
