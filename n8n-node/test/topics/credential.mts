import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { Tools } from '../host/tools.mts'

/** The credential and its test. */
export function credential(tools: Tools): void {
  it('says of a good credential that it works', async () => {
    expect(
      await tools.house.n8n.testCredential({
        baseUrl: `${tools.house.service.url}/`,
        apiKey: tools.house.key,
      }),
    ).toMatchObject({ status: 'OK' })
  })

  it.each([
    ['a wrong key', () => tools.house.service.url, 'pw_live_wrong', /does not know this API key/],
    [
      'an address of something else',
      () => `${tools.house.n8n.url}`,
      'pw_live_x',
      /not a Passwright service/,
    ],
    [
      'a wrong path',
      () => `${tools.house.service.url}/api`,
      'pw_live_x',
      /not a Passwright service/,
    ],
    ['an address where nothing listens', () => 'http://127.0.0.1:9', 'pw_live_x', /ECONNREFUSED/],
  ])('says of %s what is wrong', async (_name, baseUrl, apiKey, words) => {
    const answer = await tools.house.n8n.testCredential({ baseUrl: baseUrl(), apiKey })
    expect(answer.status).toBe('Error')
    expect(answer.message).toMatch(words)
  })

  it('says of a service that is not ready that it is not', async () => {
    const starting = createServer((_, response) => {
      response.statusCode = 503
      response.end('{"error":"The service is starting.","code":"not_ready"}')
    }).listen(0, '127.0.0.1')
    await once(starting, 'listening')
    try {
      const baseUrl = `http://127.0.0.1:${(starting.address() as AddressInfo).port}`
      const answer = await tools.house.n8n.testCredential({ baseUrl, apiKey: 'pw_live_x' })
      expect(answer.message).toMatch(/there but not ready/)
    } finally {
      starting.close()
    }
  })
}
