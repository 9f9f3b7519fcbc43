import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Limiter } from '../../src/concurrency/limiter.ts'
import { createLimiter } from '../../src/concurrency/limiter.ts'

const patient = new AbortController().signal

/** Work that a test starts and ends by hand. */
const job = (gate: Limiter, log: string[], name: string, patience = patient) => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const outcome = gate(() => {
    log.push(name)
    return promise
  }, patience)
  return { outcome, finish: () => resolve(name) }
}

test('work waits its turn, first come first served, and nobody slips in between', async () => {
  const log: string[] = []
  const gate = createLimiter({ atOnce: 1 })
  const a = job(gate, log, 'a')
  const b = job(gate, log, 'b')
  const c = job(gate, log, 'c')
  a.finish()
  await a.outcome
  const late = job(gate, log, 'late')
  await soon()
  expect(log).toEqual(['a', 'b'])
  b.finish()
  await b.outcome
  await soon()
  expect(log).toEqual(['a', 'b', 'c'])
  c.finish()
  late.finish()
  expect(await Promise.all([c.outcome, late.outcome])).toEqual(['c', 'late'])
})

test('whoever loses patience leaves the line and takes no turn', async () => {
  const log: string[] = []
  const gate = createLimiter({ atOnce: 1, mayWait: 2 })
  const a = job(gate, log, 'a')
  const impatience = new AbortController()
  const b = job(gate, log, 'b', impatience.signal)
  const c = job(gate, log, 'c')
  expect(await job(gate, log, 'no room').outcome).toBe('busy')
  impatience.abort()
  expect(await b.outcome).toBe('busy')
  expect(await job(gate, log, 'too late', AbortSignal.abort()).outcome).toBe('busy')
  a.finish()
  c.finish()
  expect(await Promise.all([a.outcome, c.outcome])).toEqual(['a', 'c'])
  expect(log).toEqual(['a', 'c'])
})

test('work that fails gives its turn on too', async () => {
  const gate = createLimiter({ atOnce: 1 })
  await expect(gate(() => Promise.reject(new Error('no')), patient)).rejects.toThrow('no')
  expect(await gate(async () => 'yes', patient)).toBe('yes')
})
