import { expect, it } from 'vitest'
import { createFairWork } from '../../../src/http/limits/fair-work.ts'

const databases = ['sqlite', 'postgres'] as const

it.each(databases)(
  'one key has half of the requests that are handled, and of the places to wait, on %s',
  async (kind) => {
    const { handle } = createFairWork({ config: { database: { kind } } as never })
    const running = { many: 0, few: 0 }
    const end = Promise.withResolvers<void>()
    const ask = (owner: keyof typeof running) =>
      handle(owner, () => {
        running[owner] += 1
        return end.promise
      })
    const half = { sqlite: 48, postgres: 32 }[kind]
    const waiting = 2_048
    const asked = Promise.allSettled(
      Array.from({ length: half + waiting + 5 }, () => ask('many')).concat(ask('few')),
    )
    await expect.poll(() => running).toEqual({ many: half, few: 1 })
    end.resolve()
    const results = await asked
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(5)
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded', retryAfterSeconds: 1 } })
    expect(running).toEqual({ many: half + waiting, few: 1 })
  },
)
