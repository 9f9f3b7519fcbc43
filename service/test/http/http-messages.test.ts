import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemIn } from '../support/error-response.ts'
import { openRaw, rawRequest, responseIn } from '../support/raw-http.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

let service: TestService
let key: string

beforeAll(async () => {
  service = await startTestService()
  key = await service.createKey()
})
afterAll(() => service.stop())

const pass = '{"title":"Pass"}'
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  service.fetch('/api/passes', {
    method: 'POST',
    key,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

describe('a message that is not HTTP as it should be', () => {
  const bearer = () => `Authorization: Bearer ${key}\r\nContent-Type: application/json\r\n`
  const rows: [what: string, request: () => string, status: number, code: string][] = [
    [
      '20 KB of headers',
      () => `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      '1 MB of headers',
      () => `GET /health HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(170_000)}\r\n`,
      431,
      'headers_too_large',
    ],
    [
      '20 KB of address',
      () => `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['no Host', () => 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    [
      'two Hosts',
      () => 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'a length and chunks',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'two lengths',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    `,
      400,
      'invalid_request',
    ],
    [
      'a negative length',
      () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: -1\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'chunks under another name',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'a chunk without a length',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'a line break inside a header',
      () => 'GET /health HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'NUL in a header',
      () => 'GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n',
      400,
      'invalid_request',
    ],
    ['no method', () => 'hello\r\n\r\n', 400, 'invalid_request'],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'invalid_request'],
  ]
  it.each(rows)(
    'with %s is refused in our own shape, and only once',
    async (_, request, status, code) => {
      const raw = await rawRequest(service.url, request())
      expect(raw.match(/HTTP\/1\.1 /g)).toHaveLength(1)
      expect(await problemIn(responseIn(raw))).toMatchObject({ status, code })
    },
  )

  it('with an expectation that we do not know is served all the same', async () => {
    const raw = await rawRequest(
      service.url,
      'GET /health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    )
    expect(responseIn(raw).status).toBe(200)
  })

  it('cut off in the middle of its body harms nobody', async () => {
    const connection = await openRaw(service.url)
    connection.send(
      `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
    )
    await connection.until(/100 Continue/)
    connection.send('{"title":')
    connection.close()
    await expect.poll(() => service.logs.join('')).toContain('request aborted')
    expect((await post(pass)).status).toBe(201)
  })
})

describe('the name of a request', () => {
  it.each(['abc', 'A_b-9', 'x'.repeat(64)])('is the caller’s own when it is %s', async (given) => {
    const headers = { 'x-request-id': given }
    for (const path of ['/health', '/api/none', '/api/auth/usage']) {
      expect((await service.fetch(path, { headers })).headers.get('x-request-id')).toBe(given)
    }
  })

  it.each(['', 'a b', 'x'.repeat(65), 'a"b', '../a', 'é'])(
    'is ours when it is "%s"',
    async (given) => {
      const response = await service.fetch('/health', { headers: { 'x-request-id': given } })
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/)
    },
  )

  it('stands in the log line of its answer', async () => {
    const { requestId } = await problemIn(await service.fetch('/api/auth/usage'))
    await expect.poll(() => service.logs.filter((line) => line.includes(requestId))).toHaveLength(1)
    const [line = ''] = service.logs.filter((line) => line.includes(requestId))
    expect(JSON.parse(line)).toMatchObject({ status: 401, code: 'unauthorized', method: 'GET' })
  })
})
