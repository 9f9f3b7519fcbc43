import { Agent, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from './harness.ts'
import { problemIn } from './problem-answer.ts'
import { openRaw, rawRequest, responseIn } from './raw-http.ts'

let service: TestService
let key: string

beforeAll(async () => {
  service = await startTestService()
  key = await service.createKey()
})
afterAll(() => service.stop())

const pass = '{"title":"Pass"}'
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  service.fetch('/api/passes', {
    method: 'POST',
    key,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

describe('the media type of a body', () => {
  const wrong = [
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/vnd.api+json',
    'application/json; charset=latin1',
    'application/json; charset=iso-8859-1',
    'application/json; charset="utf-16"',
  ]
  it.each(wrong)('is refused when it is "%s"', async (type) => {
    const problem = await problemIn(await post(Buffer.from(pass), { 'content-type': type }))
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  const right = [
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json ;  charset="UTF-8"',
    'application/json;charset=utf8',
  ]
  it.each(right)('is taken when it is "%s"', async (type) => {
    expect((await post(pass, { 'content-type': type })).status).toBe(201)
  })
})

describe('the size of a body', () => {
  const large = `{"title":"${' '.repeat(2 * 1024 * 1024)}"}`

  it('may be 2 MB, and is judged then', async () => {
    const body = pass + ' '.repeat(2 * 1024 * 1024 - pass.length)
    expect((await post(body)).status).toBe(201)
  })

  it('is refused above 2 MB, whether its length is told or not', async () => {
    for (const body of [large, new Blob([large]).stream()]) {
      const response = await service.fetch('/api/passes', {
        method: 'POST',
        key,
        headers: { 'content-type': 'application/json' },
        body,
        duplex: 'half',
      })
      expect(await problemIn(response)).toMatchObject({ status: 413, code: 'payload_too_large' })
    }
  })

  it('counts what comes out of the compression: 50 MB of blanks in 50 KB', async () => {
    const blanks = gzipSync(Buffer.alloc(50_000_000, ' '))
    const begun = performance.now()
    const problem = await problemIn(await post(blanks, { 'content-encoding': 'gzip' }))
    expect(problem).toMatchObject({ status: 413, code: 'payload_too_large' })
    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  it('leaves the connection usable when it was too large', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const send = (body: string) =>
      new Promise<{ status: number | undefined; reused: boolean }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
        const request = httpRequest(`${service.url}/api/passes`, { agent, method: 'POST', headers })
        request.on('error', reject).on('response', async (response) => {
          await text(response)
          resolve({ status: response.statusCode, reused: request.reusedSocket })
        })
        request.end(body)
      })
    try {
      expect(await send(large)).toEqual({ status: 413, reused: false })
      expect(await send(pass)).toEqual({ status: 201, reused: true })
    } finally {
      agent.destroy()
    }
  })
})

describe('a compressed body', () => {
  const ways = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }
  it.each(Object.entries(ways))('is read in %s', async (encoding, compress) => {
    expect((await post(compress(pass), { 'content-encoding': encoding })).status).toBe(201)
  })

  it.each(['compress', 'zstd-9', 'gzip, gzip'])('in %s is not understood', async (encoding) => {
    const problem = await problemIn(await post(gzipSync(pass), { 'content-encoding': encoding }))
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  const broken: [string, Uint8Array<ArrayBuffer>][] = [
    ['no gzip', Uint8Array.from(Buffer.from(pass))],
    ['gzip that ends early', Uint8Array.from(gzipSync(pass).subarray(0, -9))],
    ['gzip with a wrong checksum', Uint8Array.from(gzipSync(pass)).fill(0, -8)],
    ['nothing', new Uint8Array()],
  ]
  it.each(broken)('that is %s is not JSON that can be read', async (_, body) => {
    const problem = await problemIn(await post(body, { 'content-encoding': 'gzip' }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_json' })
  })
})

describe('a message that is not HTTP as it should be', () => {
  const bearer = () => `Authorization: Bearer ${key}\r\nContent-Type: application/json\r\n`
  const rows: [what: string, request: () => string, status: number, code: string][] = [
    ['20 KB of headers', () => `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['1 MB of headers', () => `GET /health HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(170_000)}\r\n`, 431, 'headers_too_large'],
    ['20 KB of address', () => `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers_too_large'],
    ['no Host', () => 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    ['two Hosts', () => 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    ['a length and chunks', () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`, 400, 'invalid_request'],
    ['two lengths', () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    `, 400, 'invalid_request'],
    ['a negative length', () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: -1\r\n\r\n`, 400, 'invalid_request'],
    ['chunks under another name', () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400, 'invalid_request'],
    ['a chunk without a length', () => `POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`, 400, 'invalid_request'],
    ['a line break inside a header', () => 'GET /health HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n', 400, 'invalid_request'],
    ['NUL in a header', () => 'GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400, 'invalid_request'],
    ['no method', () => 'hello\r\n\r\n', 400, 'invalid_request'],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'invalid_request'],
  ]
  it.each(rows)('with %s is refused in our own shape, and only once', async (_, request, status, code) => {
    const raw = await rawRequest(service.url, request())
    expect(raw.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(await problemIn(responseIn(raw))).toMatchObject({ status, code })
  })

  it('with an expectation that we do not know is served all the same', async () => {
    const raw = await rawRequest(
      service.url,
      'GET /health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    )
    expect(responseIn(raw).status).toBe(200)
  })

  it('cut off in the middle of its body harms nobody', async () => {
    const connection = await openRaw(service.url)
    connection.send(`POST /api/passes HTTP/1.1\r\nHost: a\r\n${bearer()}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n`)
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

  it.each(['', 'a b', 'x'.repeat(65), 'a"b', '../a', 'é'])('is ours when it is "%s"', async (given) => {
    const response = await service.fetch('/health', { headers: { 'x-request-id': given } })
    expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/)
  })

  it('stands in the log line of its answer', async () => {
    const { requestId } = await problemIn(await service.fetch('/api/auth/usage'))
    await expect.poll(() => service.logs.filter((line) => line.includes(requestId))).toHaveLength(1)
    const [line = ''] = service.logs.filter((line) => line.includes(requestId))
    expect(JSON.parse(line)).toMatchObject({ status: 401, code: 'unauthorized', method: 'GET' })
  })
})
