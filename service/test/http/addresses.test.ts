import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { rawRequest, responseIn } from '../support/raw-http.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe.each(databases)('what an address may hold on $name', ({ url }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await url() })
    key = await service.createKey()
    for (const externalId of ['a', 'b', 'c']) {
      await service.client(key).createPass({ title: 'Pass', externalId, metadata: { row: '1' } })
    }
  })
  afterAll(() => service.stop())

  /** As it stands: `fetch` would tidy it. */
  const get = async (path: string) =>
    responseIn(
      await rawRequest(
        service.url,
        `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
      ),
    )

  const strangeIds = [
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
  it.each(strangeIds)('a serial number that is %s is one that never was', async (id) => {
    expect(await problemIn(await get(`/api/passes/${id}`))).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  it.each(strangeIds)('a share address with %s is a page that says it is not there', async (id) => {
    const response = await get(`/p/${id}.pkpass`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain('<h1>Not found</h1>')
  })

  const nowhere = [
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
  it.each(nowhere)('%s is nowhere', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    const type = path.startsWith('/p') ? 'text/html' : 'application/json'
    expect(response.headers.get('content-type')).toContain(type)
  })

  const wrongQueries: [query: string, path: string, message: RegExp][] = [
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
  it.each(wrongQueries)('a list with ?%s is refused at its place', async (query, path, message) => {
    const { status, issues } = await problemIn(await get(`/api/passes?${query}`))
    expect(status).toBe(400)
    expect(issues).toEqual([{ path, message: expect.stringMatching(message) }])
  })

  it('a query that is no UTF-8 finds nothing', async () => {
    const response = await get('/api/passes?externalId=%ff%fe')
    expect(await response.json()).toEqual({ passes: [], nextCursor: null })
  })

  it('a hundred filters are too many, twenty are not', async () => {
    const filters = (count: number) =>
      Array.from({ length: count }, (_, n) => `metadata[k${n}]=v`).join('&')
    expect((await get(`/api/passes?${filters(20)}`)).status).toBe(200)
    for (const count of [100, 800]) {
      const problem = await problemIn(await get(`/api/passes?${filters(count)}`))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    }
  })

  it('a filter is taken literally', async () => {
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

  const wrongEvents: [string, string][] = [
    ['after=x', 'after'],
    ['after=', 'after'],
    ['after=evt_', 'after'],
    [`after=evt_${'z'.repeat(24)}`, 'after'],
    ['type=pass.eaten', 'type'],
    ['limit=0', 'limit'],
    ['since=2027', 'since'],
  ]
  it.each(wrongEvents)('events with ?%s are refused at its place', async (query, path) => {
    const { status, issues } = await problemIn(await get(`/api/events?${query}`))
    expect(status).toBe(400)
    expect(issues).toMatchObject([{ path }])
  })

  it('events after the last that can ever be are none', async () => {
    const last = `evt_${'z'.repeat(10)}${'f'.repeat(14)}`
    expect(await (await get(`/api/events?after=${last}`)).json()).toEqual({ events: [] })
  })

  it('a format that we do not have is refused', async () => {
    for (const path of ['/api/passes/x', '/api/passes/x']) {
      expect(await problemIn(await get(`${path}?format=pdf`))).toMatchObject({
        status: 400,
        issues: [{ path: 'format' }],
      })
    }
  })

  it('nobody’s tracking parameters stand in the way of a page', async () => {
    for (const path of ['/', '/health', '/ready', '/openapi.json']) {
      expect((await get(`${path}?utm_source=mail&fbclid=x`)).status).toBe(200)
    }
  })
})
