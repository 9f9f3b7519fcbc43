import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createIphone } from '../support/phones/iphone.ts'
import { readPassJson } from '../support/phones/read-pass-json.ts'

type Field = Record<string, string>

describe.each(databases)('a message on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { PUBLIC_URL: 'https://passes.example.com' },
      overrides: () => ({ push: async () => ({ result: 'delivered' }) }),
    })
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const create = async (body: object = {}) =>
    (await service.client(key).createPass({ title: 'Club', ...body })).serialNumber
  const readField = async (serialNumber: string) => {
    const json = await readPassJson(await service.client(key).getPassFile(serialNumber))
    const { backFields = [] } = json.generic as { backFields?: Field[] }
    return backFields.at(-1)
  }
  const send = (serialNumber: string, json: unknown, headers = {}) =>
    service.fetch(`/api/passes/${serialNumber}/message`, { key, json, headers })

  it('has its field from the first day, behind all others, and changes nothing else', async () => {
    const serial = await create({ backFields: [{ label: 'Terms', value: 'None' }] })
    const before = await readField(serial)
    expect(before).toEqual({
      key: 'passwright-message',
      label: 'Latest message',
      value: ' ',
      changeMessage: '%@',
    })
    await service.client(key).sendMessage(serial, 'Your table is ready')
    expect(await readField(serial)).toEqual({ ...before, value: 'Your table is ready' })
    expect((await service.client(key).getPass(serial)).pass).toEqual({
      title: 'Club',
      backFields: [{ label: 'Terms', value: 'None' }],
      passTypeIdentifier: expect.any(String),
    })
  })

  it('is another value each time, also with the same text, and looks the same', async () => {
    const serial = await create({ locale: 'de' })
    const values = new Set<string>()
    for (let count = 0; count < 20; count += 1) {
      const reply = await service.client(key).sendMessage(serial, 'Now boarding')
      expect(reply.unchanged).toBe(false)
      values.add((await readField(serial))?.value ?? '')
    }
    expect(values.size).toBe(20)
    for (const value of values) {
      expect(value.replace(/[\u200b\u2060]+$/, '')).toBe('Now boarding')
    }
    expect((await readField(serial))?.label).toBe('Letzte Nachricht')
  })

  it('reaches every phone with the pass, and is an event like an update', async () => {
    const serial = await create()
    const phone = createIphone({ serviceUrl: service.url })
    await phone.add(await service.client(key).getPassFile(serial))
    await phone.update()
    const response = await send(serial, { message: 'Hello' })
    expect(response.headers.get('etag')).toMatch(/^"/)
    expect(await response.json()).toEqual({
      serialNumber: serial,
      lastUpdated: expect.any(String),
      notifiedDevices: 1,
      unchanged: false,
    })
    expect(await phone.update()).toEqual([serial])
    expect(JSON.stringify(phone.wallet.get(serial)?.passJson)).toContain('"value":"Hello"')
    const { events } = await service.client(key).listEvents({ type: 'pass.updated', limit: 100 })
    expect(events.at(-1)?.data).toMatchObject({ serialNumber: serial, changed: ['message'] })
  })

  it('stays when the content of the pass is replaced', async () => {
    const serial = await create({ externalId: 'stays' })
    await service.client(key).sendMessage(serial, 'Hello')
    await service.client(key).replacePass(serial, { title: 'New' })
    await service.client(key).createPass({ title: 'Newer', externalId: 'stays' })
    expect((await readField(serial))?.value).toBe('Hello')
  })

  it('keeps its key apart from one that the pass has', async () => {
    const serial = await create({ backFields: [{ key: 'passwright-message', value: 'mine' }] })
    expect((await readField(serial))?.key).toBe('passwright-message-2')
  })

  it('is sent once for an Idempotency-Key', async () => {
    const serial = await create()
    const headers = { 'idempotency-key': 'one' }
    const first = await (await send(serial, { message: 'Hello' }, headers)).json()
    expect(await (await send(serial, { message: 'Hello' }, headers)).json()).toEqual(first)
    expect((await readField(serial))?.value).toBe('Hello')
    expect((await send(serial, { message: 'Other' }, headers)).status).toBe(422)
  })

  it.each([
    {},
    { message: '' },
    { message: ' ' },
    { message: 7 },
    { message: 'x'.repeat(1_001) },
    { message: 'Hello', title: 'Club' },
  ])('is refused as %j', async (json) => {
    const serial = await create()
    expect(await readErrorResponse(await send(serial, json))).toMatchObject({ status: 400 })
    expect((await readField(serial))?.value).toBe(' ')
  })

  it('is refused for a deleted pass, an unknown one and one that has changed since', async () => {
    const serial = await create()
    expect((await send(serial, { message: 'x' }, { 'if-match': '"other"' })).status).toBe(412)
    await service.client(key).deletePass(serial)
    expect(await readErrorResponse(await send(serial, { message: 'x' }))).toMatchObject({
      status: 409,
      code: 'pass_deleted',
    })
    const stranger = await service.createKey()
    const foreign = await service.fetch(`/api/passes/${await create()}/message`, {
      key: stranger,
      json: { message: 'x' },
    })
    expect(foreign.status).toBe(404)
  })
})

describe('a message without an https address', () => {
  it('is stored with a warning, and the pass has neither field nor web service', async () => {
    const service = await startTestService()
    try {
      const key = await service.createKey()
      const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
      const reply = await service.client(key).sendMessage(serialNumber, 'Hello')
      expect(reply.warnings).toEqual([
        { path: 'message', message: expect.stringContaining('PUBLIC_URL') },
      ])
      const json = await readPassJson(await service.client(key).getPassFile(serialNumber))
      expect(Object.keys(json)).not.toContain('webServiceURL')
      expect(Object.keys(json)).not.toContain('authenticationToken')
      expect(JSON.stringify(json)).not.toContain('passwright-message')
    } finally {
      await service.stop()
    }
  })
})
