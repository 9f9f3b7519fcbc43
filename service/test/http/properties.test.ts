import type { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import {
  acceptedBodiesMakePasses,
  oddRequestsGetResponses,
  type ResponseCounts,
} from '../support/passes/properties.ts'

describe.each(databases)('a generated request on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let root: X509Certificate

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await newUrl(), env: { LOG_LEVEL: 'error' } })
    root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(() => service.stop())

  const createAccess = async () => ({ url: service.url, key: await service.createKey(), root })

  it('creates a pass that verifies and shows what was requested, if the field table allows the body', async () => {
    const counts: ResponseCounts = new Map()
    await fc.assert(acceptedBodiesMakePasses(await createAccess(), counts), { numRuns: 120 })
    expect([...counts]).toEqual([['201', 120]])
  })

  it('never gets a 5xx, however odd: it gets its pass or an error in the documented format', async () => {
    const counts: ResponseCounts = new Map()
    await fc.assert(oddRequestsGetResponses(await createAccess(), counts), { numRuns: 400 })
    expect(service.logs).toEqual([])
    const readCount = (outcome: string) => counts.get(outcome) ?? 0
    expect(readCount('400 invalid_request')).toBeGreaterThan(50)
    expect(readCount('400 invalid_json')).toBeGreaterThan(10)
    expect(readCount('200') + readCount('201')).toBeGreaterThan(5)
  })
})
