import type { Pass } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

describe.each(databases)('an externalId on $name', ({ createDatabase: newUrl }) => {
  let services: TestService[]
  let key: string

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    services = [await startTestService({ databaseUrl }), await startTestService({ databaseUrl })]
  })
  afterAll(() => Promise.all(services.map((service) => service.stop())))
  beforeEach(async () => {
    key = (await getFirst().createKey('free')) ?? ''
  })

  const getFirst = () => services[0] as TestService
  const create = (body: object, headers = {}, at = 0) =>
    (services[at % 2] as TestService).fetch('/api/passes', {
      key,
      headers,
      json: { title: 'Pass', ...body },
    })
  const listPasses = async () => (await getFirst().client(key).listPasses({ limit: 100 })).passes
  const listEventTypes = async () =>
    (await getFirst().client(key).listEvents({ limit: 100 })).events.map(({ type }) => type)

  it('identifies one pass, even if many requests create it at once on two instances', async () => {
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        create({ externalId: 'member', value: String(n) }, {}, n),
      ),
    )
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(11)
    const created = (await Promise.all(responses.map((response) => response.json()))) as Pass[]
    expect(new Set(created.map(({ serialNumber }) => serialNumber)).size).toBe(1)
    expect(await listPasses()).toHaveLength(1)
    expect(await getFirst().client(key).getUsage()).toMatchObject({ count: 1 })
    const [firstType, ...otherTypes] = await listEventTypes()
    expect(firstType).toBe('pass.created')
    expect(otherTypes).toEqual(Array(11).fill('pass.updated'))
  })

  it('identifies one pass also when those requests carry different Idempotency-Keys', async () => {
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        create({ externalId: 'member' }, { 'idempotency-key': `request-${n % 4}` }, n),
      ),
    )
    expect(responses.filter(({ status }) => status >= 300 && status !== 409)).toEqual([])
    expect(await listPasses()).toHaveLength(1)
    expect(await listEventTypes()).toEqual(['pass.created'])
  })

  it('with the same expirationDays changes nothing, however often a sync sends it', async () => {
    const { ctx } = getFirst()
    const member = { externalId: 'synced', expirationDays: 30 }
    const created = (await (await create(member)).json()) as Pass
    const { now } = ctx
    try {
      ctx.now = () => new Date(now().getTime() + 24 * 60 * 60 * 1000)
      const synced = (await (await create(member)).json()) as Pass
      expect(synced.lastUpdated).toBe(created.lastUpdated)
      const longer = (await (await create({ ...member, expirationDays: 31 })).json()) as Pass
      expect(longer.lastUpdated > created.lastUpdated).toBe(true)
    } finally {
      ctx.now = now
    }
    expect(await listEventTypes()).toEqual(['pass.created', 'pass.updated'])
  })

  it('publishes no event if nothing changes', async () => {
    const body = { externalId: 'same', metadata: { a: '1', b: '2' }, backFields: [{ value: 1 }] }
    const [created, again] = [
      await create(body),
      await create({ ...body, metadata: { b: '2', a: '1' } }),
    ]
    expect([created.status, again.status]).toEqual([201, 200])
    const [one, other] = [await created.json(), await again.json()]
    expect(other).toEqual({ ...(one as object), outcome: 'unchanged' })
    expect(await listEventTypes()).toEqual(['pass.created'])
  })

  it('keeps serial number, link and creation time in an update that replaces all the rest', async () => {
    const created = await (
      await create({ externalId: 'x', metadata: { a: '1' }, value: 'old' })
    ).json()
    const updated = await (
      await create({ externalId: 'x', metadata: { b: '2' }, title: 'New' })
    ).json()
    const { serialNumber, shareUrl, createdAt } = created as Record<string, string>
    expect(updated).toMatchObject({ serialNumber, shareUrl, createdAt })
    const stored = await getFirst()
      .client(key)
      .getPass(serialNumber ?? '')
    expect(stored.metadata).toEqual({ b: '2' })
    expect(await listPasses()).toHaveLength(1)
  })

  it('of another owner identifies another pass', async () => {
    await create({ externalId: 'x' })
    key = await getFirst().createKey()
    expect((await create({ externalId: 'x' })).status).toBe(201)
  })

  const similarIds = [
    'x'.repeat(255),
    'ß',
    'SS',
    'ss',
    'é',
    'e\u0301',
    'x y',
    'xy',
    '%',
    "a'b",
    '👩‍👩‍👧',
    '\u202eabc',
  ]
  it('is compared exactly: values that look alike are different', async () => {
    for (const externalId of similarIds) expect((await create({ externalId })).status).toBe(201)
    for (const externalId of similarIds) {
      const { passes: found } = await getFirst().client(key).listPasses({ externalId })
      expect(found.map((pass) => pass.externalId)).toEqual([externalId])
    }
  })

  it('is the same with blanks round it, as in a cell of a sheet', async () => {
    const first = (await (await create({ externalId: 'm-1' })).json()) as Pass
    const again = await create({ externalId: ' m-1\u00a0\n' })
    expect([again.status, ((await again.json()) as Pass).serialNumber]).toEqual([
      200,
      first.serialNumber,
    ])
    const { passes: found } = await getFirst().client(key).listPasses({ externalId: ' m-1 ' })
    expect(found.map((pass) => pass.serialNumber)).toEqual([first.serialNumber])
  })
})
