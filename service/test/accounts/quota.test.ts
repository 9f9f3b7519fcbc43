import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

describe.each(databases)('the monthly quota on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let clock = () => new Date()
  let failing = false

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      env: { PLAN_FREE_LIMIT: '5' },
      overrides: ({ signPass }) => ({
        now: () => clock(),
        signPass: (...args) => {
          if (failing) throw new Error('The signer is broken')
          return signPass(...args)
        },
      }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(() => {
    clock = () => new Date()
  })

  const create = async (key: string, body: object = {}, headers = {}) =>
    service.fetch('/api/passes', { key, headers, json: { title: 'Pass', ...body } })
  const getCount = async (key: string) => (await service.client(key).getUsage()).count
  const countStored = async (key: string) => (await service.client(key).listPasses()).passes.length
  const useUp = async () => {
    const key = await service.createKey('free')
    for (let count = 0; count < 5; count += 1) expect((await create(key)).status).toBe(201)
    return key
  }

  it('allows exactly its limit, also with concurrent requests', async () => {
    const key = await service.createKey('free')
    const responses = await Promise.all(Array.from({ length: 25 }, () => create(key)))
    const statuses = responses.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(5).fill(201), ...Array(20).fill(429)])
    expect([await countStored(key), await getCount(key)]).toEqual([5, 5])
  })

  it('is reported as used up in WalletWallet’s format, with the time of its reset', async () => {
    clock = () => new Date('2030-01-17T11:22:33.444Z')
    const key = await useUp()
    const problem = await readErrorResponse(await create(key))
    expect(problem).toMatchObject({
      status: 429,
      code: 'quota_exceeded',
      error: 'Rate limit exceeded. Limit: 5/month. Resets: 2030-02-01T00:00:00.000Z',
    })
    const seconds = (Date.parse('2030-02-01T00:00:00Z') - clock().getTime()) / 1000
    expect(problem.headers.get('retry-after')).toBe(String(Math.ceil(seconds)))
    expect(await service.client(key).getUsage()).toEqual({
      count: 5,
      limit: 5,
      remaining: 0,
      resetDate: '2030-02-01T00:00:00.000Z',
      plan: 'free',
      name: 'Test',
      scopes: null,
      expiresAt: null,
    })
  })

  it.each(['UTC', 'Pacific/Kiritimati', 'America/New_York'])(
    'resets at midnight UTC with the machine in %s',
    async (zone) => {
      const before = process.env.TZ
      process.env.TZ = zone
      try {
        clock = () => new Date('2026-12-31T23:59:59.999Z')
        const key = await useUp()
        const problem = await readErrorResponse(await create(key))
        expect(problem.error).toContain('Resets: 2027-01-01T00:00:00.000Z')
        expect(problem.headers.get('retry-after')).toBe('1')
        clock = () => new Date('2027-01-01T00:00:00.000Z')
        expect((await create(key)).status).toBe(201)
        expect(await service.client(key).getUsage()).toMatchObject({
          count: 1,
          resetDate: '2027-02-01T00:00:00.000Z',
        })
        clock = () => new Date('2026-12-31T23:00:00.000Z')
        expect([await getCount(key), (await create(key)).status]).toEqual([5, 429])
      } finally {
        if (before === undefined) delete process.env.TZ
        else process.env.TZ = before
      }
    },
  )

  it('does not count requests that fail, at whatever step', async () => {
    const key = await service.createKey('free')
    const refused = [
      await create(key, { titel: 'x' }),
      await create(key, { color: '#fff' }),
      await create(key, { barcodeFormat: 'QR' }),
      await create(key, { passTypeIdentifier: 'pass.com.example.none' }),
      await create(key, {}, { 'idempotency-key': 'a b' }),
      await service.fetch('/api/pkpass', { key, json: { title: 'Pass' } }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(Array(6).fill(400))
    failing = true
    const broken = await create(key, { externalId: 'later' })
    failing = false
    expect((await readErrorResponse(broken)).status).toBe(500)
    expect([await countStored(key), await getCount(key)]).toEqual([0, 0])
    expect((await create(key, { externalId: 'later' })).status).toBe(201)
  })

  it('counts requests with the same Idempotency-Key once, and replies to a repeat at the limit', async () => {
    const key = await service.createKey('free')
    const repeat = () => create(key, {}, { 'idempotency-key': 'again' })
    expect((await repeat()).status).toBe(201)
    for (let count = 0; count < 4; count += 1) await create(key)
    expect((await create(key)).status).toBe(429)
    expect((await repeat()).status).toBe(201)
    expect(await getCount(key)).toBe(5)
  })

  it('does not limit updates by externalId or reading', async () => {
    const key = await service.createKey('free')
    const created = await service.client(key).createPass({ title: 'Pass', externalId: 'x' })
    for (let count = 0; count < 4; count += 1) await create(key)
    expect((await create(key)).status).toBe(429)
    for (const title of ['Changed', 'Changed', 'Once more']) {
      const changed = await create(key, { externalId: 'x', title })
      expect(changed.status).toBe(200)
      expect(await changed.json()).toMatchObject({ serialNumber: created.serialNumber })
    }
    expect((await service.fetch(new URL(created.downloadUrl).pathname)).status).toBe(200)
    expect(await getCount(key)).toBe(5)
    expect((await create(key, { externalId: 'new' })).status).toBe(429)
  })

  it('follows its setting at once when that is lowered or raised', async () => {
    const key = await useUp()
    const limits = service.ctx.config.planLimits as { free: number }
    const sizes: [limit: number, status: number, remaining: number][] = [
      [3, 429, 0],
      [6, 201, 0],
      [8, 201, 1],
      [0, 429, 0],
    ]
    try {
      for (const [limit, status, remaining] of sizes) {
        limits.free = limit
        const response = await create(key)
        expect(response.status).toBe(status)
        expect(await service.client(key).getUsage()).toMatchObject({ limit, remaining })
      }
      const fresh = await service.createKey('free')
      expect((await readErrorResponse(await create(fresh))).error).toContain('Limit: 0/month')
    } finally {
      limits.free = 5
    }
  })

  it('does not limit the unlimited plan, but counts its passes', async () => {
    const key = await service.createKey('unlimited')
    for (let count = 0; count < 6; count += 1) expect((await create(key)).status).toBe(201)
    expect(await service.client(key).getUsage()).toMatchObject({
      count: 6,
      limit: null,
      remaining: null,
    })
  })
})
