import type { MadePass, PassDetails, Template } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Db, Trx } from '../../src/db/database.ts'
import { queues } from '../../src/job-handlers.ts'
import { listJobs, retryJob } from '../../src/jobs/manage/manage.ts'
import { findRollout, startRollout } from '../../src/rollout/rollout.ts'
import { lockOwnTemplate } from '../../src/templates/templates.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

const pass = {
  title: 'Club',
  secondaryFields: [{ key: 'name', label: 'Name', value: '{{name}}' }],
  auxiliaryFields: [{ key: 'points', label: 'Points', value: 0 }],
  metadata: { nick: '{{nick}}' },
}
const inputs = [{ key: 'nick', required: false }]

describe.each(databases)('applying a template on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string
  let template: Template
  let signatures = 0
  let isAway = false
  let later = 0

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      overrides: ({ signPass, identities }) => ({
        now: () => new Date(Date.now() + later),
        identities: () =>
          identities().map((one) =>
            isAway ? { ...one, passTypeIdentifier: 'pass.com.example.other' } : one,
          ),
        signPass: (...args) => {
          signatures += 1
          return signPass(...args)
        },
      }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
    template = await service.client(key).createTemplate({ name: 'Card', pass, inputs })
  })

  const create = (values: object, more: object = {}): Promise<MadePass> =>
    service.client(key).createPass({ template: 'Card', values, ...more }) as Promise<MadePass>
  const get = ({ serialNumber }: { serialNumber: string }) =>
    service.client(key).getPass(serialNumber) as Promise<PassDetails>
  const change = (body: object, more: object = {}) =>
    service
      .client(key)
      .updateTemplate(template.templateId, { name: 'Card', pass: body, ...more } as never)
  const apply = async () => {
    const { rollout } = await service.client(key).applyTemplate(template.templateId)
    await expect.poll(async () => (await read())?.state).toBe('done')
    return rollout
  }
  const read = async () => (await service.client(key).getTemplate(template.templateId)).rollout
  const listEvents = async () => (await service.client(key).listEvents({ limit: 100 })).events
  const listTypes = async () => (await listEvents()).map(({ type }) => type)

  it('makes every living pass anew once, with what it has of its own, and tells when it is done', async () => {
    const ada = await create({ name: 'Ada', nick: 'A' }, { label: 'Since', value: '2020' })
    const bo = await create({ name: 'Bo' })
    const gone = await create({ name: 'Cy' })
    await service.client(key).deletePass(gone.serialNumber)
    await service.client(key).adjustPass(ada.serialNumber, { field: 'points', by: 5 })
    await change({ ...pass, title: 'New club', metadata: {}, logoText: 'NEW' })
    const before = await listEvents()
    const signed = signatures
    expect(await apply()).toEqual({ state: 'running', total: 2, done: 0, failed: 0 })
    expect(await read()).toEqual({ state: 'done', total: 2, done: 2, failed: 0 })
    // A file is signed when somebody asks for it.
    expect(signatures).toBe(signed)
    expect(await get(ada)).toMatchObject({
      ...{ title: 'New club', metadata: {}, template: { version: 2 } },
      pass: {
        ...{ logoText: 'NEW', label: 'Since', value: '2020' },
        secondaryFields: [{ value: 'Ada' }],
        auxiliaryFields: [{ value: 5 }],
      },
    })
    expect(await get(bo)).toMatchObject({ title: 'New club', template: { version: 2 } })
    expect(await get(gone)).toMatchObject({ title: 'Club', template: { version: 1 } })
    const events = (await listEvents()).slice(before.length)
    expect(events.map(({ type }) => type)).toEqual([
      'pass.updated',
      'pass.updated',
      'template.applied',
    ])
    expect(events.at(-1)?.data).toEqual({
      ...{ templateId: template.templateId, name: 'Card', version: 2 },
      rollout: { state: 'done', total: 2, done: 2, failed: 0 },
    })
    await apply()
    expect(await listTypes()).toHaveLength(before.length + 4)
  })

  it('a pass that the new version does not fit stays as it is, and is counted with its reason', async () => {
    const [ada, bo] = [await create({ name: 'Ada', nick: 'A' }), await create({ name: 'Bo' })]
    await change({ ...pass, title: '{{nick}}' })
    await apply()
    expect(await read()).toEqual({
      ...{ state: 'done', total: 2, done: 1, failed: 1 },
      failures: [{ serialNumber: bo.serialNumber, reason: expect.stringContaining('values.nick') }],
    })
    expect(await get(bo)).toMatchObject({ title: 'Club', template: { version: 1 } })
    expect(await get(ada)).toMatchObject({ title: 'A', template: { version: 2 } })
  })

  it('waits while passes cannot be signed, changes none of them until then, and goes on by itself', async () => {
    const ada = await create({ name: 'Ada' })
    await change({ ...pass, title: 'New club' }, { inputs })
    isAway = true
    await service.client(key).applyTemplate(template.templateId)
    const readJob = async () =>
      (await listJobs(service.ctx.db, queues)).find(({ kind }) => kind === 'rollout')
    await expect.poll(async () => (await readJob())?.reason).toContain('not on this server')
    expect(await read()).toEqual({ state: 'running', total: 1, done: 0, failed: 0 })
    expect(await get(ada)).toMatchObject({ title: 'Club', template: { version: 1 } })
    isAway = false
    later += 61_000
    await expect.poll(async () => (await read())?.state).toBe('done')
    expect(await get(ada)).toMatchObject({ title: 'New club', template: { version: 2 } })
  })

  it('a template that changes while it is applied starts over, and ends at the last version', async () => {
    const passes = await Promise.all(
      Array.from({ length: 30 }, (_, at) => create({ name: `${at}` })),
    )
    await change({ ...pass, title: 'Second' }, { inputs })
    await service.client(key).applyTemplate(template.templateId)
    await change({ ...pass, title: 'Third' }, { inputs })
    await service.client(key).patchPass(passes[0]?.serialNumber ?? '', { values: { name: 'Late' } })
    await expect.poll(async () => (await read())?.state).toBe('done')
    expect(await read()).toMatchObject({ total: 30, done: 30, failed: 0 })
    for (const made of passes) expect(await get(made)).toMatchObject({ title: 'Third' })
    expect((await get(passes[0] as MadePass)).values).toEqual({ name: 'Late' })
    expect((await listTypes()).filter((type) => type === 'template.applied')).toHaveLength(1)
  })

  it('a new name alone changes no pass, and pushes nothing', async () => {
    const ada = await create({ name: 'Ada' })
    await change(pass, { inputs, name: 'Members' })
    const before = await listTypes()
    await apply()
    expect((await listTypes()).slice(before.length)).toEqual(['template.applied'])
    const after = await get(ada)
    expect(after.template).toEqual({ templateId: template.templateId, name: 'Members', version: 2 })
    expect(after.lastUpdated).toBe(ada.lastUpdated)
  })

  it('ends when its key was revoked, with the reason at each pass that is left, and starts over when the operator retries the job', async () => {
    const { ctx } = service
    const passes = await Promise.all(['Ada', 'Bo', 'Cy'].map((name) => create({ name })))
    await change({ ...pass, title: 'New club' }, { inputs })
    const { key_id: id } = await ctx.db
      .selectFrom('template')
      .select('key_id')
      .where('id', '=', template.templateId)
      .executeTakeFirstOrThrow()
    const revoke = (db: Db | Trx, revoked_at: string | null) =>
      db.updateTable('api_key').set({ revoked_at }).where('id', '=', id).execute()
    // In one transaction, so that no job runs in between.
    await ctx.db.transaction().execute(async (trx) => {
      const record = await lockOwnTemplate(trx, ctx, { id }, template.templateId)
      await startRollout(trx, record, ctx.now())
      await revoke(trx, ctx.now().toISOString())
    })
    const find = () => findRollout(ctx.db, template.templateId)
    await expect.poll(async () => (await find())?.state).toBe('done')
    const reason = 'The API key was revoked or has ended'
    expect(await find()).toEqual({
      ...{ state: 'done', total: 3, done: 0, failed: 3 },
      failures: expect.arrayContaining(
        passes.map(({ serialNumber }) => ({ serialNumber, reason })),
      ),
    })

    await revoke(ctx.db, null)
    for (const made of passes) expect(await get(made)).toMatchObject({ title: 'Club' })
    const [job] = (await listJobs(ctx.db, queues)).filter(({ owner }) => owner === id)
    expect(job).toMatchObject({ kind: 'rollout', state: 'failed', reason })
    expect(await retryJob(ctx, queues, job?.id ?? '')).toBe(true)
    await expect.poll(async () => (await read())?.done).toBe(3)
    await expect.poll(async () => (await read())?.state).toBe('done')
    expect(await read()).toEqual({ state: 'done', total: 3, done: 3, failed: 0 })
    for (const made of passes) expect(await get(made)).toMatchObject({ title: 'New club' })
    const ends = (await listEvents()).filter(({ type }) => type === 'template.applied')
    expect(ends.map(({ data }) => data)).toMatchObject([
      { rollout: { done: 0, failed: 3 } },
      { rollout: { done: 3, failed: 0 } },
    ])
  })
})
