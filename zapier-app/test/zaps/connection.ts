import { describe, expect, it } from 'vitest'
import { testResultKeys } from '../publishing/connection.ts'
import { catchError, injectFaultOnce, parseError } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'
import type { Connection } from '../support/zapier.ts'

/** Tests the authentication of a connection. */
export function testConnections(env: () => TestEnvironment): void {
  describe('a connection', () => {
    const test = (connection: Partial<Connection>) =>
      env().zapier.runMethod('authentication.test', {
        authData: { ...env().connection, ...connection },
      })

    it('has a label with the name of the key, the host and the path', async () => {
      const host = env().proxy.url.replace('http://', '')
      const result = await test({})
      expect(result).toMatchObject({ name: 'Door Desk', host, plan: 'unlimited' })
      expect(Object.keys(result as object).sort()).toEqual([...testResultKeys].sort())
      const label = '{{name}} on {{host}}{{limits}}'
      expect(await env().zapier.runCommand('definition')).toMatchObject({
        authentication: { connectionLabel: label },
      })
    })

    it('says in its label what the free plan lacks', async () => {
      const { apiKey } = await env().connect('free')
      expect(await test({ apiKey })).toMatchObject({
        limits: expect.stringContaining('no triggers'),
      })
      expect(await test({})).toMatchObject({ limits: '' })
    })

    it('says in its label what the key is limited to, and when it ends', async () => {
      const usage = { name: 'Door Desk', plan: 'free', scopes: ['issue', 'read'] }
      const body = JSON.stringify({ ...usage, expiresAt: '2027-03-05T09:30:00.000Z' })
      injectFaultOnce(env(), 'GET', /usage/, { status: 200, body })
      expect(await test({})).toMatchObject({
        limits: expect.stringMatching(/^ \(free plan: .*; only issue, read; until 2027-03-05\)$/),
      })
    })

    it('accepts an address and a key as they are pasted', async () => {
      const { url } = env().proxy
      const pasted = [url, `${url}//`, ` ${url}/ `, `\ufeff${url}\r\n`, url.replace('//', '/')]
      for (const baseUrl of pasted)
        expect(await test({ baseUrl })).toMatchObject({ name: 'Door Desk' })
      const { apiKey } = env().connection
      const half = apiKey.length / 2
      const keys = [
        ` ${apiKey}\n`,
        `\u200b${apiKey}`,
        `${apiKey.slice(0, half)}\r\n${apiKey.slice(half)}`,
      ]
      for (const key of keys)
        expect(await test({ apiKey: key })).toMatchObject({ name: 'Door Desk' })
    })

    it('does not send a key that no header can hold', async () => {
      for (const apiKey of ['', 'пароль']) {
        expect((await catchError(test({ apiKey }))).name).toBe('ExpiredAuthError')
      }
    })

    const html = { body: '<html>' }
    it.each([
      [
        'a redirect',
        { status: 301, headers: { location: 'https://b.example/health' } },
        'redirected',
        'redirects to https://b.example: enter',
      ],
      ['a server that is busy', { status: 429, ...html }, 'too_many_requests', 'wait a minute'],
      ['a service that does not run', { status: 503, ...html }, 'not_ready', 'does not run'],
      ['a proxy with a password', { status: 401, ...html }, 'proxy_refused', 'such as a proxy'],
      ['a proxy that refuses', { status: 403, ...html }, 'proxy_refused', 'status 403'],
    ])('tells %s from a wrong address', async (_, fault, code, words) => {
      injectFaultOnce(env(), 'GET', /health/, fault)
      const error = parseError(await catchError(test({})))
      expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
      expect(env().proxy.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
    })

    it('says which path was typed behind the address', async () => {
      for (const path of ['/docs', '/api/passes']) {
        const error = parseError(await catchError(test({ baseUrl: env().proxy.url + path })))
        expect(error.code).toBe('path_in_address')
        expect(error.message).toBe(
          `Your service is at ${env().proxy.url}: remove "${path}" from the address.`,
        )
      }
    })

    it('reports a wrong address, without sending the key there', async () => {
      const baseUrl = env().proxy.url.replace('/press', '/elsewhere')
      expect(parseError(await catchError(test({ baseUrl })))).toMatchObject({
        code: 'wrong_address',
        message: expect.stringContaining(`No Passwright service found at ${baseUrl}`),
      })
      injectFaultOnce(env(), 'GET', /health/, { status: 200, body: '<html>' })
      expect(parseError(await catchError(test({})))).toMatchObject({ code: 'wrong_address' })
      const sent = env().proxy.requests.map(({ headers }) => headers.authorization)
      expect(sent.filter((authorization) => authorization !== undefined)).toEqual([])
    })

    it('reports a host without a server', async () => {
      const error = await catchError(test({ baseUrl: 'http://127.0.0.1:9' }))
      expect(parseError(error)).toMatchObject({ code: 'wrong_address' })
    })

    it.each(['0.0.9', '0.0.10-next.1', 'unknown'])(
      'reports that version %s of the service is too old',
      async (version) => {
        const body = JSON.stringify({ status: 'ok', version })
        injectFaultOnce(env(), 'GET', /health/, { status: 200, body })
        expect(parseError(await catchError(test({})))).toMatchObject({
          code: 'service_too_old',
          message: expect.stringMatching(`Passwright ${version}, and this app needs 0\\.1\\.0`),
        })
      },
    )

    it.each(['0.1.0', '0.10.0', '1.0.0-rc.1'])('accepts version %s', async (version) => {
      injectFaultOnce(env(), 'GET', /health/, {
        status: 200,
        body: JSON.stringify({ status: 'ok', version }),
      })
      expect(await test({})).toMatchObject({ version })
    })

    it('expires if its key is not valid', async () => {
      const error = await catchError(test({ apiKey: 'pw_live_nobody' }))
      expect(error.name).toBe('ExpiredAuthError')
      expect(error.message).toMatch(/^The API key is not valid/)
      expect(error.message).toContain('keys rotate')
      expect(error.message).not.toContain('keys create')
    })

    it.each([
      ['', 'Enter the address'],
      ['http://passes.example.com', 'must begin with https://'],
      ['ftp://passes.example.com', 'must begin with https://'],
      ['javascript:alert(1)', 'is not an address'],
      ['https://user:word@passes.example.com', 'before the @'],
      ['https://passes.example.com/?to=x', 'before the ? or #'],
      ['https://passes.example.com/#', 'before the ? or #'],
      ['https://passes example.com', 'is not an address'],
      ['http://127.0.0.1.example.com', 'must begin with https://'],
      ['http://10.example.com', 'must begin with https://'],
      ['https:\\\\passes.example.com', 'is not an address'],
    ])('rejects the address %j without sending a request', async (baseUrl, expectedMessage) => {
      const requestCount = env().zapier.cloud.requests.length
      const { message } = parseError(await catchError(test({ baseUrl })))
      expect(message).toContain(expectedMessage)
      const requests = env()
        .zapier.cloud.requests.slice(requestCount)
        .filter((text) => /"log_type":"http"/.test(text))
      expect(requests).toEqual([])
    })

    it('has an authentication template for other requests of Zapier', async () => {
      expect(await env().zapier.runCommand('getAuthTemplate')).toMatchObject({
        supported: true,
        template: { headers: { Authorization: 'Bearer {{bundle.authData.apiKey}}' } },
      })
    })
  })
}
