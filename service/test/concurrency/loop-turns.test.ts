import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLoopTurns } from '../../src/concurrency/loop-turns.ts'

describe('work that arrives at once, with 5 ms for each turn of the event loop', () => {
  beforeEach(() => {
    // Only work takes time, however slow the machine.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
  })

  /** Runs pieces of work that arrive in one turn and take so many milliseconds each; returns the turn of each. */
  async function run(pieces: number[]): Promise<number[]> {
    const takeLoopTime = createLoopTurns(5)
    const turns: number[] = []
    let turn = -1
    const countTurns = () => {
      turn += 1
      if (turns.length < pieces.length) setImmediate(countTurns)
    }
    setImmediate(countTurns)
    for (const ms of pieces) {
      setImmediate(async () => {
        await takeLoopTime('one')
        turns.push(turn)
        await Promise.resolve()
        vi.advanceTimersByTime(ms)
      })
    }
    while (turns.length < pieces.length) await nextTurn()
    return turns
  }

  it('runs in the same turn while there is time', async () => {
    expect(await run([1, 1, 1, 1])).toEqual([0, 0, 0, 0])
  })

  it('waits in its order for the next turn when the time of one is used up', async () => {
    expect(await run([3, 3, 3, 3, 3, 9, 1])).toEqual([0, 0, 1, 1, 2, 2, 3])
  })

  it('has the whole time again in a later turn', async () => {
    const takeLoopTime = createLoopTurns(5)
    for (let round = 0; round < 3; round += 1) {
      expect(takeLoopTime('one')).toBeUndefined()
      vi.advanceTimersByTime(9)
      await nextTurn()
      await nextTurn()
    }
  })

  it('goes from owner to owner, however much waits of one', async () => {
    const takeLoopTime = createLoopTurns(5)
    vi.advanceTimersByTime(1)
    expect(takeLoopTime('first')).toBeUndefined()
    vi.advanceTimersByTime(9)
    const started: string[] = []
    const waiting = ['many', 'many', 'many', 'few'].map(async (owner) => {
      await takeLoopTime(owner)
      started.push(owner)
      vi.advanceTimersByTime(9)
    })
    await Promise.all(waiting)
    expect(started).toEqual(['many', 'few', 'many', 'many'])
  })
})
