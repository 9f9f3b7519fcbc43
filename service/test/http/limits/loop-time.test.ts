import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { beginInTurns } from '../../../src/http/limits/loop-time.ts'

/** Who asks: the key that is sent, and the address. */
interface Asker {
  key?: string
  caller: string
}

const many = { key: 'many', caller: '192.0.2.1' }
const few = { key: 'few', caller: '192.0.2.1' }
const keyless = { caller: '192.0.2.2' }

describe('requests that arrive at once are begun', () => {
  beforeEach(() => {
    // Only what begins them takes time, however slow the machine.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
  })

  it('key after key, those without a key by their addresses', async () => {
    const handler = beginInTurns()
    const began: string[] = []
    // Each takes a whole turn.
    const send = ({ key, caller }: Asker) => {
      const request = { headers: { authorization: key && `Bearer ${key}` } }
      return handler(request as never, { locals: { caller } } as never, () => {
        began.push(key ?? caller)
        vi.advanceTimersByTime(9)
      })
    }
    await send(many)
    await Promise.all([many, many, many, few, keyless].map(send))
    expect(began).toEqual(['many', 'many', 'few', keyless.caller, 'many', 'many'])
  })
})
