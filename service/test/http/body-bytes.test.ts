import { Agent, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

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

describe('the media type of a body', () => {
  const rejected = [
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
  it.each(rejected)('is rejected when it is "%s"', async (type) => {
    const problem = await readErrorResponse(await post(Buffer.from(pass), { 'content-type': type }))
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  const accepted = [
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json ;  charset="UTF-8"',
    'application/json;charset=utf8',
  ]
  it.each(accepted)('is accepted when it is "%s"', async (type) => {
    expect((await post(pass, { 'content-type': type })).status).toBe(201)
  })
})

describe('the size of a body', () => {
  const large = `{"title":"${' '.repeat(2 * 1024 * 1024)}"}`

  it('may be 2 MB', async () => {
    const body = pass + ' '.repeat(2 * 1024 * 1024 - pass.length)
    expect((await post(body)).status).toBe(201)
  })

  it('is rejected above 2 MB, with or without a Content-Length', async () => {
    for (const body of [large, new Blob([large]).stream()]) {
      const response = await service.fetch('/api/passes', {
        method: 'POST',
        key,
        headers: { 'content-type': 'application/json' },
        body,
        duplex: 'half',
      })
      expect(await readErrorResponse(response)).toMatchObject({
        status: 413,
        code: 'payload_too_large',
      })
    }
  })

  it('is measured after decompression: 50 MB of spaces in 50 KB are rejected', async () => {
    const spaces = gzipSync(Buffer.alloc(50_000_000, ' '))
    const startedAt = performance.now()
    const problem = await readErrorResponse(await post(spaces, { 'content-encoding': 'gzip' }))
    expect(problem).toMatchObject({ status: 413, code: 'payload_too_large' })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('does not affect the next request when it is too large', async () => {
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
  const encodings = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }
  it.each(Object.entries(encodings))('is accepted in %s', async (encoding, compress) => {
    expect((await post(compress(pass), { 'content-encoding': encoding })).status).toBe(201)
  })

  it.each(['compress', 'zstd-9', 'gzip, gzip'])('is rejected in %s', async (encoding) => {
    const problem = await readErrorResponse(
      await post(gzipSync(pass), { 'content-encoding': encoding }),
    )
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  const broken: [string, Uint8Array<ArrayBuffer>][] = [
    ['not gzip', Uint8Array.from(Buffer.from(pass))],
    ['gzip that ends early', Uint8Array.from(gzipSync(pass).subarray(0, -9))],
    ['gzip with a wrong checksum', Uint8Array.from(gzipSync(pass)).fill(0, -8)],
    ['empty', new Uint8Array()],
  ]
  it.each(broken)('that is %s is invalid JSON', async (_, body) => {
    const problem = await readErrorResponse(await post(body, { 'content-encoding': 'gzip' }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_json' })
  })
})
