import { describe, expect, it } from 'vitest'
import { remember } from '../../src/concurrency/remember.ts'

const create = (fail = false) => {
  let at = 0
  let runs = 0
  const work = async () => {
    runs += 1
    if (fail) throw new Error(`failed ${runs}`)
    return runs
  }
  const ask = remember(work, () => new Date(at), 1_000)
  return {
    ask,
    set: (ms: number) => {
      at = ms
    },
  }
}

describe('work that is remembered', () => {
  it('runs once in its period, however many ask, and again after it', async () => {
    const { ask, set } = create()
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
    set(999)
    expect(await ask()).toBe(1)
    set(1_000)
    expect(await ask()).toBe(2)
  })

  it('runs again when the clock was set back', async () => {
    const { ask, set } = create()
    set(10_000)
    expect(await ask()).toBe(1)
    set(0)
    expect(await ask()).toBe(2)
  })

  it('remembers a failure for the same time', async () => {
    const { ask, set } = create(true)
    await expect(ask()).rejects.toThrow('failed 1')
    await expect(ask()).rejects.toThrow('failed 1')
    set(1_000)
    await expect(ask()).rejects.toThrow('failed 2')
  })
})
