import { parseRoute, routes } from '@passwright/shared'
import { operations } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createUnknownKey,
  startTestService,
  type TestService,
} from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

let service: TestService
let key: string
let usedUp: string

beforeAll(async () => {
  service = await startTestService({ env: { PLAN_FREE_LIMIT: '0', METRICS: 'on', MCP: 'on' } })
  key = await service.createKey()
  usedUp = await service.createKey('free')
})
afterAll(() => service.stop())

describe('a request with several errors', () => {
  const large = `{"titel":"${' '.repeat(2_100_000)}"}`
  const invalid = '{"titel":"Pass"}'
  const json = { 'content-type': 'application/json' }
  const plain = { 'content-type': 'text/plain' }
  const badHeaders = { ...json, 'idempotency-key': 'a b' }

  it('gets a 404 or 405 first', async () => {
    for (const [method, path, status] of [
      ['POST', '/api/pass', 404],
      ['DELETE', '/api/pkpass', 405],
    ] as const) {
      const response = await service.fetch(path, { method, headers: plain, body: large })
      expect((await readErrorResponse(response)).status).toBe(status)
    }
  })

  it('then gets a 401', async () => {
    for (const secret of [undefined, createUnknownKey()]) {
      for (const path of ['/api/passes?limit=0&format=x', '/api/pkpass?format=x']) {
        const init = { method: 'POST', headers: plain, body: large }
        const response = await service.fetch(path, secret ? { ...init, key: secret } : init)
        expect((await readErrorResponse(response)).status).toBe(401)
      }
      const listed = await service.fetch('/api/passes?limit=0', secret ? { key: secret } : {})
      expect((await readErrorResponse(listed)).status).toBe(401)
      const serial = await service.fetch('/api/passes/x?format=x', secret ? { key: secret } : {})
      expect((await readErrorResponse(serial)).status).toBe(401)
    }
  })

  it('then gets a 413 or 415', async () => {
    const post = (headers: Record<string, string>, body: string) =>
      service.fetch('/api/passes?format=x', { method: 'POST', key: usedUp, headers, body })
    expect((await readErrorResponse(await post(plain, invalid))).status).toBe(415)
    expect((await readErrorResponse(await post(badHeaders, large))).status).toBe(413)
    expect([413, 415]).toContain((await readErrorResponse(await post(plain, large))).status)
  })

  it('then gets a 400 with the errors of URL, headers and body together', async () => {
    const response = await service.fetch('/api/passes?format=x&size=1', {
      method: 'POST',
      key: usedUp,
      headers: badHeaders,
      body: '{"title":"Pass","color":"#14a","backFields":[{"value":"a\\u0000"}],"titel":1}',
    })
    const { status, issues = [] } = await readErrorResponse(response)
    expect(status).toBe(400)
    expect(issues.map(({ path }) => path).sort()).toEqual([
      'Idempotency-Key',
      'backFields[0].value',
      'color',
      'format',
      'size',
      'titel',
    ])
  })

  it('gets a 429 last', async () => {
    const response = await service.fetch('/api/passes', { key: usedUp, json: { title: 'Pass' } })
    expect((await readErrorResponse(response)).status).toBe(429)
  })
})

describe('a path', () => {
  const byPath = Map.groupBy(Object.values(routes).map(parseRoute), ({ path }) => path)
  const rows = [...byPath].map(([path, served]): [string, string[]] => {
    const methods = served.map(({ method }) => method)
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
    return [path.replace(/:[a-zA-Z]+/, 'unknown'), allow]
  })
  const others = ['PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'HEAD']
  const isPage = (path: string) => /^\/(?:$|p\/|keys$|stats$|docs)/.test(path)

  it.each(rows)('%s lists its methods in the reply to any other method', async (path, allow) => {
    for (const method of others.filter((one) => !allow.includes(one))) {
      const response = await service.fetch(path, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe(allow.join(', '))
      if (method === 'HEAD') expect(await response.text()).toBe('')
      else if (isPage(path)) expect(await response.text()).toContain('Status 405')
      else expect((await readErrorResponse(response)).code).toBe('method_not_allowed')
    }
  })

  it.each(rows)(
    '%s lists its methods in the reply to OPTIONS, and allows no cross-origin access',
    async (path, allow) => {
      const response = await service.fetch(path, {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      })
      expect(response.status).toBe(204)
      expect(response.headers.get('allow')).toBe(allow.join(', '))
      const names = [...response.headers.keys()]
      expect(names.filter((name) => name.startsWith('access-control'))).toEqual([])
    },
  )

  // A HEAD of the link to Google stores nothing there, so that a preview of the link does not.
  it.each(rows.filter(([path, allow]) => allow.includes('HEAD') && path !== '/p/unknown/google'))(
    '%s replies to HEAD as to GET, without the body',
    async (path) => {
      const [get, head] = await Promise.all([
        service.fetch(path, { key }),
        service.fetch(path, { key, method: 'HEAD' }),
      ])
      const varying = /^(?:date|connection|keep-alive|x-request-id|content-length)$/
      const toComparable = ({ status, headers }: Response) => [
        status,
        [...headers].filter(([name]) => !varying.test(name)),
      ]
      expect(toComparable(head)).toEqual(toComparable(get))
      expect(await head.text()).toBe('')
      expect(Number(head.headers.get('content-length'))).toBe((await get.arrayBuffer()).byteLength)
    },
  )
})

describe('a reply', () => {
  it.each(['/', '/docs', '/docs/x', '/p/none', '/p/none.pkpass'])(
    'from %s shows people its errors as a page',
    async (path) => {
      const response = await service.fetch(path, { method: 'POST' })
      expect(response.status).toBeGreaterThanOrEqual(404)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('x-request-id')).toMatch(/^req_/)
      expect(await response.text()).toMatch(/^<!doctype html>/)
    },
  )

  it('never repeats the requested path on a page, so that a link cannot inject content', async () => {
    for (const path of ['/p/<script>alert(1)</script>', '/docs/<img src=x onerror=alert(1)>']) {
      const response = await service.fetch(path)
      expect(await response.text()).not.toMatch(/alert|onerror/)
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  it('forbids caching and type sniffing, and names no software', async () => {
    for (const path of [
      '/',
      '/health',
      '/openapi.json',
      '/api/none',
      '/p/x.pkpass',
      '/api/passes',
    ]) {
      const { headers } = await service.fetch(path, { headers: { origin: 'https://evil.example' } })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect([...headers.keys()].join()).not.toMatch(/powered|server|etag|access-control/)
    }
  })

  it("is a 401 without an API key or a pass's token for exactly the operations that need one", async () => {
    for (const { route, auth } of Object.values(operations)) {
      const { method, path } = parseRoute(route)
      const { status } = await service.fetch(path.replace(/:[a-zA-Z]+/, 'unknown'), { method })
      expect([route, status === 401]).toEqual([route, auth !== 'none'])
    }
  })
})
