import { describe, expect, it } from 'vitest'
import { createExpectedWrites } from '../../src/db/sqlite/expected-writes.ts'
import { letRequestsPass } from '../../src/jobs/let-requests-pass.ts'

describe('a job of many steps', () => {
  it('lets the requests go first that are being served', async () => {
    const expectedWrites = createExpectedWrites()
    const { promise, resolve } = Promise.withResolvers<void>()
    const order: string[] = []
    const request = expectedWrites.during(() => promise).then(() => order.push('request'))
    const step = letRequestsPass({ expectedWrites }, 60_000).then(() => order.push('step'))
    // The step would be first if it did not look for requests.
    await letRequestsPass({ expectedWrites: createExpectedWrites() })
    await letRequestsPass({ expectedWrites: createExpectedWrites() })
    resolve()
    await Promise.all([request, step])
    expect(order).toEqual(['request', 'step'])
  })

  it('goes on although there is always another one', async () => {
    const expectedWrites = createExpectedWrites()
    const { promise, resolve } = Promise.withResolvers<void>()
    const request = expectedWrites.during(() => promise)
    await letRequestsPass({ expectedWrites })
    expect(expectedWrites.count()).toBe(1)
    resolve()
    await request
  })
})
