import type { MadePass, PassDetails } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'

describe.each(databases)('a create call with a known externalId on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' },
      overrides: () => ({ mailer: createFakeMailer() }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  const post = (body: object, query = '', path = '/api/passes') =>
    service.fetch(`${path}${query}`, { key, json: { externalId: 'm-1', ...body } })
  const create = async (body: object, query = '') => {
    const response = await post(body, query)
    expect(response.status).toBeLessThan(300)
    return (await response.json()) as MadePass
  }
  const get = async ({ serialNumber }: { serialNumber: string }) =>
    (await (await service.fetch(`/api/passes/${serialNumber}`, { key })).json()) as PassDetails
  const listEvents = async () => (await service.client(key).listEvents()).events

  it('says the new body and nothing else, by default and with onExisting=replace', async () => {
    const first = await create({ title: 'Club', value: '1', metadata: { a: '1' } })
    for (const query of ['', '?onExisting=replace']) {
      await create({ title: 'Club', value: '1', metadata: { a: '1' } })
      const replaced = await create({ title: 'Other' }, query)
      expect(replaced).toMatchObject({ outcome: 'updated', serialNumber: first.serialNumber })
      expect((await get(first)).pass).toEqual({
        title: 'Other',
        externalId: 'm-1',
        passTypeIdentifier: expect.any(String),
      })
    }
  })

  it('keeps what it does not name and removes what is null with onExisting=merge', async () => {
    const first = await create({
      title: 'Club',
      label: 'Points',
      value: '1',
      colorPreset: 'blue',
      metadata: { a: '1', b: '2' },
    })
    const merged = await create(
      { value: '2', colorPreset: null, metadata: { a: null } },
      '?onExisting=merge',
    )
    expect(merged).toMatchObject({ outcome: 'updated', serialNumber: first.serialNumber })
    expect((await get(first)).pass).toMatchObject({
      title: 'Club',
      label: 'Points',
      value: '2',
      metadata: { b: '2' },
    })
    expect((await get(first)).pass).not.toHaveProperty('colorPreset')
    expect((await create({ value: '2' }, '?onExisting=merge')).outcome).toBe('unchanged')
    expect((await listEvents()).map(({ data }) => data)).toMatchObject([
      {},
      { changed: ['value', 'colorPreset', 'metadata'] },
    ])
  })

  it('must make a whole pass with onExisting=merge when the externalId is not known yet', async () => {
    const missing = await readErrorResponse(await post({ value: '2' }, '?onExisting=merge'))
    expect([missing.status, missing.issues?.map(({ path }) => path)]).toEqual([400, ['title']])
    expect((await create({ title: 'Club' }, '?onExisting=merge')).outcome).toBe('created')
    const wrong = await readErrorResponse(await post({ barcodeFormat: 'QR' }, '?onExisting=merge'))
    expect([wrong.status, wrong.issues?.map(({ path }) => path)]).toEqual([400, ['barcodeValue']])
  })

  it('leaves the pass as it is with onExisting=keep, at both addresses', async () => {
    const first = await create({ title: 'Club', value: '1' }, '?onExisting=keep')
    expect(first.outcome).toBe('created')
    const kept = await create({ title: 'Other' }, '?onExisting=keep')
    expect(kept).toEqual({ ...first, outcome: 'kept' })
    const body = { title: 'Other', barcodeValue: '1', barcodeFormat: 'QR' }
    const drop = await post(body, '?onExisting=keep&format=json', '/api/pkpass')
    expect(await drop.json()).toEqual({ ...first, outcome: 'kept' })
    expect(await listEvents()).toHaveLength(1)
    expect(await service.client(key).getUsage()).toMatchObject({ count: 1 })
  })

  it('with another onExisting is a 400 that names the choices', async () => {
    const { status, issues } = await readErrorResponse(
      await post({ title: 'Club' }, '?onExisting=update'),
    )
    expect([status, issues]).toEqual([
      400,
      [{ path: 'onExisting', message: 'must be one of: replace, merge, keep' }],
    ])
  })

  it.each([
    [undefined, [true, true, true, true]],
    ['always', [true, true, true, true]],
    ['created', [true, false, false, false]],
    ['changed', [true, true, false, false]],
  ] as const)('emails when: %s', async (when, expected) => {
    const email = { to: 'ada@example.com', ...(when && { when }) }
    const calls = [
      await create({ title: 'Club', email }),
      await create({ title: 'Other', email }),
      await create({ title: 'Other', email }),
      await create({ title: 'Third', email }, '?onExisting=keep'),
    ]
    expect(calls.map(({ outcome }) => outcome)).toEqual(['created', 'updated', 'unchanged', 'kept'])
    expect(calls.map(({ email }) => email !== undefined)).toEqual(expected)
  })

  it('has no email.when outside of a create call', async () => {
    const { serialNumber } = await create({ title: 'Club' })
    const { status, issues } = await readErrorResponse(
      await service.fetch(`/api/passes/${serialNumber}/email`, {
        key,
        json: { to: 'ada@example.com', when: 'always' },
      }),
    )
    expect([status, issues?.map(({ path }) => path)]).toEqual([400, ['when']])
  })
})
