import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLimiter, type Limiter } from '../../src/concurrency/limiter.ts'

/** Starts work that logs its name and runs until `finish` is called; its owner is its first letter. */
const startWork = (limit: Limiter, log: string[], name: string, signal?: AbortSignal) => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const work = () => {
    log.push(name)
    return promise
  }
  return { result: limit(name.charAt(0), work, signal), finish: () => resolve(name) }
}
const startMany = (limit: Limiter, log: string[], owner: string, count: number) =>
  Array.from({ length: count }, (_, index) => startWork(limit, log, `${owner}${index + 1}`))

describe('a limiter', () => {
  it('runs the work of an owner in the order of the calls, and new work does not go first', async () => {
    const log: string[] = []
    const limit = createLimiter({ concurrency: 1 })
    const [a1, a2, a3] = startMany(limit, log, 'a', 3)
    a1?.finish()
    await a1?.result
    const late = startWork(limit, log, 'a4')
    await nextTurn()
    expect(log).toEqual(['a1', 'a2'])
    a2?.finish()
    await a2?.result
    await nextTurn()
    expect(log).toEqual(['a1', 'a2', 'a3'])
    a3?.finish()
    late.finish()
    expect(await Promise.all([a3?.result, late.result])).toEqual(['a3', 'a4'])
  })

  it('leaves a slot for a newcomer, whatever one owner has started and queued', async () => {
    const log: string[] = []
    const limit = createLimiter({ concurrency: 9 })
    startMany(limit, log, 'a', 1_000)
    expect(log).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
    startMany(limit, log, 'b', 1_000)
    expect(log.slice(5)).toEqual(['b1', 'b2'])
    startWork(limit, log, 'c1')
    expect(log.slice(7)).toEqual(['c1'])
  })

  it('divides its slots equally between the owners whose work waits', async () => {
    const log: string[] = []
    const limit = createLimiter({ concurrency: 9 })
    const all = [...startMany(limit, log, 'a', 1_000), ...startMany(limit, log, 'b', 50)]
    for (const { finish } of all) finish()
    await Promise.all(all.map(({ result }) => result))
    const countUntil = (owner: string, count: number) =>
      log.slice(0, count).filter((name) => name.startsWith(owner)).length
    for (const count of [20, 50, 90]) {
      expect(Math.abs(countUntil('a', count) - countUntil('b', count))).toBeLessThanOrEqual(5)
    }
  })

  it('gives free slots to owners in turns, not to the one with the most work', async () => {
    const log: string[] = []
    const limit = createLimiter({ concurrency: 1 })
    const all = [
      ...startMany(limit, log, 'a', 4),
      ...startMany(limit, log, 'b', 2),
      ...startMany(limit, log, 'c', 1),
    ]
    for (const { finish } of all) finish()
    await Promise.all(all.map(({ result }) => result))
    expect(log).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
  })

  it('leaves places in the queue for others too', async () => {
    const log: string[] = []
    const limit = createLimiter({ concurrency: 1, maxQueued: 8 })
    const many = startMany(limit, log, 'a', 20)
    const other = startWork(limit, log, 'b1')
    for (const { finish } of [...many, other]) finish()
    const results = await Promise.all(many.map(({ result }) => result))
    expect(results.filter((result) => result !== 'busy')).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
    expect(await other.result).toBe('b1')
  })

  it('does not run work whose signal aborts while it is queued', async () => {
    const log: string[] = []
    const limit = createLimiter({ concurrency: 1, maxQueued: 3 })
    const a1 = startWork(limit, log, 'a1')
    const controller = new AbortController()
    const a2 = startWork(limit, log, 'a2', controller.signal)
    const a3 = startWork(limit, log, 'a3')
    expect(await startWork(limit, log, 'a4').result).toBe('busy')
    controller.abort()
    expect(await a2.result).toBe('busy')
    expect(await startWork(limit, log, 'a5', AbortSignal.abort()).result).toBe('busy')
    a1.finish()
    a3.finish()
    expect(await Promise.all([a1.result, a3.result])).toEqual(['a1', 'a3'])
    expect(log).toEqual(['a1', 'a3'])
  })

  it('frees the slot of work that fails', async () => {
    const limit = createLimiter({ concurrency: 1 })
    await expect(limit('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await limit('a', async () => 'yes')).toBe('yes')
  })
})
