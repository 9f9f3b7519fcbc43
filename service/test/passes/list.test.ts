import { operations } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const Page = operations.listPasses.replies[200].body.json

describe.each(databases)('a list of passes on $name', ({ url: newUrl }) => {
  let service: TestService
  let key: string
  let time = Date.now()

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      // Two passes to every instant, so that order and cursor cannot lean on the clock alone.
      change: () => ({ now: () => new Date(time) }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  const make = async (count: number, body: (n: number) => object = () => ({})) => {
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
    const answer = await service.fetch(`/api/passes?${query}`, { key })
    expect(answer.status).toBe(200)
    const { passes, nextCursor } = Page.parse(await answer.json())
    return { serials: passes.map(({ serialNumber }) => serialNumber), nextCursor }
  }

  it('is empty at first, and tells of each pass what GET tells', async () => {
    expect(await service.client(key).listPasses()).toEqual({ passes: [], nextCursor: null })
    const [serial = ''] = await make(1, () => ({ externalId: 'a', metadata: { b: 'c' } }))
    const pass = await service.client(key).getPass(serial)
    expect(await service.client(key).listPasses()).toEqual({ passes: [pass], nextCursor: null })
  })

  it('goes from the newest to the oldest, page by page, each pass once, whatever is made meanwhile', async () => {
    const serials = await make(7)
    const seen: string[] = []
    let page = await list('limit=3')
    for (;;) {
      seen.push(...page.serials)
      if (page.nextCursor === null) break
      await make(1)
      page = await list(`limit=3&cursor=${page.nextCursor}`)
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen)).toEqual(new Set(serials))
    // Newest first: within an instant either order will do, but it is always the same.
    const instants = seen.map((serial) => Math.floor(serials.indexOf(serial) / 2))
    expect(instants).toEqual([3, 2, 2, 1, 1, 0, 0])
    expect((await list('limit=100')).serials.slice(-7)).toEqual(seen)
  })

  it('has 20 unless told otherwise, and ends without a cursor exactly where there is no more', async () => {
    await make(21)
    expect((await list('')).serials).toHaveLength(20)
    expect((await list('')).nextCursor).not.toBeNull()
    const all = await list('limit=21')
    expect([all.serials.length, all.nextCursor]).toEqual([21, null])
  })

  it('is narrowed by externalId, metadata and voided, which all hold beside each other', async () => {
    const serials = await make(4, (n) => ({
      externalId: `m-${n}`,
      metadata: { team: n < 3 ? 'red' : 'blue', 'a key': `${n % 2}` },
    }))
    const found = async (query: string) => (await list(query)).serials.toSorted()
    const expected = (...at: number[]) => at.map((n) => serials[n]).toSorted()
    expect(await found('externalId=m-2')).toEqual(expected(2))
    expect(await found('externalId=m')).toEqual([])
    expect(await found('metadata[team]=red')).toEqual(expected(0, 1, 2))
    expect(await found('metadata%5Bteam%5D=red&metadata[a%20key]=0')).toEqual(expected(0, 2))
    expect(await found('metadata[team]=red&externalId=m-3')).toEqual([])
    expect(await found('metadata[other]=red')).toEqual([])
    expect(await found('voided=false&metadata[team]=blue')).toEqual(expected(3))
    expect(await found('voided=true')).toEqual([])
    const { passes, nextCursor } = await service
      .client(key)
      .listPasses({ metadata: { team: 'red' }, limit: 2 })
    expect(passes).toHaveLength(2)
    expect(await found(`metadata[team]=red&limit=2&cursor=${nextCursor}`)).toHaveLength(1)
  })

  it('of another owner holds none of these, and its cursor opens nothing', async () => {
    const [serial] = await make(3)
    const { nextCursor } = await list('limit=1')
    const stranger = await service.createKey()
    const asked = (path: string) => service.fetch(path, { key: stranger })
    const page = await asked(`/api/passes?cursor=${nextCursor}`)
    expect(await page.json()).toEqual({ passes: [], nextCursor: null })
    const foreign = await problemIn(await asked(`/api/passes/${serial}`))
    const missing = await problemIn(await asked('/api/passes/6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70'))
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
  ])('asked for with %s is a 400 that names it', async (query, path) => {
    const { status, issues } = await problemIn(await service.fetch(`/api/passes?${query}`, { key }))
    expect([status, issues?.map((issue) => issue.path)]).toEqual([400, [path]])
  })
})
