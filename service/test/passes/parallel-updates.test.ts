import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { developmentRoot } from '../support/development-root.ts'
import { eventually } from '../support/eventually.ts'
import { startTestService, type TestService } from '../support/test-service.ts'
import { judgePass } from '../support/verify-pass.ts'

const CHANGES = 200

describe('an upsert on PostgreSQL', () => {
  it('comes through although another instance is quicker each time: then that one waits', async () => {
    const databaseUrl = (await databases.find(({ name }) => name === 'postgres')?.url()) ?? ''
    const other = await startTestService({ databaseUrl })
    onTestFinished(() => other.stop())
    const key = await other.createKey()
    const theirs = other.client(key)
    const { serialNumber } = await theirs.createPass({ title: 'Club', externalId: 'member-1' })
    const waiting = async () => {
      const locks = sql<{ count: number }>`
        select count(*)::int as count from pg_locks where not granted`
      return (await locks.execute(other.ctx.db)).rows[0]?.count ?? 0
    }
    const changes: Promise<unknown>[] = []
    const service = await startTestService({
      databaseUrl,
      change: ({ signPass }) => ({
        signPass: async (...given) => {
          const change = theirs.patchPass(serialNumber, { value: String(changes.length) })
          changes.push(change)
          await Promise.race([change, eventually(waiting, (count) => count > 0)])
          return signPass(...given)
        },
      }),
    })
    onTestFinished(() => service.stop())
    const upsert = { title: 'Upserted', externalId: 'member-1' }
    expect((await service.fetch('/api/passes', { key, json: upsert })).status).toBe(200)
    await Promise.all(changes)
    const { events } = await theirs.listEvents({ type: 'pass.updated', limit: 100 })
    expect(changes.length).toBeGreaterThan(1)
    expect(events).toHaveLength(changes.length + 1)
  })
})

describe.each(databases)('many changes to one pass on $name', ({ name, url: newUrl }) => {
  const startAll = async (count: number) => {
    const databaseUrl = await newUrl()
    const services: TestService[] = []
    for (let index = 0; index < count; index += 1) {
      const service = await startTestService({ databaseUrl })
      onTestFinished(() => service.stop())
      services.push(service)
    }
    return services
  }

  it(`${CHANGES} at once, through several instances, are each applied whole and each told of`, async () => {
    const services = await startAll(name === 'postgres' ? 3 : 1)
    const at = (index: number) => services[index % services.length]!
    const key = await at(0).createKey()
    const client = at(0).client(key)
    const { serialNumber } = await client.createPass({ title: 'Club', externalId: 'member-1' })
    const bodyOf = (n: number) => ({ title: `Title ${n}`, label: 'Change', value: String(n) })
    const change = async (n: number) => {
      const path = `/api/passes/${serialNumber}`
      const upsert = { ...bodyOf(n), externalId: 'member-1' }
      const answer =
        n % 3 === 0
          ? await at(n).fetch('/api/passes', { key, json: upsert })
          : await at(n).fetch(path, { key, method: n % 3 === 1 ? 'PUT' : 'PATCH', json: bodyOf(n) })
      return answer.status
    }
    const statuses = await Promise.all(Array.from({ length: CHANGES }, (_, n) => change(n)))
    expect(new Set(statuses)).toEqual(new Set([200]))

    const rows = await at(0)
      .ctx.db.selectFrom('event')
      .select(['data', 'created_at'])
      .where('type', '=', 'pass.updated')
      .orderBy('position')
      .execute()
    expect(rows).toHaveLength(CHANGES)
    const times = rows.map(({ data }) => (JSON.parse(data) as { lastUpdated: string }).lastUpdated)
    expect(times).toEqual([...times].sort())
    const told = rows.map(({ created_at }) => created_at)
    expect(told).toEqual([...told].sort())
    expect(new Set(times).size).toBe(CHANGES)

    const { spec, updated_at } = await at(0)
      .ctx.db.selectFrom('pass')
      .select(['spec', 'updated_at'])
      .executeTakeFirstOrThrow()
    const { title, value } = JSON.parse(spec) as { title: string; value: string }
    expect(title).toBe(`Title ${value}`)
    expect(updated_at).toBe(times.at(-1))
  })

  it('one after the other leave the pass that a plain model says, and a file that verifies', async () => {
    const [service] = (await startAll(1)) as [TestService]
    const root = await developmentRoot(service.ctx.config.certificatesDir)
    const key = await service.createKey()

    interface Model {
      title: string
      value: string | undefined
      voided: boolean
    }
    const steps = {
      put: (model: Model, n: number): Model => ({ ...model, title: `T${n}`, value: undefined }),
      patch: (model: Model, n: number): Model => ({ ...model, value: `V${n}` }),
      remove: (model: Model): Model => ({ ...model, value: undefined }),
      void: (model: Model): Model => ({ ...model, voided: true }),
      unvoid: (model: Model): Model => ({ ...model, voided: false }),
      upsert: (model: Model, n: number): Model => ({ ...model, title: `U${n}`, value: 'u' }),
    }
    type Step = keyof typeof steps
    let count = 0
    const step = fc.tuple(fc.constantFrom(...(Object.keys(steps) as Step[])), fc.nat({ max: 2 }))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (walk) => {
        count += 1
        const externalId = `walk-${count}`
        const { serialNumber } = await service.client(key).createPass({ title: 'T', externalId })
        const path = `/api/passes/${serialNumber}`
        let model: Model = { title: 'T', value: undefined, voided: false }
        let events = 1
        const calls: Record<Step, (n: number) => Promise<Response>> = {
          put: (n) => service.fetch(path, { key, method: 'PUT', json: { title: `T${n}` } }),
          patch: (n) => service.fetch(path, { key, method: 'PATCH', json: { value: `V${n}` } }),
          remove: () => service.fetch(path, { key, method: 'PATCH', json: { value: null } }),
          void: () => service.fetch(`${path}/void`, { key, method: 'POST' }),
          unvoid: () => service.fetch(`${path}/unvoid`, { key, method: 'POST' }),
          upsert: (n) =>
            service.fetch('/api/passes', { key, json: { title: `U${n}`, value: 'u', externalId } }),
        }
        for (const [name, n] of walk) {
          const next = steps[name](model, n)
          const isSame = JSON.stringify(next) === JSON.stringify(model)
          if (!isSame) events += 1
          expect((await calls[name](n)).status).toBe(200)
          model = next
        }
        const answer = await service.fetch(`${path}?format=pkpass`, { key })
        const bytes = new Uint8Array(await answer.arrayBuffer())
        const { passJson } = await judgePass(bytes, { root, programs: false })
        const generic = passJson.generic as { secondaryFields?: { value: string }[] }
        expect({
          title: passJson.logoText,
          value: generic.secondaryFields?.[0]?.value,
          voided: passJson.voided ?? false,
        }).toEqual(model)
        const told = await service.ctx.db.selectFrom('event').select('data').execute()
        const ours = told.filter(({ data }) => data.includes(serialNumber))
        expect(ours).toHaveLength(events)
      }),
      { numRuns: 25 },
    )
  })
})
