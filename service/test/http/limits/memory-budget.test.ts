import { expect, it } from 'vitest'
import { createMemoryBudget, type Hold } from '../../../src/http/limits/memory-budget.ts'

const KB = 1024

function createBudget(options: { maxTurns?: number; maxWaiting?: number } = {}) {
  let at = 0
  const budget = createMemoryBudget({ maxBytes: 100 * KB, now: () => at, ...options })
  const cut: string[] = []
  return {
    cut,
    advance: (ms: number) => {
      at += ms
    },
    /** A reply that a caller reads at this speed. */
    send: (owner: string, bytes: number, kilobytesPerSecond: number, name = owner): Hold => {
      const hold = budget.hold(owner)
      const begin = at
      hold.resize(bytes)
      hold.setPeer({
        movedBytes: () => ((at - begin) / 1000) * kilobytesPerSecond * KB,
        graceMs: 1_000,
        cut: () => {
          cut.push(name)
          hold.release()
        },
      })
      return hold
    },
    hold: budget.hold,
  }
}

const isWaiting = async (promise: Promise<boolean>) => {
  // Requests are let in by setImmediate.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, 'waiting'])) === 'waiting'
}

it('whoever reads slowly is left alone while there is room', async () => {
  const { send, hold, advance, cut } = createBudget()
  send('phone', 40 * KB, 30)
  send('silent', 40 * KB, 0)
  advance(20_000)
  expect(await hold('other').reserve(20 * KB)).toBe(true)
  expect(cut).toEqual([])
})

it('when memory is short, those who read nothing make room, and a slow phone is not cut off', async () => {
  const { send, hold, advance, cut } = createBudget()
  for (const name of ['silent 1', 'silent 2', 'silent 3']) send('attacker', 20 * KB, 0, name)
  send('phone', 30 * KB, 30)
  const waiting = hold('other').reserve(20 * KB)
  expect(await isWaiting(waiting)).toBe(true)
  expect(cut).toEqual([])
  advance(1_000)
  expect(await waiting).toBe(true)
  expect(cut).toEqual(['silent 1'])
})

it('among the connections of one address the slowest is cut off first', async () => {
  const { send, hold, advance, cut } = createBudget()
  for (const [name, speed] of [
    ['fast', 500],
    ['phone', 30],
    ['trickling', 1],
  ] as const) {
    send('office', 16 * KB, speed, name)
  }
  const waiting = hold('office').reserve(16 * KB)
  advance(2_000)
  expect(await waiting).toBe(true)
  expect(cut).toEqual(['trickling'])
})

it('one owner has half of the memory at most, and never cuts off others', async () => {
  const { send, hold, advance, cut } = createBudget()
  send('phone', 10 * KB, 1)
  const working = hold('attacker')
  working.resize(50 * KB)
  const waiting = hold('attacker').reserve(10 * KB)
  advance(60_000)
  expect(await isWaiting(waiting)).toBe(true)
  expect(await hold('other').reserve(30 * KB)).toBe(true)
  expect(cut).toEqual([])
  working.release()
  expect(await waiting).toBe(true)
})

it('whoever holds the least is served first, however many others wait', async () => {
  const { hold } = createBudget({ maxTurns: 2 })
  const first = hold('attacker')
  expect(await first.reserveTurn(10 * KB)).toBe(true)
  const rest = Array.from({ length: 20 }, () => hold('attacker').reserveTurn(10 * KB))
  // One owner has half of the turns.
  expect(await isWaiting(Promise.race(rest))).toBe(true)
  const honest = hold('honest')
  expect(await honest.reserveTurn(10 * KB)).toBe(true)
  const again = hold('honest').reserveTurn(10 * KB)
  honest.release()
  expect(await again).toBe(true)
  first.endTurn(10 * KB)
  expect(await Promise.race(rest)).toBe(true)
})

it('a queue that is full refuses at once, and one who leaves it is not waited for', async () => {
  const { hold } = createBudget({ maxTurns: 2, maxWaiting: 2 })
  const working = hold('a')
  expect(await working.reserveTurn(KB)).toBe(true)
  const leaving = hold('a')
  const left = leaving.reserveTurn(KB)
  const staying = hold('a').reserveTurn(KB)
  expect(await hold('a').reserveTurn(KB)).toBe(false)
  expect(await hold('b').reserveTurn(KB)).toBe(true)
  leaving.release()
  expect(await left).toBe(false)
  working.endTurn(KB)
  expect(await staying).toBe(true)
})
