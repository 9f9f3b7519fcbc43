import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { openRawConnection, parseResponse, sendRawRequest } from '../support/http/raw-http.ts'

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

describe('an unusual HTTP request', () => {
  const bearer = () => `Authorization: Bearer ${key}\r\nContent-Type: application/json\r\n`
  const malformed: [what: string, request: () => string, status: number, code: string][] = [
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
      'a URL of 20 KB',
      () => `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'no Host header',
      () => 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'two Host headers',
      () => 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'Content-Length and chunks',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'two Content-Length headers',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    `,
      400,
      'invalid_request',
    ],
    [
      'a negative Content-Length',
      () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: -1\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'an unknown Transfer-Encoding',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'a chunk of invalid length',
      () =>
        `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'a carriage return inside a header',
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
    [
      'a TLS handshake',
      () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      400,
      'invalid_request',
    ],
  ]
  it.each(malformed)(
    'with %s gets exactly one reply, an error in the documented format',
    async (_, request, status, code) => {
      const raw = await sendRawRequest(service.url, request())
      expect(raw.match(/HTTP\/1\.1 /g)).toHaveLength(1)
      expect(await readErrorResponse(parseResponse(raw))).toMatchObject({ status, code })
    },
  )

  it('with an unknown Expect header is served anyway', async () => {
    const raw = await sendRawRequest(
      service.url,
      'GET /health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    )
    expect(parseResponse(raw).status).toBe(200)
  })

  it('that is cut off in its body does not affect the next one', async () => {
    const connection = await openRawConnection(service.url)
    connection.send(
      `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
    )
    await connection.waitFor(/100 Continue/)
    connection.send('{"title":')
    connection.close()
    await expect.poll(() => service.logs.join('')).toContain('request aborted')
    expect((await post(pass)).status).toBe(201)
  })
})

describe('the id of a request', () => {
  it.each(['abc', 'A_b-9', 'x'.repeat(64)])(
    'is the caller’s when the caller sends %s',
    async (requestId) => {
      const headers = { 'x-request-id': requestId }
      for (const path of ['/health', '/api/none', '/api/auth/usage']) {
        expect((await service.fetch(path, { headers })).headers.get('x-request-id')).toBe(requestId)
      }
    },
  )

  it.each(['', 'a b', 'x'.repeat(65), 'a"b', '../a', 'é'])(
    'is generated when the caller sends "%s"',
    async (invalidId) => {
      const response = await service.fetch('/health', { headers: { 'x-request-id': invalidId } })
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/)
    },
  )

  it('is in exactly one log line', async () => {
    const { requestId } = await readErrorResponse(await service.fetch('/api/auth/usage'))
    await expect.poll(() => service.logs.filter((line) => line.includes(requestId))).toHaveLength(1)
    const [line = ''] = service.logs.filter((line) => line.includes(requestId))
    expect(JSON.parse(line)).toMatchObject({ status: 401, code: 'unauthorized', method: 'GET' })
  })
})
