import { operations } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

const Page = operations.listPasses.replies[200].body.json

describe.each(databases)('a list of passes on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let key: string
  let time = Date.now()

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      // Every two passes share an instant, so that order and cursor cannot depend only on the clock.
      overrides: () => ({ now: () => new Date(time) }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  const create = async (count: number, body: (n: number) => object = () => ({})) => {
    const serials: string[] = []
    for (let n = 0; n < count; n += 1) {
      time += (n + 1) % 2
      serials.push(
        (await service.client(key).createPass({ title: 'Pass', ...body(n) })).serialNumber,
      )
    }
    return serials
  }
  const list = async (query: string) => {
    const response = await service.fetch(`/api/passes?${query}`, { key })
    expect(response.status).toBe(200)
    const { passes, nextCursor } = Page.parse(await response.json())
    return { serials: passes.map(({ serialNumber }) => serialNumber), nextCursor }
  }

  it('is empty at first, and shows each pass as GET does', async () => {
    expect(await service.client(key).listPasses()).toEqual({ passes: [], nextCursor: null })
    const [serial = ''] = await create(1, () => ({ externalId: 'a', metadata: { b: 'c' } }))
    const { pass: _, ...pass } = await service.client(key).getPass(serial)
    expect(await service.client(key).listPasses()).toEqual({ passes: [pass], nextCursor: null })
  })

  const long = 'Ada Maria Antonia Example of the Riverside Climbing Club, Sector Nine, Row Five'
  it.each([
    ['the value', { value: ' Ada\n Example ', primaryFields: [{ value: 'Gold' }] }, 'Ada Example'],
    ['a primary value that is not the title', { primaryFields: [{ value: 'Ada' }] }, 'Ada'],
    [
      'a secondary value, if the primary one is the title',
      { title: null, primaryFields: [{ value: 'Club' }], secondaryFields: [{ value: 'Seat 12' }] },
      'Seat 12',
    ],
    ['an auxiliary value that is a number', { auxiliaryFields: [{ value: 48.5 }] }, '48.5'],
    ['the beginning of a long text', { value: long }, long.slice(0, 64)],
    ['nothing, if there is no other text', { value: 'Pass', backFields: [{ value: 'x' }] }, null],
  ])('tells passes of one title apart by %s', async (_, body, subtitle) => {
    const made = await service.client(key).createPass({ title: 'Pass', ...body })
    const { passes } = await service.client(key).listPasses()
    const { events } = await service.client(key).listEvents()
    for (const pass of [made, ...passes, events.at(-1)?.data]) {
      expect(pass).toMatchObject({ serialNumber: made.serialNumber, subtitle })
    }
    await service.client(key).patchPass(made.serialNumber, { value: 'Grace' })
    expect((await service.client(key).listPasses()).passes).toMatchObject([{ subtitle: 'Grace' }])
  })

  it('goes from the newest to the oldest, page by page, each pass once, even if passes are created in between', async () => {
    const serials = await create(7)
    const seen: string[] = []
    let page = await list('limit=3')
    for (;;) {
      seen.push(...page.serials)
      if (page.nextCursor === null) break
      await create(1)
      page = await list(`limit=3&cursor=${page.nextCursor}`)
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen)).toEqual(new Set(serials))
    // Newest first. Within an instant either order is fine, as long as it stays the same.
    const instants = seen.map((serial) => Math.floor(serials.indexOf(serial) / 2))
    expect(instants).toEqual([3, 2, 2, 1, 1, 0, 0])
    expect((await list('limit=100')).serials.slice(-7)).toEqual(seen)
  })

  it('has 20 passes by default, and no cursor on the last page', async () => {
    await create(21)
    expect((await list('')).serials).toHaveLength(20)
    expect((await list('')).nextCursor).not.toBeNull()
    const all = await list('limit=21')
    expect([all.serials.length, all.nextCursor]).toEqual([21, null])
  })

  it('is filtered by externalId, metadata and voided, and by all of them together', async () => {
    const serials = await create(4, (n) => ({
      externalId: `m-${n}`,
      metadata: { team: n < 3 ? 'red' : 'blue', 'a key': `${n % 2}` },
    }))
    const find = async (query: string) => (await list(query)).serials.toSorted()
    const listExpected = (...at: number[]) => at.map((n) => serials[n]).toSorted()
    expect(await find('externalId=m-2')).toEqual(listExpected(2))
    expect(await find('externalId=m')).toEqual([])
    expect(await find('metadata[team]=red')).toEqual(listExpected(0, 1, 2))
    expect(await find('metadata%5Bteam%5D=red&metadata[a%20key]=0')).toEqual(listExpected(0, 2))
    expect(await find('metadata[team]=red&externalId=m-3')).toEqual([])
    expect(await find('metadata[other]=red')).toEqual([])
    expect(await find('voided=false&metadata[team]=blue')).toEqual(listExpected(3))
    expect(await find('voided=true')).toEqual([])
    const { passes, nextCursor } = await service
      .client(key)
      .listPasses({ metadata: { team: 'red' }, limit: 2 })
    expect(passes).toHaveLength(2)
    expect(await find(`metadata[team]=red&limit=2&cursor=${nextCursor}`)).toHaveLength(1)
  })

  it('of another owner contains none of these passes, even with their cursor', async () => {
    const [serial] = await create(3)
    const { nextCursor } = await list('limit=1')
    const otherKey = await service.createKey()
    const request = (path: string) => service.fetch(path, { key: otherKey })
    const page = await request(`/api/passes?cursor=${nextCursor}`)
    expect(await page.json()).toEqual({ passes: [], nextCursor: null })
    const foreign = await readErrorResponse(await request(`/api/passes/${serial}`))
    const missing = await readErrorResponse(
      await request('/api/passes/6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70'),
    )
    expect([foreign.status, foreign.code, foreign.error]).toEqual([
      404,
      missing.code,
      missing.error,
    ])
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['cursor=abc', 'cursor'],
    ['cursor=', 'cursor'],
    ['voided=yes', 'voided'],
    ['externalId=', 'externalId'],
    ['page=2', 'page'],
  ])('requested with %s is a 400 that names the parameter', async (query, path) => {
    const { status, issues } = await readErrorResponse(
      await service.fetch(`/api/passes?${query}`, { key }),
    )
    expect([status, issues?.map((issue) => issue.path)]).toEqual([400, [path]])
  })
})
