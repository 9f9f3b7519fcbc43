import type { Pass } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe.each(databases)('an Idempotency-Key on $name', ({ url: newUrl }) => {
  let service: TestService
  let other: TestService
  let key: string
  let clock = () => new Date()
  let broken = false
  let wishes = 0

  beforeAll(async () => {
    const options = {
      databaseUrl: await newUrl(),
      env: { PLAN_FREE_LIMIT: '0' },
    }
    const change = ({ signPass }: TestService['ctx']) => ({
      now: () => clock(),
      signPass: ((...given) => {
        if (broken) throw new Error('The signer is broken')
        return signPass(...given)
      }) satisfies typeof signPass,
    })
    service = await startTestService({ ...options, change })
    other = await startTestService({ ...options, change })
  })
  afterAll(() => Promise.all([service.stop(), other.stop()]))
  beforeEach(async () => {
    clock = () => new Date()
    key = await service.createKey()
    wishes += 1
  })

  interface Wish {
    body?: string
    path?: string
    as?: string
    at?: TestService
    secret?: string
    headers?: Record<string, string>
  }
  const send = ({ body = '{"title":"Pass"}', path = '/api/passes', ...wish }: Wish = {}) =>
    (wish.at ?? service).fetch(path, {
      method: 'POST',
      key: wish.secret ?? key,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': wish.as ?? `wish-${wishes}`,
        ...wish.headers,
      },
      body,
    })
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
  const serials = async () =>
    (await service.client(key).listPasses({ limit: 100 })).passes.map((pass) => pass.serialNumber)
  const replayed = async (first: Response, again: Response) => {
    const told = ({ status, headers }: Response) => [
      status,
      [...headers].filter(([name]) => !/^(?:date|x-request-id|connection|keep-alive)$/.test(name)),
    ]
    expect(told(again)).toEqual(told(first))
    expect((await bytesOf(again)).equals(await bytesOf(first))).toBe(true)
  }

  it('makes a repeat return the first answer to the byte, here and on another instance', async () => {
    for (const path of [
      '/api/passes',
      '/api/passes?format=pkpass',
      '/api/pkpass',
      '/api/pkpass?format=json',
    ]) {
      const wish = {
        path,
        as: `wish${path}`,
        body: '{"title":"Pass","barcodeValue":"1","barcodeFormat":"QR"}',
      }
      const first = await send(wish)
      expect(first.status).toBe(path.startsWith('/api/passes') ? 201 : 200)
      const kept = await Promise.all([first.clone(), first.clone()])
      await replayed(kept[0], await send(wish))
      await replayed(kept[1], await send({ ...wish, at: other }))
    }
    expect(await serials()).toHaveLength(4)
    expect((await service.client(key).listEvents()).events).toHaveLength(4)
  })

  it('does not look at the order of keys, at blanks or at Accept', async () => {
    const first = await send({ body: '{"title":"Pass","metadata":{"a":"1","b":"2"}}' })
    const again = await send({
      body: ' { "metadata": {"b":"2", "a":"1"},\n "title":"Pa\\u0073s" } ',
      headers: { accept: 'application/vnd.apple.pkpass' },
    })
    await replayed(first, again)
  })

  const others: [what: string, wish: Wish][] = [
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
  it.each(others)('stands for one request: %s is a 422', async (what, wish) => {
    const first = what.includes('order')
      ? '{"title":"Pass","backFields":[{"value":1},{"value":2}]}'
      : undefined
    expect((await send(first ? { body: first } : {})).status).toBe(201)
    for (const at of [service, other]) {
      expect(await problemIn(await send({ ...wish, at }))).toMatchObject({
        status: 422,
        code: 'idempotency_mismatch',
      })
    }
    expect(await serials()).toHaveLength(1)
  })

  it('makes one pass of many requests at once, on two instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) => send({ at: n % 2 ? service : other })),
    )
    const made = answers.filter(({ status }) => status === 201)
    const waiting = answers.filter(({ status }) => status === 409)
    expect(made.length).toBeGreaterThan(0)
    expect(made.length + waiting.length).toBe(16)
    const bodies = await Promise.all(made.map(bytesOf))
    for (const body of bodies) expect(body.equals(bodies[0] ?? Buffer.alloc(0))).toBe(true)
    expect(await serials()).toHaveLength(1)
    expect(await service.client(key).getUsage()).toMatchObject({ count: 1 })
  })

  it('belongs to one of two different requests at once, the other is a 422', async () => {
    const answers = await Promise.all([
      send({ body: '{"title":"One"}' }),
      send({ body: '{"title":"Two"}', at: other }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
    expect(await serials()).toHaveLength(1)
  })

  it('never meets that of another owner, at once or later', async () => {
    const [eve, max] = [await service.createKey(), await service.createKey()]
    const answers = await Promise.all([send(), send({ secret: eve, body: '{"title":"Hers"}' })])
    answers.push(await send({ secret: max }), await send({ secret: max, at: other }))
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill(201))
    const made = (await Promise.all(answers.map((answer) => answer.json()))) as Pass[]
    expect(new Set(made.map(({ serialNumber }) => serialNumber)).size).toBe(3)
  })

  it('is forgotten after 24 hours, and not before', async () => {
    const begun = Date.now()
    clock = () => new Date(begun)
    const first = await send()
    clock = () => new Date(begun + 24 * 3_600_000 - 1)
    await replayed(first, await send())
    clock = () => new Date(begun + 24 * 3_600_000)
    const next = await send({ body: '{"title":"Another"}' })
    expect(next.status).toBe(201)
    expect(await serials()).toHaveLength(2)
    await replayed(next, await send({ body: '{"title":"Another"}', at: other }))
  })

  it('is free again after a 400, a 429 or a 500', async () => {
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

  const malformed = ['', ' ', 'a b', 'a\tb', 'x'.repeat(256), 'schlüssel', 'a, b']
  it.each(malformed)('that is "%.12s" is a 400', async (as) => {
    expect(await problemIn(await send({ as }))).toMatchObject({
      status: 400,
      issues: [{ path: 'Idempotency-Key' }],
    })
  })

  it.each(['x', 'x'.repeat(255), '!~"\'`{}'])('may be "%.12s"', async (as) => {
    expect((await send({ as })).status).toBe(201)
    expect((await send({ as })).status).toBe(201)
    expect(await serials()).toHaveLength(1)
  })
})
