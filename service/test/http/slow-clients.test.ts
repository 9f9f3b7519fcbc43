import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemIn } from '../support/error-response.ts'
import { openRaw, responseIn } from '../support/raw-http.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe('a client that is slow', () => {
  let service: TestService
  beforeEach(async () => {
    service = await startTestService()
  })
  afterEach(() => service.stop())

  it('has 15 s for its headers, 30 s for the request and 5 s between two', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = service.server
    expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
    })
  })

  const halves = {
    headers: 'POST /api/passes HTTP/1.1\r\nHost: a\r\nX-Slow: ',
    body: 'POST /api/passes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"title":',
  }
  it.each(Object.entries(halves))(
    'with its %s is told so and let go, though it never hangs up',
    async (_, half) => {
      service.server.headersTimeout = 300
      service.server.requestTimeout = 400
      const key = await service.createKey()
      const connections = await Promise.all(Array.from({ length: 20 }, () => openRaw(service.url)))
      for (const { send } of connections) send(half.replace('KEY', key))
      for (const { ended } of connections) {
        expect(await problemIn(responseIn(await ended()))).toMatchObject({
          status: 408,
          code: 'request_timeout',
        })
      }
      await expect.poll(() => openConnections(service), { timeout: 5_000 }).toBe(0)
      for (const { close } of connections) close()
    },
  )

  it('keeps nobody else waiting', async () => {
    const connections = await Promise.all(Array.from({ length: 200 }, () => openRaw(service.url)))
    for (const { send } of connections) send(halves.headers)
    const key = await service.createKey()
    const made = await service.fetch('/api/passes', { key, json: { title: 'Pass' } })
    expect(made.status).toBe(201)
    for (const { close } of connections) close()
  })
})

function openConnections({ server }: TestService): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}
