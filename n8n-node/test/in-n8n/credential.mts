import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { Fixtures } from '../support/fixtures.mts'

/** Tests the credential test. */
export function testCredential(fixtures: Fixtures): void {
  it('accepts a valid credential', async () => {
    expect(
      await fixtures.env.n8n.testCredential({
        baseUrl: `${fixtures.env.service.url}/`,
        apiKey: fixtures.env.key,
      }),
    ).toMatchObject({ status: 'OK' })
  })

  it.each([
    ['an invalid API key', () => fixtures.env.service.url, 'pw_live_wrong', /API key is not valid/],
    [
      'the URL of another server',
      () => fixtures.env.n8n.url,
      'pw_live_x',
      /not a Passwright service/,
    ],
    [
      'a wrong path',
      () => `${fixtures.env.service.url}/api`,
      'pw_live_x',
      /not a Passwright service/,
    ],
    ['a port without a server', () => 'http://127.0.0.1:9', 'pw_live_x', /ECONNREFUSED/],
  ])('reports %s', async (_name, getBaseUrl, apiKey, expectedMessage) => {
    const result = await fixtures.env.n8n.testCredential({ baseUrl: getBaseUrl(), apiKey })
    expect(result.status).toBe('Error')
    expect(result.message).toMatch(expectedMessage)
  })

  it('reports a service that is not ready', async () => {
    const startingService = createServer((_, response) => {
      response.statusCode = 503
      response.end('{"error":"The service is starting.","code":"not_ready"}')
    }).listen(0, '127.0.0.1')
    await once(startingService, 'listening')
    try {
      const baseUrl = `http://127.0.0.1:${(startingService.address() as AddressInfo).port}`
      const result = await fixtures.env.n8n.testCredential({ baseUrl, apiKey: 'pw_live_x' })
      expect(result.message).toMatch(/service is not ready/)
    } finally {
      startingService.close()
    }
  })
}
