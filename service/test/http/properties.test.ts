import type { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { developmentRoot } from '../support/development-root.ts'
import {
  everyAcceptedBodyMakesItsPass,
  everyOddRequestIsAnswered,
  type Tally,
} from '../support/properties.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe.each(databases)('of any requests on $name', ({ url: newUrl }) => {
  let service: TestService
  let root: X509Certificate

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await newUrl(), env: { LOG_LEVEL: 'error' } })
    root = await developmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(() => service.stop())

  const target = async () => ({ url: service.url, key: await service.createKey(), root })

  it('every body that the field table allows gives a pass that verifies and says what was asked', async () => {
    const tally: Tally = new Map()
    await fc.assert(everyAcceptedBodyMakesItsPass(await target(), tally), { numRuns: 120 })
    expect([...tally]).toEqual([['201', 120]])
  })

  it('none, however odd, gets a 5xx: each gets its pass or an error in the contract’s shape', async () => {
    const tally: Tally = new Map()
    await fc.assert(everyOddRequestIsAnswered(await target(), tally), { numRuns: 400 })
    expect(service.logs).toEqual([])
    const times = (answer: string) => tally.get(answer) ?? 0
    expect(times('400 invalid_request')).toBeGreaterThan(50)
    expect(times('400 invalid_json')).toBeGreaterThan(10)
    expect(times('200') + times('201')).toBeGreaterThan(5)
  })
})
