import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listDeviceErrors } from '../../src/devices/log.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createIphone, type Iphone } from '../support/phones/iphone.ts'

const publicUrl = 'https://passes.example.com'

describe.each(databases)('the web service on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string
  let later = 0

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { PUBLIC_URL: publicUrl },
      overrides: () => ({
        now: () => new Date(Date.now() + later),
        push: async () => ({ result: 'delivered' }),
      }),
    })
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const create = async (body: object = {}) => {
    const { serialNumber } = await service.client(key).createPass({ title: 'Club', ...body })
    return { serialNumber, file: await service.client(key).getPassFile(serialNumber) }
  }
  const createPhone = () => createIphone({ serviceUrl: service.url })
  const createInstalled = async (body: object = {}) => {
    const { serialNumber, file } = await create(body)
    const phone = createPhone()
    expect(await phone.add(file)).toBe(201)
    const entry = phone.wallet.get(serialNumber)
    if (!entry) throw new Error('not added')
    return { phone, serialNumber, entry }
  }
  const patch = (serialNumber: string, body: object) =>
    service.client(key).patchPass(serialNumber, body)
  const getInstalls = async (serialNumber: string) =>
    (await service.client(key).getPass(serialNumber)).installs
  const toPath = (phone: Iphone, entry: { passTypeIdentifier: string; serialNumber: string }) =>
    `/apple/v1/devices/${phone.libraryIdentifier}/registrations/${entry.passTypeIdentifier}/${entry.serialNumber}`
  const register = (
    path: string,
    authorization: string | undefined,
    json: unknown = { pushToken: 'a1' },
  ) => service.fetch(path, { json, headers: authorization === undefined ? {} : { authorization } })
  const listEvents = async () => (await service.client(key).listEvents({ limit: 100 })).events

  it('is named in every pass, with a token that never changes', async () => {
    const { serialNumber, entry } = await createInstalled()
    expect(entry.passJson).toMatchObject({ webServiceURL: `${publicUrl}/apple` })
    expect(entry.token.length).toBeGreaterThanOrEqual(32)
    await patch(serialNumber, { title: 'New' })
    const phone = createPhone()
    await phone.add(await service.client(key).getPassFile(serialNumber))
    expect(phone.wallet.get(serialNumber)?.token).toBe(entry.token)
  })

  it('registers a device once, reports it, and forgets it when the pass is removed', async () => {
    const { phone, serialNumber } = await createInstalled()
    expect(await phone.registerAgain()).toEqual([200])
    expect(await getInstalls(serialNumber)).toBe(1)
    expect((await patch(serialNumber, { title: 'New' })).notifiedDevices).toBe(1)
    expect(await phone.remove(serialNumber)).toBe(200)
    expect(await getInstalls(serialNumber)).toBe(0)
    expect((await patch(serialNumber, { title: 'Newer' })).notifiedDevices).toBe(0)
    const events = (await listEvents()).filter(({ data }) => data.serialNumber === serialNumber)
    expect(events.map(({ type }) => type)).toEqual([
      'pass.created',
      'pass.installed',
      'pass.updated',
      'pass.removed',
      'pass.updated',
    ])
    expect(events[1]?.data).toMatchObject({ wallet: 'apple', installs: 1 })
    expect(events[3]?.data).toMatchObject({ wallet: 'apple', installs: 0 })
    expect(JSON.stringify(events)).not.toContain(phone.libraryIdentifier)
    const rows = await service.ctx.db
      .selectFrom('device')
      .select('id')
      .where('library_identifier', '=', phone.libraryIdentifier)
      .execute()
    expect(rows).toEqual([])
  })

  it('lists the passes that are installed, and those that are not', async () => {
    const { serialNumber } = await createInstalled({ externalId: 'in' })
    const other = await create({ externalId: 'out' })
    const list = async (installed: boolean) =>
      (await service.client(key).listPasses({ installed, limit: 100 })).passes.map(
        (pass) => pass.serialNumber,
      )
    expect(await list(true)).toContain(serialNumber)
    expect(await list(true)).not.toContain(other.serialNumber)
    expect(await list(false)).toContain(other.serialNumber)
    expect(await list(false)).not.toContain(serialNumber)
  })

  it('takes only the token of the pass itself, whatever the case of the scheme', async () => {
    const { phone, entry } = await createInstalled()
    const { entry: other } = await createInstalled()
    const path = toPath(phone, entry)
    const wrong = [
      undefined,
      'ApplePass',
      `ApplePass ${entry.token.slice(1)}`,
      `ApplePass ${other.token}`,
      `Bearer ${entry.token}`,
      `Bearer ${key}`,
    ]
    for (const authorization of wrong) {
      const response = await register(path, authorization)
      expect(response.headers.get('www-authenticate')).toBe('ApplePass')
      expect(await readErrorResponse(response)).toMatchObject({
        status: 401,
        code: 'pass_unauthorized',
      })
      expect(
        (
          await service.fetch(path, {
            method: 'DELETE',
            headers: authorization ? { authorization } : {},
          })
        ).status,
      ).toBe(401)
    }
    for (const [from, to] of [
      [entry.passTypeIdentifier, 'pass.com.example.other'],
      [entry.serialNumber, '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70'],
    ] as const) {
      expect((await register(path.replace(from, to), `ApplePass ${entry.token}`)).status).toBe(401)
    }
    expect((await register(path, `applepass ${entry.token}`)).status).toBe(200)
  })

  it('refuses a registration without a push token, and knows a device only by its own identifier', async () => {
    const { phone, entry } = await createInstalled()
    const authorization = `ApplePass ${entry.token}`
    for (const json of [{}, { pushToken: '' }, { pushToken: 7 }, { pushToken: 'a b' }, []]) {
      expect((await register(toPath(phone, entry), authorization, json)).status).toBe(400)
    }
    const none = await service.fetch(toPath(phone, entry), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
    })
    expect(none.status).toBe(400)
    const stranger = createPhone()
    stranger.wallet.set(entry.serialNumber, entry)
    expect(await stranger.update()).toEqual([])
  })

  it('makes one registration of fifty at once', async () => {
    const { serialNumber, file } = await create()
    const phone = createPhone()
    const statuses = await Promise.all(Array.from({ length: 50 }, () => phone.add(file)))
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 200)).toHaveLength(49)
    expect(await getInstalls(serialNumber)).toBe(1)
  })

  it('stores a new push token for all passes of the device', async () => {
    const { phone, serialNumber } = await createInstalled()
    const second = await create()
    await phone.add(second.file)
    const [first] = phone.wallet.values()
    await register(toPath(phone, first!), `ApplePass ${first?.token}`, { pushToken: 'beef' })
    const { rows } = {
      rows: await service.ctx.db
        .selectFrom('device')
        .select('push_token')
        .where('library_identifier', '=', phone.libraryIdentifier)
        .execute(),
    }
    expect(rows).toEqual([{ push_token: 'beef' }])
    expect(await getInstalls(serialNumber)).toBe(1)
  })

  it('survives registering, removing and changing at once', async () => {
    const { phone, serialNumber, entry } = await createInstalled()
    const authorization = `ApplePass ${entry.token}`
    const path = toPath(phone, entry)
    const work = Array.from({ length: 20 }, (_, index) => [
      register(path, authorization),
      service.fetch(path, { method: 'DELETE', headers: { authorization } }),
      service.fetch(`/api/passes/${serialNumber}`, {
        key,
        method: 'PATCH',
        json: { value: String(index) },
      }),
    ])
    const statuses = (await Promise.all(work.flat())).map(({ status }) => status)
    expect(statuses.filter((status) => status >= 300)).toEqual([])
    await register(path, authorization)
    expect(await getInstalls(serialNumber)).toBe(1)
  })

  it('tells a device which of its passes have changed, by tags that miss nothing', async () => {
    const { phone, serialNumber } = await createInstalled()
    const other = await create()
    await phone.add(other.file)
    expect((await phone.update()).toSorted()).toEqual([serialNumber, other.serialNumber].toSorted())
    expect(await phone.update()).toEqual([])
    // Several changes in one second, and between two requests.
    for (const value of ['1', '2', '3']) {
      await patch(serialNumber, { label: 'Points', value })
      expect(await phone.update()).toEqual([serialNumber])
      expect(JSON.stringify(phone.wallet.get(serialNumber)?.passJson)).toContain(
        `"value":"${value}"`,
      )
      expect(await phone.update()).toEqual([])
    }
    await patch(serialNumber, { value: '4' })
    await patch(other.serialNumber, { value: '5' })
    expect((await phone.update()).toSorted()).toEqual([serialNumber, other.serialNumber].toSorted())
  })

  it.each(['', '0', 'garbage', '-1', '%F0%9F%8E%9F', '1e3'])(
    'lists everything for the tag "%s"',
    async (tag) => {
      const { phone, entry } = await createInstalled()
      const path = toPath(phone, entry).replace(`/${entry.serialNumber}`, '')
      const response = await service.fetch(`${path}?passesUpdatedSince=${tag}`)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        serialNumbers: [entry.serialNumber],
        lastUpdated: expect.any(String),
      })
    },
  )

  it('has nothing for the current tag, one of the future, and an unknown device', async () => {
    const { phone, entry } = await createInstalled()
    await phone.update()
    const path = toPath(phone, entry).replace(`/${entry.serialNumber}`, '')
    for (const tag of [phone.tag(), '999999999999999'])
      expect((await service.fetch(`${path}?passesUpdatedSince=${tag}`)).status).toBe(204)
    expect((await service.fetch(path.replace(phone.libraryIdentifier, 'unknown'))).status).toBe(204)
    expect(
      (await service.fetch(path.replace(entry.passTypeIdentifier, 'pass.unknown'))).status,
    ).toBe(204)
  })

  it('lists a pass that a device has added after it asked, also if it changed before', async () => {
    const { phone } = await createInstalled()
    const { serialNumber, file } = await create()
    await patch(serialNumber, { value: 'changed' })
    await phone.update()
    await phone.add(file)
    expect(await phone.update()).toEqual([serialNumber])
    expect(JSON.stringify(phone.wallet.get(serialNumber)?.passJson)).toContain('changed')
  })

  it('keeps telling of changes after the clock was set back', async () => {
    const { phone, serialNumber } = await createInstalled()
    later = 60_000
    await patch(serialNumber, { value: 'ahead' })
    await phone.update()
    later = 0
    await patch(serialNumber, { value: 'back' })
    expect(await phone.update()).toEqual([serialNumber])
    expect(JSON.stringify(phone.wallet.get(serialNumber)?.passJson)).toContain('back')
  })

  it('sends a pass only when it has changed since, to the second and beyond', async () => {
    const { entry, serialNumber } = await createInstalled()
    const path = `/apple/v1/passes/${entry.passTypeIdentifier}/${serialNumber}`
    const get = (since?: string | null) =>
      service.fetch(path, {
        headers: {
          authorization: `ApplePass ${entry.token}`,
          ...(since ? { 'if-modified-since': since } : {}),
        },
      })
    const seen: (string | null)[] = []
    for (const value of ['1', '2', '3', '4']) {
      await patch(serialNumber, { value })
      for (const since of seen) expect((await get(since)).status).toBe(200)
      const response = await get()
      expect(response.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
      const lastModified = response.headers.get('last-modified')
      expect((await get(lastModified)).status).toBe(304)
      expect((await get('Thu, 01 Jan 2015 00:00:00 GMT')).status).toBe(200)
      expect((await get('yesterday')).status).toBe(200)
      seen.push(lastModified)
    }
    expect(new Set(seen).size).toBe(4)
    expect((await service.fetch(path)).status).toBe(401)
  })

  it('still serves a pass that is voided or deleted, and says so', async () => {
    const { phone, serialNumber } = await createInstalled()
    expect(await service.client(key).voidPass(serialNumber)).toMatchObject({ notifiedDevices: 1 })
    await phone.update()
    expect(phone.wallet.get(serialNumber)?.passJson).toMatchObject({ voided: true })
    expect(await service.client(key).deletePass(serialNumber)).toMatchObject({ notifiedDevices: 1 })
    await phone.update()
    expect(phone.wallet.get(serialNumber)?.passJson).toMatchObject({
      voided: true,
      expirationDate: expect.any(String),
    })
    expect(await phone.remove(serialNumber)).toBe(200)
  })

  it('tolerates a doubled slash', async () => {
    const { phone, entry } = await createInstalled()
    const path = toPath(phone, entry).replace('/apple/v1', '/apple//v1')
    expect((await register(path, `ApplePass ${entry.token}`)).status).toBe(200)
  })

  it('stores what devices report, as single lines without secrets, and only so much', async () => {
    const phone = createPhone()
    const forged = 'Get serial #s task\n{"level":"error"}\u001b[31m ApplePass 0123456789 ended'
    expect(await phone.report([forged, 7, { a: 1 }, 'x'.repeat(900_000)])).toBe(200)
    for (const logs of [undefined, 'no list', {}, [null]])
      expect(await phone.report(logs)).toBe(200)
    const [first] = (await listDeviceErrors(service.ctx.db, 100)).filter(({ message }) =>
      message.startsWith('Get'),
    )
    expect(first?.message).toBe(
      'Get serial #s task {"level":"error"} [31m ApplePass [hidden] ended',
    )
    const many = await Promise.all(
      Array.from({ length: 300 }, (_, index) => phone.report([`error ${index}`])),
    )
    expect(new Set(many)).toEqual(new Set([200]))
    const stored = await listDeviceErrors(service.ctx.db, 1_000)
    expect(stored.length).toBeLessThan(70)
    expect(Math.max(...stored.map(({ message }) => message.length))).toBe(500)
    expect(
      (
        await service.fetch('/apple/v1/log', {
          method: 'POST',
          body: 'no JSON',
          headers: { 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(400)
  })

  it('never logs a token or a device', async () => {
    const { phone, entry } = await createInstalled()
    await phone.update()
    for (const secret of [entry.token, phone.libraryIdentifier, phone.pushToken]) {
      expect(service.logs.join('\n')).not.toContain(secret)
    }
  })
})
