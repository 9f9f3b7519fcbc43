import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { parseResponse, sendRawRequest } from '../support/http/raw-http.ts'

describe.each(databases)('the API on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await createDatabase() })
    key = await service.createKey()
    for (const externalId of ['a', 'b', 'c']) {
      await service.client(key).createPass({ title: 'Pass', externalId, metadata: { row: '1' } })
    }
  })
  afterAll(() => service.stop())

  /** Sends the path unchanged; `fetch` would normalize it. */
  const get = async (path: string) =>
    parseResponse(
      await sendRawRequest(
        service.url,
        `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
      ),
    )

  const unusualIds = [
    'unknown',
    '00000000-0000-4000-8000-000000000000',
    'x'.repeat(10_000),
    '%00',
    'a%00b',
    '%2f',
    '..%2f..%2fetc%2fpasswd',
    '..%5c..',
    '%',
    '%zz',
    '%E0%A4%A',
    '%ED%A0%80',
    '%F0%9F%8E%AB',
    "'%20or%20'1'='1",
    '%25',
    'null',
    '[object%20Object]',
    '__proto__',
  ]
  it.each(unusualIds)('replies 404 to the serial number %s', async (id) => {
    expect(await readErrorResponse(await get(`/api/passes/${id}`))).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  it.each(unusualIds)('replies with a "Not found" page to the share link %s', async (id) => {
    const response = await get(`/p/${id}.pkpass`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain('<h1>Not found</h1>')
  })

  const unknownPaths = [
    '/api',
    '/api/',
    '/api/none',
    '/api/passes/a/b',
    '/API/passes',
    '//api/passes',
    '/api/../health',
    '/p',
    '/.env',
    '/%',
    '/%00',
    '/api/%ff',
    '*',
  ]
  it.each(unknownPaths)('replies 404 to %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    const type = path.startsWith('/p') ? 'text/html' : 'application/json'
    expect(response.headers.get('content-type')).toContain(type)
  })

  const invalidQueries: [query: string, path: string, message: RegExp][] = [
    ['limit=0', 'limit', /must be between 1 and 100/],
    ['limit=101', 'limit', /must be between 1 and 100/],
    ['limit=-1', 'limit', /must be between 1 and 100/],
    ['limit=', 'limit', /must be between 1 and 100/],
    ['limit=1.5', 'limit', /must be between 1 and 100/],
    ['limit=1e1', 'limit', /must be between 1 and 100/],
    ['limit=9999999999', 'limit', /must be between 1 and 100/],
    ['limit=1&limit=2', 'limit', /must be a text/],
    ['cursor=x', 'cursor', /must be the nextCursor/],
    ['cursor=', 'cursor', /must be the nextCursor/],
    [`cursor=${'x'.repeat(5_000)}`, 'cursor', /must be/],
    [`cursor=${btoa('["2027-01-01T00:00:00.000Z","x"]')}`, 'cursor', /must be the nextCursor/],
    [`cursor=${btoa('[1,2]')}`, 'cursor', /must be the nextCursor/],
    [`cursor=${btoa('{"a":1}')}`, 'cursor', /must be the nextCursor/],
    ['voided=yes', 'voided', /must be one of: true, false/],
    ['externalId=', 'externalId', /blank/],
    ['externalId=a&externalId=b', 'externalId', /must be a text/],
    ['externalId=%00', 'externalId', /NUL/],
    [`externalId=${'x'.repeat(256)}`, 'externalId', /255 characters or less/],
    ['metadata[a]=%00', 'metadata[a]', /NUL/],
    ['metadata[a%00]=x', 'metadata[a]', /NUL/],
    ['metadata[__proto__]=x', 'metadata[__proto__]', /not a known field/],
    ['metadata=x', 'metadata', /must be an object/],
    ['metadata[]=x', 'metadata[]', /not a known field/],
    ['__proto__=x', '__proto__', /not a known field/],
    ['page=2', 'page', /not a known field/],
    ['format=pkpass', 'format', /not a known field/],
  ]
  it.each(invalidQueries)(
    'replies 400 to a list with ?%s and names the parameter',
    async (query, path, message) => {
      const { status, issues } = await readErrorResponse(await get(`/api/passes?${query}`))
      expect(status).toBe(400)
      expect(issues).toEqual([{ path, message: expect.stringMatching(message) }])
    },
  )

  it('finds nothing for a query that is not UTF-8', async () => {
    const response = await get('/api/passes?externalId=%ff%fe')
    expect(await response.json()).toEqual({ passes: [], nextCursor: null })
  })

  it('accepts twenty metadata filters, but not a hundred', async () => {
    const filters = (count: number) =>
      Array.from({ length: count }, (_, n) => `metadata[k${n}]=v`).join('&')
    expect((await get(`/api/passes?${filters(20)}`)).status).toBe(200)
    for (const count of [100, 800]) {
      const problem = await readErrorResponse(await get(`/api/passes?${filters(count)}`))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    }
  })

  it('takes filters literally', async () => {
    for (const query of [
      "externalId=a'--",
      'externalId=%25',
      'metadata[row]=%25',
      'metadata[%25]=1',
    ]) {
      expect(await (await get(`/api/passes?${query}`)).json()).toMatchObject({ passes: [] })
    }
    const found = await (await get('/api/passes?metadata[row]=1')).json()
    expect(found).toMatchObject({ passes: [{}, {}, {}] })
  })

  const invalidEventQueries: [string, string][] = [
    ['after=x', 'after'],
    ['after=', 'after'],
    ['after=evt_', 'after'],
    [`after=evt_${'z'.repeat(24)}`, 'after'],
    ['type=pass.eaten', 'type'],
    ['limit=0', 'limit'],
    ['since=2027', 'since'],
  ]
  it.each(invalidEventQueries)(
    'replies 400 to events with ?%s and names the parameter',
    async (query, path) => {
      const { status, issues } = await readErrorResponse(await get(`/api/events?${query}`))
      expect(status).toBe(400)
      expect(issues).toMatchObject([{ path }])
    },
  )

  it('lists no events after the highest possible id', async () => {
    const last = `evt_${'z'.repeat(10)}${'f'.repeat(14)}`
    expect(await (await get(`/api/events?after=${last}`)).json()).toEqual({ events: [] })
  })

  it('replies 400 to an unknown format', async () => {
    for (const path of ['/api/passes/x', '/api/passes/x']) {
      expect(await readErrorResponse(await get(`${path}?format=pdf`))).toMatchObject({
        status: 400,
        issues: [{ path: 'format' }],
      })
    }
  })

  it('ignores tracking parameters on its pages', async () => {
    for (const path of ['/', '/health', '/ready', '/openapi.json']) {
      expect((await get(`${path}?utm_source=mail&fbclid=x`)).status).toBe(200)
    }
  })
})
