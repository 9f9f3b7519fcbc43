import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'
import { readPassJson } from '../support/phones/read-pass-json.ts'

const CHANGES = 200

describe.each(databases)('an upsert on $name', ({ createDatabase }) => {
  it('succeeds although another instance is faster each time, and never signs while that one waits', async () => {
    const databaseUrl = await createDatabase()
    const other = await startTestService({ databaseUrl })
    onTestFinished(() => other.stop())
    const key = await other.createKey()
    const otherClient = other.client(key)
    const { serialNumber } = await otherClient.createPass({ title: 'Club', externalId: 'member-1' })
    let changes = 0
    const service = await startTestService({
      databaseUrl,
      overrides: ({ signPass }) => ({
        signPass: async (...args) => {
          changes += 1
          await otherClient.patchPass(serialNumber, { value: String(changes) })
          return signPass(...args)
        },
      }),
    })
    onTestFinished(() => service.stop())
    const upsert = { title: 'Upserted', externalId: 'member-1' }
    const headers = { 'Idempotency-Key': 'once' }
    const send = () => service.fetch('/api/passes?format=pkpass', { key, json: upsert, headers })
    const response = await send()
    expect(response.status).toBe(200)
    expect(JSON.stringify(await readPassJson(await response.bytes()))).toContain('Upserted')
    const { events } = await otherClient.listEvents({ type: 'pass.updated', limit: 100 })
    expect(changes).toBe(4)
    expect(events).toHaveLength(changes + 1)

    // The reply that was remembered before the file was signed is a whole one.
    const repeated = await send()
    expect(repeated.status).toBe(200)
    expect(repeated.headers.get('etag')).toBe(response.headers.get('etag'))
    expect(JSON.stringify(await readPassJson(await repeated.bytes()))).toContain('Upserted')
  })
})

describe.each(databases)('updates of one pass on $name', ({ name, createDatabase: newUrl }) => {
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

  it(`${CHANGES} at once through several instances are each applied completely, each with its event`, async () => {
    const services = await startAll(name === 'postgres' ? 3 : 1)
    const at = (index: number) => services[index % services.length]!
    const key = await at(0).createKey()
    const client = at(0).client(key)
    const { serialNumber } = await client.createPass({ title: 'Club', externalId: 'member-1' })
    const buildBody = (n: number) => ({ title: `Title ${n}`, label: 'Change', value: String(n) })
    const sendUpdate = async (n: number) => {
      const path = `/api/passes/${serialNumber}`
      const upsert = { ...buildBody(n), externalId: 'member-1' }
      const response =
        n % 3 === 0
          ? await at(n).fetch('/api/passes', { key, json: upsert })
          : await at(n).fetch(path, {
              key,
              method: n % 3 === 1 ? 'PUT' : 'PATCH',
              json: buildBody(n),
            })
      return response.status
    }
    const statuses = await Promise.all(Array.from({ length: CHANGES }, (_, n) => sendUpdate(n)))
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
    const publishedAt = rows.map(({ created_at }) => created_at)
    expect(publishedAt).toEqual([...publishedAt].sort())
    expect(new Set(times).size).toBe(CHANGES)

    const { spec, updated_at } = await at(0)
      .ctx.db.selectFrom('pass')
      .select(['spec', 'updated_at'])
      .executeTakeFirstOrThrow()
    const { title, value } = JSON.parse(spec) as { title: string; value: string }
    expect(title).toBe(`Title ${value}`)
    expect(updated_at).toBe(times.at(-1))
  })

  it('one after the other leave the pass that a simple model predicts, and a file that verifies', async () => {
    const [service] = (await startAll(1)) as [TestService]
    const root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
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
            service.fetch('/api/passes', {
              key,
              json: { title: `U${n}`, value: 'u', externalId },
            }),
        }
        for (const [name, n] of walk) {
          const next = steps[name](model, n)
          const isSame = JSON.stringify(next) === JSON.stringify(model)
          if (!isSame) events += 1
          expect((await calls[name](n)).status).toBe(200)
          model = next
        }
        const response = await service.fetch(`${path}?format=pkpass`, { key })
        const bytes = new Uint8Array(await response.arrayBuffer())
        const { passJson } = await verifyPass(bytes, { root, programs: false })
        const generic = passJson.generic as { secondaryFields?: { value: string }[] }
        expect({
          title: passJson.description,
          value: generic.secondaryFields?.[0]?.value,
          voided: passJson.voided ?? false,
        }).toEqual(model)
        const rows = await service.ctx.db.selectFrom('event').select('data').execute()
        const ofThisPass = rows.filter(({ data }) => data.includes(serialNumber))
        expect(ofThisPass).toHaveLength(events)
      }),
      { numRuns: 25 },
    )
  })
})
