import type { ICredentialTestFunctions } from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { PasswrightApi } from '../credentials/PasswrightApi.credentials.ts'
import { checkConnection } from '../nodes/Passwright/credentialTest/checkConnection.ts'
import { parseBaseUrl } from '../nodes/Passwright/shared/baseUrl.ts'
import { runNode } from './support/fake-execution.mts'

it.each([
  ['https://passes.example.com/', 'https://passes.example.com'],
  [' https://passes.example.com\n', 'https://passes.example.com'],
  ['\u200bhttps://passes.example.com/wallet//', 'https://passes.example.com/wallet'],
  ['passes.example.com', 'https://passes.example.com'],
  ['passes.example.com:8443/x', 'https://passes.example.com:8443/x'],
  ['localhost:3000', 'http://localhost:3000'],
  ['passwright:3000', 'http://passwright:3000'],
  ['192.168.1.7:3000', 'http://192.168.1.7:3000'],
  ['HTTP://LOCALHOST:3000', 'http://localhost:3000'],
])('the Base URL %j is %s', (given, expected) => {
  expect(parseBaseUrl(given)).toMatchObject({ href: expected })
})

it.each([
  [null, 'is empty'],
  ['  ', 'is empty'],
  ['ftp://passes.example.com', 'must begin with https://'],
  ['https://user:secret@passes.example.com', 'before the @'],
  ['https://passes.example.com/?x=1', 'before the ? or #'],
  ['my passes', 'is no URL'],
])('the Base URL %j is refused: it %s', async (given, expected) => {
  expect(parseBaseUrl(given)).toMatchObject({ problem: expect.stringContaining(expected) })
  const run = runNode({ operation: 'getUsage', resource: 'account', baseUrl: String(given ?? '') })
  await expect(run).rejects.toThrow(expected)
})

it.each([
  ['http://passes.example.com', true],
  ['http://8.8.8.8', true],
  ['http://172.32.0.1', true],
  ['https://passes.example.com', false],
  ['http://localhost:3000', false],
  ['http://passwright:3000', false],
  ['http://10.1.2.3', false],
  ['http://172.16.0.1', false],
  ['http://[::1]:3000', false],
  ['http://[fd12::1]', false],
  ['http://printer.local', false],
])('%s crosses a public network unencrypted: %s', (given, expected) => {
  expect(parseBaseUrl(given)).toMatchObject({ isPublicHttp: expected })
})

it('a pasted API key loses blanks and invisible characters', async () => {
  const credential = new PasswrightApi()
  for (const apiKey of [
    'pw_live_x',
    ' pw_live_x\r\n',
    '\ufeffpw_live_x\u200b',
    'pw_\u00adlive_x\u00a0',
  ]) {
    const request = await credential.authenticate(
      { apiKey },
      { url: 'x', headers: { accept: 'a' } },
    )
    expect(request.sendCredentialsOnCrossOriginRedirect).toBe(false)
    expect(request.headers).toEqual({ accept: 'a', Authorization: 'Bearer pw_live_x' })
  }
})

describe('the test of a credential', () => {
  interface Reply {
    statusCode?: number
    headers?: Record<string, string>
    body?: unknown
    error?: Error
  }
  const test = async ({ error, ...reply }: Reply, data: object = {}) => {
    const requests: Record<string, unknown>[] = []
    const context = {
      helpers: {
        request: async (options: Record<string, unknown>) => {
          requests.push(options)
          if (error) throw error
          return { statusCode: 200, headers: {}, body: '', ...reply }
        },
      },
    } as unknown as ICredentialTestFunctions
    const credential = {
      id: '1',
      name: 'Passwright',
      type: 'passwrightApi',
      data: { baseUrl: 'passes.example.com', apiKey: ' pw_live_x ', ...data },
    }
    return { ...(await checkConnection.call(context, credential)), requests }
  }
  const usage = (plan: string, limits: object = {}) => ({
    body: JSON.stringify({ plan, count: 1, ...limits }),
  })
  const error = (code: string) => ({ error: Object.assign(new Error(`connect ${code}`), { code }) })

  it('sends the key once, to the completed address, and follows no redirect', async () => {
    const { requests, status, message } = await test(usage('unlimited'))
    expect({ status, message }).toEqual({ status: 'OK', message: 'Connection successful.' })
    expect(requests).toEqual([
      expect.objectContaining({
        uri: 'https://passes.example.com/api/auth/usage',
        followRedirect: false,
        headers: expect.objectContaining({ authorization: 'Bearer pw_live_x' }),
      }),
    ])
  })

  it.each<[string, Reply, string]>([
    ['nothing listens', error('ECONNREFUSED'), 'No server listens there'],
    ['the host is unknown', error('ENOTFOUND'), 'There is no host with this name'],
    ['https on http', error('EPROTO'), 'does not speak https'],
    ['http on https', error('ECONNRESET'), 'begin the Base URL with https://'],
    ['a self-signed certificate', error('DEPTH_ZERO_SELF_SIGNED_CERT'), 'Ignore SSL Issues'],
    ['no reply in time', error('ECONNABORTED'), 'did not reply in time'],
    [
      'a wrong key',
      { statusCode: 401, body: '{"error":"No.","code":"unauthorized"}' },
      'API key is not valid',
    ],
    ['the login of a proxy', { statusCode: 401, body: '<html>' }, 'a login of its own'],
    ['another service', { body: '{"hello":"world"}' }, 'not a Passwright service'],
    ['another web page', { statusCode: 404, body: '<html>' }, 'not a Passwright service'],
    [
      'a service that starts',
      { statusCode: 503, body: '{"error":"No.","code":"not_ready"}' },
      'service is not ready',
    ],
    ['a proxy without service', { statusCode: 502, body: '<html>' }, 'status 502'],
    [
      'http on a TLS proxy',
      { statusCode: 400, body: 'The plain HTTP request was sent to HTTPS port' },
      'expects https://',
    ],
    [
      'a redirect',
      { statusCode: 301, headers: { location: 'https://other.example/x' } },
      'redirects to https://other.example/x: enter the final address in the credential',
    ],
  ])('says what to do: %s', async (_name, reply, expected) => {
    const { status, message } = await test(reply)
    expect(status).toBe('Error')
    expect(message).toContain(expected)
  })

  it('says what a free key lacks, and warns of http on a public network', async () => {
    const { status, message } = await test(usage('free'), { baseUrl: 'http://passes.example.com' })
    expect(status).toBe('OK')
    expect(message).toMatch(/cannot use Passwright Trigger.*unencrypted/)
  })

  it('says what a key is limited to, and when it expires', async () => {
    const limits = { scopes: ['issue', 'read'], expiresAt: '2027-03-05T09:30:00.000Z' }
    const { status, message } = await test(usage('pro', limits))
    expect(status).toBe('OK')
    expect(message).toMatch(/limited to issue, read\. .*Passwright Trigger\. .* on 2027-03-05\.$/)
    const all = await test(usage('pro', { scopes: null, expiresAt: null }))
    expect(all.message).toBe('Connection successful.')
  })

  it.each([{ apiKey: ' ' }, { baseUrl: null }])(
    'tells what is missing, and sends nothing: %j',
    async (data) => {
      const { status, message, requests } = await test(usage('pro'), data)
      expect(status).toBe('Error')
      expect(message).toContain('is empty')
      expect(requests).toEqual([])
    },
  )
})
