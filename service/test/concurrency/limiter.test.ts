import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Limiter } from '../../src/concurrency/limiter.ts'
import { createLimiter } from '../../src/concurrency/limiter.ts'

/** Starts work that logs its name and runs until `finish` is called. */
const startWork = (limit: Limiter, log: string[], name: string, signal?: AbortSignal) => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const result = limit(() => {
    log.push(name)
    return promise
  }, signal)
  return { result, finish: () => resolve(name) }
}

test('queued work runs in the order of the calls, and new work does not go first', async () => {
  const log: string[] = []
  const limit = createLimiter({ concurrency: 1 })
  const a = startWork(limit, log, 'a')
  const b = startWork(limit, log, 'b')
  const c = startWork(limit, log, 'c')
  a.finish()
  await a.result
  const late = startWork(limit, log, 'late')
  await nextTurn()
  expect(log).toEqual(['a', 'b'])
  b.finish()
  await b.result
  await nextTurn()
  expect(log).toEqual(['a', 'b', 'c'])
  c.finish()
  late.finish()
  expect(await Promise.all([c.result, late.result])).toEqual(['c', 'late'])
})

test('work whose signal aborts leaves the queue and does not run', async () => {
  const log: string[] = []
  const limit = createLimiter({ concurrency: 1, maxQueued: 2 })
  const a = startWork(limit, log, 'a')
  const controller = new AbortController()
  const b = startWork(limit, log, 'b', controller.signal)
  const c = startWork(limit, log, 'c')
  expect(await startWork(limit, log, 'no room').result).toBe('busy')
  controller.abort()
  expect(await b.result).toBe('busy')
  expect(await startWork(limit, log, 'too late', AbortSignal.abort()).result).toBe('busy')
  a.finish()
  c.finish()
  expect(await Promise.all([a.result, c.result])).toEqual(['a', 'c'])
  expect(log).toEqual(['a', 'c'])
})

test('work that fails frees its slot', async () => {
  const limit = createLimiter({ concurrency: 1 })
  await expect(limit(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await limit(async () => 'yes')).toBe('yes')
})
