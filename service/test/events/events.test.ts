import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

describe.each(databases)('events on $name', ({ createDatabase: newUrl }) => {
  let services: TestService[]
  let key: string

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    services = [await startTestService({ databaseUrl }), await startTestService({ databaseUrl })]
  })
  afterAll(() => Promise.all(services.map((service) => service.stop())))
  beforeEach(async () => {
    key = await at(0).createKey()
  })

  const at = (index: number) => services[index % 2] as TestService

  it('are complete and in order, each once, when they are read page by page during writes', async () => {
    const total = 60
    let writing = true
    const write = Promise.all(
      Array.from({ length: total }, (_, n) =>
        at(n)
          .client(key)
          .createPass({ title: 'Pass', externalId: `pass-${n}` }),
      ),
    ).finally(() => {
      writing = false
    })

    const seen: { id: string; externalId: string | null }[] = []
    for (;;) {
      const wasWriting = writing
      const after = seen.at(-1)?.id
      const { events } = await at(seen.length)
        .client(key)
        .listEvents({ limit: 7, ...(after === undefined ? {} : { after }) })
      seen.push(...events.map(({ id, data }) => ({ id, externalId: data.externalId })))
      if (events.length === 0 && !wasWriting) break
    }
    await write
    expect(new Set(seen.map(({ externalId }) => externalId)).size).toBe(total)
    expect(seen).toHaveLength(total)
    expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).sort())
  })

  it('contain the pass as it was at the time, without its file and its owner', async () => {
    const client = at(0).client(key)
    const created = await client.createPass({
      title: 'Pass',
      externalId: 'x',
      metadata: { a: '1' },
    })
    await client.createPass({ title: 'Changed', externalId: 'x', metadata: { a: '2' } })
    const { events } = await client.listEvents()
    expect(events.map(({ type, data }) => [type, data.metadata])).toEqual([
      ['pass.created', { a: '1' }],
      ['pass.updated', { a: '2' }],
    ])
    const { applePass, outcome, ...described } = created
    expect(events[0]?.data).toEqual({ ...described, metadata: { a: '1' } })
    const { pass, ...listed } = await client.getPass(created.serialNumber)
    expect(events[1]?.data).toEqual({ ...listed, changed: ['title', 'metadata'] })
    expect(JSON.stringify(events)).not.toMatch(/key_|applePass/)
    expect(await client.listEvents({ type: 'pass.updated' })).toEqual({ events: [events[1]] })
    expect(await client.listEvents({ after: events[0]?.id ?? '' })).toEqual({ events: [events[1]] })
  })

  it('are not created by a request that fails', async () => {
    const { fetch } = at(0)
    expect((await fetch('/api/passes', { key, json: { titel: 'Pass' } })).status).toBe(400)
    const limited = await startTestService({ env: { PLAN_FREE_LIMIT: '0' } })
    const free = await limited.createKey('free')
    expect(
      (await limited.fetch('/api/passes', { key: free, json: { title: 'Pass' } })).status,
    ).toBe(429)
    expect(await limited.client(free).listEvents()).toEqual({ events: [] })
    await limited.stop()
    expect(await at(0).client(key).listEvents()).toEqual({ events: [] })
  })
})
