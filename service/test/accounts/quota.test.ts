import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe.each(databases)('the passes of a month on $name', ({ url: newUrl }) => {
  let service: TestService
  let clock = () => new Date()
  let failing = false

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      env: { PLAN_FREE_LIMIT: '5' },
      change: ({ signPass }) => ({
        now: () => clock(),
        signPass: (...given) => {
          if (failing) throw new Error('The signer is broken')
          return signPass(...given)
        },
      }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(() => {
    clock = () => new Date()
  })

  const make = async (key: string, body: object = {}, headers = {}) =>
    service.fetch('/api/passes', { key, headers, json: { title: 'Pass', ...body } })
  const counted = async (key: string) => (await service.client(key).getUsage()).count
  const stored = async (key: string) => (await service.client(key).listPasses()).passes.length
  const useUp = async () => {
    const key = await service.createKey('free')
    for (let count = 0; count < 5; count += 1) expect((await make(key)).status).toBe(201)
    return key
  }

  it('are exactly the limit, also when many ask at once', async () => {
    const key = await service.createKey('free')
    const answers = await Promise.all(Array.from({ length: 25 }, () => make(key)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(5).fill(201), ...Array(20).fill(429)])
    expect([await stored(key), await counted(key)]).toEqual([5, 5])
  })

  it('are told to be used up in the words of WalletWallet, and when they start anew', async () => {
    clock = () => new Date('2030-01-17T11:22:33.444Z')
    const key = await useUp()
    const problem = await problemIn(await make(key))
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
    })
  })

  it.each(['UTC', 'Pacific/Kiritimati', 'America/New_York'])(
    'turn at midnight UTC with the machine in %s',
    async (zone) => {
      const before = process.env.TZ
      process.env.TZ = zone
      try {
        clock = () => new Date('2026-12-31T23:59:59.999Z')
        const key = await useUp()
        const problem = await problemIn(await make(key))
        expect(problem.error).toContain('Resets: 2027-01-01T00:00:00.000Z')
        expect(problem.headers.get('retry-after')).toBe('1')
        clock = () => new Date('2027-01-01T00:00:00.000Z')
        expect((await make(key)).status).toBe(201)
        expect(await service.client(key).getUsage()).toMatchObject({
          count: 1,
          resetDate: '2027-02-01T00:00:00.000Z',
        })
        clock = () => new Date('2026-12-31T23:00:00.000Z')
        expect([await counted(key), (await make(key)).status]).toEqual([5, 429])
      } finally {
        if (before === undefined) delete process.env.TZ
        else process.env.TZ = before
      }
    },
  )

  it('are not spent by what fails, at whatever step', async () => {
    const key = await service.createKey('free')
    const refused = [
      await make(key, { titel: 'x' }),
      await make(key, { color: '#fff' }),
      await make(key, { barcodeFormat: 'QR' }),
      await make(key, { passTypeIdentifier: 'pass.com.example.none' }),
      await make(key, {}, { 'idempotency-key': 'a b' }),
      await service.fetch('/api/pkpass', { key, json: { title: 'Pass' } }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(Array(6).fill(400))
    failing = true
    const broken = await make(key, { externalId: 'later' })
    failing = false
    expect((await problemIn(broken)).status).toBe(500)
    expect([await stored(key), await counted(key)]).toEqual([0, 0])
    expect((await make(key, { externalId: 'later' })).status).toBe(201)
  })

  it('are spent once by a repeat with the same Idempotency-Key, and it is answered at the limit', async () => {
    const key = await service.createKey('free')
    const repeat = () => make(key, {}, { 'idempotency-key': 'again' })
    expect((await repeat()).status).toBe(201)
    for (let count = 0; count < 4; count += 1) await make(key)
    expect((await make(key)).status).toBe(429)
    expect((await repeat()).status).toBe(201)
    expect(await counted(key)).toBe(5)
  })

  it('are not needed to change a pass by its externalId, or to read', async () => {
    const key = await service.createKey('free')
    const made = await service.client(key).createPass({ title: 'Pass', externalId: 'x' })
    for (let count = 0; count < 4; count += 1) await make(key)
    expect((await make(key)).status).toBe(429)
    for (const title of ['Changed', 'Changed', 'Once more']) {
      const changed = await make(key, { externalId: 'x', title })
      expect(changed.status).toBe(200)
      expect(await changed.json()).toMatchObject({ serialNumber: made.serialNumber })
    }
    expect((await service.fetch(new URL(made.downloadUrl).pathname)).status).toBe(200)
    expect(await counted(key)).toBe(5)
    expect((await make(key, { externalId: 'new' })).status).toBe(429)
  })

  it('follow the setting at once when it is lowered or raised', async () => {
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
        const answer = await make(key)
        expect(answer.status).toBe(status)
        expect(await service.client(key).getUsage()).toMatchObject({ limit, remaining })
      }
      const fresh = await service.createKey('free')
      expect((await problemIn(await make(fresh))).error).toContain('Limit: 0/month')
    } finally {
      limits.free = 5
    }
  })

  it('are without end for the unlimited plan, and still counted', async () => {
    const key = await service.createKey('unlimited')
    for (let count = 0; count < 6; count += 1) expect((await make(key)).status).toBe(201)
    expect(await service.client(key).getUsage()).toMatchObject({
      count: 6,
      limit: null,
      remaining: null,
    })
  })
})
