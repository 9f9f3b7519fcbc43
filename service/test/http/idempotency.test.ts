import type { Pass } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

describe.each(databases)('an Idempotency-Key on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let other: TestService
  let key: string
  let clock = () => new Date()
  let broken = false
  let requestCount = 0

  beforeAll(async () => {
    const options = {
      databaseUrl: await newUrl(),
      env: { PLAN_FREE_LIMIT: '0' },
    }
    const overrides = ({ signPass }: TestService['ctx']) => ({
      now: () => clock(),
      signPass: ((...args) => {
        if (broken) throw new Error('The signer is broken')
        return signPass(...args)
      }) satisfies typeof signPass,
    })
    service = await startTestService({ ...options, overrides })
    other = await startTestService({ ...options, overrides })
  })
  afterAll(() => Promise.all([service.stop(), other.stop()]))
  beforeEach(async () => {
    clock = () => new Date()
    key = await service.createKey()
    requestCount += 1
  })

  interface RequestOptions {
    body?: string
    path?: string
    idempotencyKey?: string
    at?: TestService
    secret?: string
    headers?: Record<string, string>
  }
  const send = ({
    body = '{"title":"Pass"}',
    path = '/api/passes',
    ...options
  }: RequestOptions = {}) =>
    (options.at ?? service).fetch(path, {
      method: 'POST',
      key: options.secret ?? key,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': options.idempotencyKey ?? `request-${requestCount}`,
        ...options.headers,
      },
      body,
    })
  const readBytes = async (response: Response) => Buffer.from(await response.arrayBuffer())
  const listSerials = async () =>
    (await service.client(key).listPasses({ limit: 100 })).passes.map((pass) => pass.serialNumber)
  const expectSameReply = async (first: Response, again: Response) => {
    const toComparable = ({ status, headers }: Response) => [
      status,
      [...headers].filter(([name]) => !/^(?:date|x-request-id|connection|keep-alive)$/.test(name)),
    ]
    expect(toComparable(again)).toEqual(toComparable(first))
    expect((await readBytes(again)).equals(await readBytes(first))).toBe(true)
  }

  it('makes a repeated request get the first reply byte for byte, on every instance', async () => {
    for (const path of [
      '/api/passes',
      '/api/passes?format=pkpass',
      '/api/pkpass',
      '/api/pkpass?format=json',
    ]) {
      const request = {
        path,
        idempotencyKey: `request${path}`,
        body: '{"title":"Pass","barcodeValue":"1","barcodeFormat":"QR"}',
      }
      const first = await send(request)
      expect(first.status).toBe(path.startsWith('/api/passes') ? 201 : 200)
      const kept = await Promise.all([first.clone(), first.clone()])
      await expectSameReply(kept[0], await send(request))
      await expectSameReply(kept[1], await send({ ...request, at: other }))
    }
    expect(await listSerials()).toHaveLength(4)
    expect((await service.client(key).listEvents()).events).toHaveLength(4)
  })

  it('covers requests that differ only in the order of keys, whitespace or Accept', async () => {
    const first = await send({ body: '{"title":"Pass","metadata":{"a":"1","b":"2"}}' })
    const again = await send({
      body: ' { "metadata": {"b":"2", "a":"1"},\n "title":"Pa\\u0073s" } ',
      headers: { accept: 'application/vnd.apple.pkpass' },
    })
    await expectSameReply(first, again)
  })

  const mismatches: [what: string, options: RequestOptions][] = [
    ['other JSON', { body: '{"title":"Other"}' }],
    [
      'another order in a list',
      { body: '{"title":"Pass","backFields":[{"value":2},{"value":1}]}' },
    ],
    ['another query', { path: '/api/passes?format=pkpass' }],
    [
      'another path',
      {
        path: '/api/pkpass?format=json',
        body: '{"title":"Pass","barcodeValue":"1","barcodeFormat":"QR"}',
      },
    ],
  ]
  it.each(mismatches)('belongs to one request: %s gets a 422', async (what, options) => {
    const first = what.includes('order')
      ? '{"title":"Pass","backFields":[{"value":1},{"value":2}]}'
      : undefined
    expect((await send(first ? { body: first } : {})).status).toBe(201)
    for (const at of [service, other]) {
      expect(await readErrorResponse(await send({ ...options, at }))).toMatchObject({
        status: 422,
        code: 'idempotency_mismatch',
      })
    }
    expect(await listSerials()).toHaveLength(1)
  })

  it('creates one pass for many concurrent requests on two instances', async () => {
    const responses = await Promise.all(
      Array.from({ length: 16 }, (_, n) => send({ at: n % 2 ? service : other })),
    )
    const created = responses.filter(({ status }) => status === 201)
    const conflicts = responses.filter(({ status }) => status === 409)
    expect(created.length).toBeGreaterThan(0)
    expect(created.length + conflicts.length).toBe(16)
    const bodies = await Promise.all(created.map(readBytes))
    for (const body of bodies) expect(body.equals(bodies[0] ?? Buffer.alloc(0))).toBe(true)
    expect(await listSerials()).toHaveLength(1)
    expect(await service.client(key).getUsage()).toMatchObject({ count: 1 })
  })

  it('belongs to one of two different concurrent requests, and the other gets a 422', async () => {
    const responses = await Promise.all([
      send({ body: '{"title":"One"}' }),
      send({ body: '{"title":"Two"}', at: other }),
    ])
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 422])
    expect(await listSerials()).toHaveLength(1)
  })

  it('never conflicts with the same one of another owner, at the same time or later', async () => {
    const [eve, max] = [await service.createKey(), await service.createKey()]
    const responses = await Promise.all([send(), send({ secret: eve, body: '{"title":"Hers"}' })])
    responses.push(await send({ secret: max }), await send({ secret: max, at: other }))
    expect(responses.map(({ status }) => status)).toEqual(Array(4).fill(201))
    const created = (await Promise.all(responses.map((response) => response.json()))) as Pass[]
    expect(new Set(created.map(({ serialNumber }) => serialNumber)).size).toBe(3)
  })

  it('expires after 24 hours, and not before', async () => {
    const startedAt = Date.now()
    clock = () => new Date(startedAt)
    const first = await send()
    clock = () => new Date(startedAt + 24 * 3_600_000 - 1)
    await expectSameReply(first, await send())
    clock = () => new Date(startedAt + 24 * 3_600_000)
    const next = await send({ body: '{"title":"Another"}' })
    expect(next.status).toBe(201)
    expect(await listSerials()).toHaveLength(2)
    await expectSameReply(next, await send({ body: '{"title":"Another"}', at: other }))
  })

  it('can be used again after a 400, a 429 or a 500', async () => {
    const free = await service.createKey('free')
    expect((await send({ body: '{"titel":"Pass"}' })).status).toBe(400)
    expect((await send({ body: '{' })).status).toBe(400)
    broken = true
    expect((await send()).status).toBe(500)
    broken = false
    expect((await send()).status).toBe(201)

    expect((await send({ secret: free })).status).toBe(429)
    const limits = service.ctx.config.planLimits as { free: number }
    limits.free = 1
    expect((await send({ secret: free, body: '{"title":"Other"}' })).status).toBe(201)
    limits.free = 0
  })

  it('costs no copy of the pass: what is remembered is small, whatever the pass holds', async () => {
    const large = JSON.stringify({
      title: 'Pass',
      externalId: 'large',
      backFields: Array.from({ length: 18 }, () => ({ value: 'x'.repeat(100_000) })),
    })
    const replies = new Map<string, Response>()
    for (const format of ['json', 'pkpass']) {
      for (let n = 0; n < 3; n += 1) {
        const request = { path: `/api/passes?format=${format}`, body: large }
        const idempotencyKey = `${format}-${n}`
        replies.set(idempotencyKey, await send({ ...request, idempotencyKey }))
        const again = await send({ ...request, idempotencyKey, at: n % 2 ? service : other })
        await expectSameReply(replies.get(idempotencyKey) as Response, again)
      }
    }
    const rows = await service.ctx.db.selectFrom('idempotency').selectAll().execute()
    const sizes = rows
      .filter(({ idempotency_key: name }) => replies.has(name))
      .map((row) => row.body.byteLength + row.headers.length)
    expect(sizes).toHaveLength(6)
    expect(Math.max(...sizes)).toBeLessThan(2_000)
    expect(await listSerials()).toHaveLength(1)
  })

  it('makes a repeat get the first JSON after a change, with the file of the pass as it is now', async () => {
    const body = '{"title":"Before","metadata":{"a":"1"}}'
    const first = (await (await send({ body })).json()) as Pass & { applePass: string }
    await service.client(key).patchPass(first.serialNumber, { title: 'After', metadata: null })
    const again = await send({ body })
    expect(again.status).toBe(201)
    const { applePass, ...repeated } = (await again.json()) as typeof first
    const { applePass: _, ...described } = first
    expect(repeated).toEqual(described)
    const file = await service.client(key).getPassFile(first.serialNumber)
    expect(Buffer.from(applePass, 'base64').equals(Buffer.from(file))).toBe(true)
  })

  it('returns a reply that an earlier version remembered as a whole', async () => {
    const first = await send()
    const whole = await first.clone().arrayBuffer()
    await service.ctx.db
      .updateTable('idempotency')
      .set({ body: Buffer.from(whole), file_serial: null, file_placement: null })
      .where('idempotency_key', '=', `request-${requestCount}`)
      .execute()
    await expectSameReply(first, await send())
  })

  const malformed = ['', ' ', 'a b', 'a\tb', 'x'.repeat(256), 'schlüssel', 'a, b']
  it.each(malformed)('is rejected with a 400 when it is "%.12s"', async (idempotencyKey) => {
    expect(await readErrorResponse(await send({ idempotencyKey }))).toMatchObject({
      status: 400,
      issues: [{ path: 'Idempotency-Key' }],
    })
  })

  it.each(['x', 'x'.repeat(255), '!~"\'`{}'])('may be "%.12s"', async (idempotencyKey) => {
    expect((await send({ idempotencyKey })).status).toBe(201)
    expect((await send({ idempotencyKey })).status).toBe(201)
    expect(await listSerials()).toHaveLength(1)
  })
})
