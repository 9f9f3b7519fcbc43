import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'
import { openRawConnection, parseResponse } from '../../support/http/raw-http.ts'

describe('a slow client', () => {
  let service: TestService
  beforeEach(async () => {
    service = await startTestService()
  })
  afterEach(() => service.stop())

  it('has 15 s for the headers, 30 s for the request and 5 s between two requests', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = service.server
    expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
    })
  })

  const partialRequests = {
    headers: 'POST /api/passes HTTP/1.1\r\nHost: a\r\nX-Slow: ',
    body: 'POST /api/passes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"title":',
  }
  it.each(Object.entries(partialRequests))(
    'that does not finish its %s gets a 408 and is disconnected, even if it never hangs up',
    async (_, partialRequest) => {
      service.server.headersTimeout = 300
      service.server.requestTimeout = 400
      const key = await service.createKey()
      const connections = await Promise.all(
        Array.from({ length: 20 }, () => openRawConnection(service.url)),
      )
      for (const { send } of connections) send(partialRequest.replace('KEY', key))
      for (const { waitForEnd } of connections) {
        expect(await readErrorResponse(parseResponse(await waitForEnd()))).toMatchObject({
          status: 408,
          code: 'request_timeout',
        })
      }
      await expect.poll(() => countConnections(service), { timeout: 5_000 }).toBe(0)
      for (const { close } of connections) close()
    },
  )

  it('does not delay other clients', async () => {
    const connections = await Promise.all(
      Array.from({ length: 200 }, () => openRawConnection(service.url)),
    )
    for (const { send } of connections) send(partialRequests.headers)
    const key = await service.createKey()
    const created = await service.fetch('/api/passes', { key, json: { title: 'Pass' } })
    expect(created.status).toBe(201)
    for (const { close } of connections) close()
  })
})

function countConnections({ server }: TestService): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}
