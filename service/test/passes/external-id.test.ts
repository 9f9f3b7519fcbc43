import type { Pass } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe.each(databases)('an externalId on $name', ({ url: newUrl }) => {
  let services: TestService[]
  let key: string

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    services = [await startTestService({ databaseUrl }), await startTestService({ databaseUrl })]
  })
  afterAll(() => Promise.all(services.map((service) => service.stop())))
  beforeEach(async () => {
    key = (await first().createKey('free')) ?? ''
  })

  const first = () => services[0] as TestService
  const create = (body: object, headers = {}, at = 0) =>
    (services[at % 2] as TestService).fetch('/api/passes', {
      key,
      headers,
      json: { title: 'Pass', ...body },
    })
  const passes = async () => (await first().client(key).listPasses({ limit: 100 })).passes
  const happened = async () =>
    (await first().client(key).listEvents({ limit: 100 })).events.map(({ type }) => type)

  it('stands for one pass, however many make it at once on two instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        create({ externalId: 'member', value: String(n) }, {}, n),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11)
    const told = (await Promise.all(answers.map((answer) => answer.json()))) as Pass[]
    expect(new Set(told.map(({ serialNumber }) => serialNumber)).size).toBe(1)
    expect(await passes()).toHaveLength(1)
    expect(await first().client(key).getUsage()).toMatchObject({ count: 1 })
    const [created, ...updated] = await happened()
    expect(created).toBe('pass.created')
    expect(updated).toEqual(Array(11).fill('pass.updated'))
  })

  it('with an Idempotency-Key of one’s own at once, too', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        create({ externalId: 'member' }, { 'idempotency-key': `wish-${n % 4}` }, n),
      ),
    )
    expect(answers.filter(({ status }) => status >= 300 && status !== 409)).toEqual([])
    expect(await passes()).toHaveLength(1)
    expect(await happened()).toEqual(['pass.created'])
  })

  it('with the same days to live stays as it is, however often a sync asks', async () => {
    const { ctx } = first()
    const member = { externalId: 'synced', expirationDays: 30 }
    const made = (await (await create(member)).json()) as Pass
    const { now } = ctx
    try {
      ctx.now = () => new Date(now().getTime() + 24 * 60 * 60 * 1000)
      const synced = (await (await create(member)).json()) as Pass
      expect(synced.lastUpdated).toBe(made.lastUpdated)
      const longer = (await (await create({ ...member, expirationDays: 31 })).json()) as Pass
      expect(longer.lastUpdated > made.lastUpdated).toBe(true)
    } finally {
      ctx.now = now
    }
    expect(await happened()).toEqual(['pass.created', 'pass.updated'])
  })

  it('that says nothing new tells of nothing', async () => {
    const body = { externalId: 'same', metadata: { a: '1', b: '2' }, backFields: [{ value: 1 }] }
    const [made, again] = [
      await create(body),
      await create({ ...body, metadata: { b: '2', a: '1' } }),
    ]
    expect([made.status, again.status]).toEqual([201, 200])
    const [one, other] = [await made.json(), await again.json()]
    expect(other).toEqual(one)
    expect(await happened()).toEqual(['pass.created'])
  })

  it('keeps serial, address and birthday over a change, and replaces all the rest', async () => {
    const made = await (
      await create({ externalId: 'x', metadata: { a: '1' }, value: 'old' })
    ).json()
    const changed = await (
      await create({ externalId: 'x', metadata: { b: '2' }, title: 'New' })
    ).json()
    const { serialNumber, shareUrl, createdAt } = made as Record<string, string>
    expect(changed).toMatchObject({ serialNumber, shareUrl, createdAt })
    const stored = await first()
      .client(key)
      .getPass(serialNumber ?? '')
    expect(stored.metadata).toEqual({ b: '2' })
    expect(await passes()).toHaveLength(1)
  })

  it('of another owner is another one', async () => {
    await create({ externalId: 'x' })
    key = await first().createKey()
    expect((await create({ externalId: 'x' })).status).toBe(201)
  })

  const odd = [
    'x'.repeat(255),
    'ß',
    'SS',
    'ss',
    'é',
    'e\u0301',
    ' x',
    '%',
    "a'b",
    '👩‍👩‍👧',
    '\u202eabc',
  ]
  it('is taken as it is: what looks alike is not the same', async () => {
    for (const externalId of odd) expect((await create({ externalId })).status).toBe(201)
    for (const externalId of odd) {
      const { passes: found } = await first().client(key).listPasses({ externalId })
      expect(found.map((pass) => pass.externalId)).toEqual([externalId])
    }
  })
})
