import type { X509Certificate } from 'node:crypto'
import { fields } from '@passwright/shared'
import { colorPresets, imageSlotNames } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'
import { computeContrast } from '../support/web/contrast.ts'

const card = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042', barcodeFormat: 'QR' }
const nextYear = new Date().getUTCFullYear() + 1

describe.each(databases)('a pass on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let root: X509Certificate
  let key: string
  let clock = () => new Date()

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      overrides: () => ({ now: () => clock() }),
    })
    root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    clock = () => new Date()
    key = await service.createKey('pro', 'Front desk')
  })

  const post = (body: object, secret = key) =>
    service.fetch('/api/pkpass', { key: secret, json: { ...card, ...body } })
  const createPassJson = async (body: object) => {
    const file = Buffer.from(await (await post(body)).arrayBuffer())
    return (await verifyPass(file, { root, programs: false })).passJson
  }
  const fetchUsage = async () => (await service.fetch('/api/auth/usage', { key })).json()

  it('needs a title, a logo text that is not blank, or primary fields', async () => {
    const create = (json: object) => service.fetch('/api/passes', { key, json })
    const nameless = [{}, { logoText: '' }, { logoText: ' ', primaryFields: [] }, { value: 'Ada' }]
    for (const json of nameless) {
      const { status, issues } = await readErrorResponse(await create(json))
      const message = 'is required, unless logoText or primaryFields is given'
      expect([status, issues]).toEqual([400, [{ path: 'title', message }]])
    }
    const named = [{ title: 'A' }, { logoText: 'A' }, { primaryFields: [{ value: 0 }] }]
    for (const json of named) expect((await create(json)).status).toBe(201)
    expect((await create({ title: 'A', logoText: '' })).status).toBe(201)
  })

  it('expires after expirationDays, or on expirationDate with its offset', async () => {
    clock = () => new Date(`${nextYear}-01-31T23:30:15.250Z`)
    expect(await createPassJson({ expirationDays: 1 })).toMatchObject({
      expirationDate: `${nextYear}-02-01T23:30:15Z`,
    })
    expect(await createPassJson({ expirationDays: 334 })).toMatchObject({
      expirationDate: expect.stringMatching(`^${nextYear}-12-3[01]T23:30:15Z$`),
    })
    const expirationDate = '2028-01-31T23:59+05:45'
    expect(await createPassJson({ expirationDate })).toMatchObject({ expirationDate })
    expect(await createPassJson({ expirationDate: '2028-01-31' })).toMatchObject({
      expirationDate: '2028-01-31T23:59:59Z',
    })
    expect(await createPassJson({})).not.toHaveProperty('expirationDate')
    for (const invalid of [
      { expirationDays: 0 },
      { expirationDays: 3651 },
      { expirationDays: 1.5 },
      { expirationDate: '31.01.2028' },
      { expirationDate: '2027-02-29T00:00Z' },
      { expirationDate, expirationDays: 30 },
    ]) {
      const { status, issues } = await readErrorResponse(await post(invalid))
      expect([status, issues?.[0]?.path]).toEqual([400, Object.keys(invalid)[0]])
    }
  })

  it('contains locations and dates exactly as requested', async () => {
    const request = {
      locations: [
        { latitude: -90, longitude: 180, altitude: -3.5, relevantText: 'Welcome' },
        { latitude: 48.2082, longitude: 16.3738 },
      ],
      maxDistance: 200,
      relevantDate: '2027-06-05T19:30:00+02:00',
      relevantDates: [
        { date: '2027-06-05T19:30-03:30' },
        { startDate: '2027-06-05T18:00:00Z', endDate: '2027-06-05T23:00:00+02:00' },
      ],
    }
    expect(await createPassJson(request)).toMatchObject(request)
  })

  it.each(Object.keys(colorPresets))(
    'with the color preset %s has readable texts',
    async (colorPreset) => {
      const { backgroundColor, foregroundColor, labelColor } = await createPassJson({ colorPreset })
      expect(computeContrast(foregroundColor, backgroundColor)).toBeGreaterThanOrEqual(4.5)
      expect(computeContrast(labelColor, backgroundColor)).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('on the free plan is rejected with every field that the plan does not include, each by its path', async () => {
    const restricted = fields.filter(({ requiredFeature }) => requiredFeature)
    const paths = restricted.map(({ path }) => path).sort()
    const imageFields = imageSlotNames.map((slot) => `${slot}URL`)
    expect(imageFields).toHaveLength(6)
    const documented = ['color', 'foregroundColor', 'labelColor', 'locations', ...imageFields]
    expect(paths).toEqual(expect.arrayContaining(documented))
    const request = Object.fromEntries(restricted.map(({ path, sample }) => [path, sample]))
    const free = await service.createKey('free')
    const problem = await readErrorResponse(await post(request, free))
    expect([problem.status, problem.issues?.map(({ path }) => path).sort()]).toEqual([400, paths])
    const message = 'is not part of the free plan; leave it out or use a key with the pro plan'
    expect(problem.issues).toContainEqual({ path: 'color', message })
    for (const { path, sample, styles = ['generic'] } of restricted) {
      const alone = await readErrorResponse(await post({ style: styles[0], [path]: sample }, free))
      expect(alone.issues, path).toContainEqual({ path, message })
    }
    expect(await service.client(free).getUsage()).toMatchObject({
      count: 0,
      limit: 1000,
      plan: 'free',
    })

    const withoutImages = Object.fromEntries(
      Object.entries(request).filter(([path]) => !path.endsWith('URL')),
    )
    for (const plan of ['pro', 'unlimited'] as const) {
      const paid = await service.createKey(plan)
      expect((await post(withoutImages, paid)).status).toBe(200)
    }
  })

  it('counts toward the usage, which shows the limit of the plan and the name of the key', async () => {
    clock = () => new Date(`${nextYear}-12-31T23:59:59.999Z`)
    await post({})
    const expected = {
      count: 1,
      resetDate: `${nextYear + 1}-01-01T00:00:00.000Z`,
      scopes: null,
      expiresAt: null,
    }
    expect(await fetchUsage()).toEqual({
      ...expected,
      limit: 100_000,
      remaining: 99_999,
      plan: 'pro',
      name: 'Front desk',
    })
    key = await service.createKey('unlimited', 'Ours')
    await post({})
    expect(await fetchUsage()).toEqual({
      ...expected,
      limit: null,
      remaining: null,
      plan: 'unlimited',
      name: 'Ours',
    })
  })
})
