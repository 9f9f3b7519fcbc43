import type { X509Certificate } from 'node:crypto'
import { fields } from '@passwright/shared'
import { colorPresets } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contrastOf } from '../support/contrast.ts'
import { databases } from '../support/databases.ts'
import { developmentRoot } from '../support/development-root.ts'
import { problemIn } from '../support/error-response.ts'
import { startTestService, type TestService } from '../support/test-service.ts'
import { judgePass } from '../support/verify-pass.ts'

const card = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042', barcodeFormat: 'QR' }
const nextYear = new Date().getUTCFullYear() + 1

describe.each(databases)('a pass on $name', ({ url: newUrl }) => {
  let service: TestService
  let root: X509Certificate
  let key: string
  let clock = () => new Date()

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      change: () => ({ now: () => clock() }),
    })
    root = await developmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    clock = () => new Date()
    key = await service.createKey('pro', 'Front desk')
  })

  const post = (body: object, secret = key) =>
    service.fetch('/api/pkpass', { key: secret, json: { ...card, ...body } })
  const passJsonOf = async (body: object) => {
    const file = Buffer.from(await (await post(body)).arrayBuffer())
    return (await judgePass(file, { root, programs: false })).passJson
  }
  const usage = async () => (await service.fetch('/api/auth/usage', { key })).json()

  it('has a name: a title, a logo text that says something, or primary fields', async () => {
    const make = (json: object) => service.fetch('/api/passes', { key, json })
    const nameless = [{}, { logoText: '' }, { logoText: ' ', primaryFields: [] }, { value: 'Ada' }]
    for (const json of nameless) {
      const { status, issues } = await problemIn(await make(json))
      const message = 'is required, unless logoText or primaryFields is given'
      expect([status, issues]).toEqual([400, [{ path: 'title', message }]])
    }
    const named = [{ title: 'A' }, { logoText: 'A' }, { primaryFields: [{ value: 0 }] }]
    for (const json of named) expect((await make(json)).status).toBe(201)
    expect((await make({ title: 'A', logoText: '' })).status).toBe(201)
  })

  it('expires so many days from now, or on the date that was given, with its offset', async () => {
    clock = () => new Date(`${nextYear}-01-31T23:30:15.250Z`)
    expect(await passJsonOf({ expirationDays: 1 })).toMatchObject({
      expirationDate: `${nextYear}-02-01T23:30:15.000Z`,
    })
    expect(await passJsonOf({ expirationDays: 334 })).toMatchObject({
      expirationDate: expect.stringMatching(`^${nextYear}-12-3[01]T23:30:15.000Z$`),
    })
    const expirationDate = '2028-01-31T23:59+05:45'
    expect(await passJsonOf({ expirationDate })).toMatchObject({ expirationDate })
    expect(await passJsonOf({})).not.toHaveProperty('expirationDate')
    for (const wrong of [
      { expirationDays: 0 },
      { expirationDays: 3651 },
      { expirationDays: 1.5 },
      { expirationDate: '2028-01-31' },
      { expirationDate: '2027-02-29T00:00Z' },
      { expirationDate, expirationDays: 30 },
    ]) {
      const { status, issues } = await problemIn(await post(wrong))
      expect([status, issues?.[0]?.path]).toEqual([400, Object.keys(wrong)[0]])
    }
  })

  it('holds places and dates as they were given', async () => {
    const given = {
      locations: [
        { latitude: -90, longitude: 180, altitude: -3.5, relevantText: 'Welcome' },
        { latitude: 48.2082, longitude: 16.3738 },
      ],
      maxDistance: 200,
      relevantDate: '2027-06-05T19:30:00.5+02:00',
      relevantDates: [
        { date: '2027-06-05T19:30-03:30' },
        { startDate: '2027-06-05T18:00:00Z', endDate: '2027-06-05T23:00:00+02:00' },
      ],
    }
    expect(await passJsonOf(given)).toMatchObject(given)
  })

  it.each(Object.keys(colorPresets))(
    'in the preset %s keeps every text readable, in the file',
    async (colorPreset) => {
      const { backgroundColor, foregroundColor, labelColor } = await passJsonOf({ colorPreset })
      expect(contrastOf(foregroundColor, backgroundColor)).toBeGreaterThanOrEqual(4.5)
      expect(contrastOf(labelColor, backgroundColor)).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('on the free plan refuses what the plan does not have, all at once, each at its place', async () => {
    const kept = fields.filter(({ needs }) => needs)
    const paths = kept.map(({ path }) => path).sort()
    const promised = ['color', 'foregroundColor', 'labelColor', 'locations', 'logoURL']
    expect(paths).toEqual(expect.arrayContaining(promised))
    const wanted = Object.fromEntries(kept.map(({ path, sample }) => [path, sample]))
    const free = await service.createKey('free')
    const problem = await problemIn(await post(wanted, free))
    expect([problem.status, problem.issues?.map(({ path }) => path).sort()]).toEqual([400, paths])
    expect(problem.issues?.[0]?.message).toContain('is not part of the free plan')
    expect(await service.client(free).getUsage()).toMatchObject({
      count: 0,
      limit: 1000,
      plan: 'free',
    })

    const { logoURL, ...ours } = wanted
    for (const plan of ['pro', 'unlimited'] as const) {
      const paid = await service.createKey(plan)
      expect((await post(ours, paid)).status).toBe(200)
    }
  })

  it('is counted, and the use told with the limit of the plan and the name of the key', async () => {
    clock = () => new Date(`${nextYear}-12-31T23:59:59.999Z`)
    await post({})
    const told = { count: 1, resetDate: `${nextYear + 1}-01-01T00:00:00.000Z` }
    expect(await usage()).toEqual({
      ...told,
      limit: 100_000,
      remaining: 99_999,
      plan: 'pro',
      name: 'Front desk',
    })
    key = await service.createKey('unlimited', 'Ours')
    await post({})
    expect(await usage()).toEqual({
      ...told,
      limit: null,
      remaining: null,
      plan: 'unlimited',
      name: 'Ours',
    })
  })
})
