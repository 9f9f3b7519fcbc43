import type { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { messyBodies } from '../support/http/messy-bodies.ts'
import { mistakenBodies } from '../support/http/mistaken-bodies.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

describe('a request as people write it', () => {
  let service: TestService
  let key: string
  let root: X509Certificate

  beforeAll(async () => {
    service = await startTestService()
    key = await service.createKey()
    root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(() => service.stop())

  const create = (json: object) =>
    service.fetch('/api/passes?format=pkpass', { key, json: { title: 'Club', ...json } })

  it.each(messyBodies)('($what) makes a pass', async ({ body, passJson }) => {
    const response = await create(body)
    if (response.status !== 201) throw new Error(await response.text())
    const file = new Uint8Array(await response.arrayBuffer())
    const opened = await verifyPass(file, { root, programs: false })
    for (const [path, value] of Object.entries(passJson)) {
      expect(readPath(opened.passJson, path), path).toEqual(value)
    }
    expect(JSON.stringify(opened.passJson)).not.toMatch(/\.\d+Z"|null/)
  })

  it.each(mistakenBodies)(
    '($what) is refused, and told what to write',
    async ({ body, issues }) => {
      const problem = await readErrorResponse(await create(body))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(problem.issues?.map(({ path, message }) => [path, message])).toEqual(
        Object.entries(issues).map(([path, message]) => [path, expect.stringMatching(message)]),
      )
    },
  )
})

/** `generic.backFields.0.value` → the value there; undefined when there is none. */
function readPath(json: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined,
      json,
    )
}
