import type { AdjustRequest, EventRecord, Pass } from '@passwright/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createIphone } from '../support/phones/iphone.ts'

describe.each(databases)('adjusting a number on $name', ({ name, createDatabase }) => {
  const services: TestService[] = []
  let service: TestService
  let key: string

  beforeAll(async () => {
    const databaseUrl = await createDatabase()
    const instances = name === 'postgres' ? 3 : 1
    for (let count = 0; count < instances; count += 1) {
      services.push(
        await startTestService({
          databaseUrl,
          env: { PUBLIC_URL: 'https://passes.example.com' },
          overrides: () => ({ push: async () => ({ result: 'delivered' }) }),
        }),
      )
    }
    const [first] = services
    if (!first) throw new Error('No service')
    service = first
    key = await service.createKey()
  })
  afterAll(() => Promise.all(services.map((each) => each.stop())))

  const points = (value: string | number, more: object = {}) => ({
    title: 'Club',
    secondaryFields: [
      { key: 'points', label: 'Points', value },
      ...[more].filter((one) => 'value' in one),
    ],
  })
  const create = async (body: object = points(10)) =>
    (await service.client(key).createPass(body)).serialNumber
  const adjust = (serial: string, body: AdjustRequest) =>
    service.client(key).adjustPass(serial, body)
  const post = (serial: string, json: unknown, headers = {}) =>
    service.fetch(`/api/passes/${serial}/adjust`, { key, json, headers })
  const readValue = async (serial: string) => {
    const { pass } = await service.client(key).getPass(serial)
    return (pass as { secondaryFields: { value: unknown }[] }).secondaryFields[0]?.value
  }
  const listEvents = async (serial: string) => {
    const found: EventRecord<Pass & { counter?: unknown }>[] = []
    for (let after: string | undefined; ; ) {
      const { events } = await service
        .client(key)
        .listEvents({ limit: 100, ...(after === undefined ? {} : { after }) })
      if (events.length === 0) return found.filter(({ data }) => data.serialNumber === serial)
      found.push(...events)
      after = events.at(-1)?.id
    }
  }

  it('adds, takes away and sets, and tells before and after', async () => {
    const serial = await create()
    const response = await post(serial, { field: 'points', by: 5 })
    expect(response.headers.get('etag')).toMatch(/^"/)
    expect(await response.json()).toEqual({
      serialNumber: serial,
      field: 'points',
      before: 10,
      after: 15,
      reached: false,
      notifiedDevices: 0,
      lastUpdated: expect.any(String),
      unchanged: false,
    })
    expect(await adjust(serial, { field: 'points', by: -20 })).toMatchObject({
      before: 15,
      after: -5,
    })
    expect(await adjust(serial, { field: 'points', set: 0.5 })).toMatchObject({ after: 0.5 })
    expect(await adjust(serial, { field: 'points', by: 0.1 })).toMatchObject({ after: 0.6 })
    expect(await adjust(serial, { field: 'points', by: 0.2 })).toMatchObject({ after: 0.8 })
    expect(await readValue(serial)).toBe(0.8)
    expect(await adjust(serial, { field: 'points', set: 0.8 })).toMatchObject({ unchanged: true })
  })

  it.each([
    ['7', 1, '8'],
    ['12.50', 1, '13.50'],
    ['12.5', 0.25, '12.75'],
    ['-3', 3, '0'],
    ['1.99', 0.01, '2.00'],
    ['8.5', 1.5, '10'],
    ['8.50', 1.5, '10.00'],
    ['10', 0.5, '10.5'],
  ])('keeps the text %s a text: with %d more it is %s', async (before, by, after) => {
    const serial = await create(points(before))
    expect(await adjust(serial, { field: 'points', by })).toMatchObject({ after: Number(after) })
    expect(await readValue(serial)).toBe(after)
  })

  it('counts in value, and in a field with the key that Wallet sees', async () => {
    const serial = await create({
      title: 'Club',
      label: 'Stamps',
      value: '3',
      headerFields: [{ label: 'Visits', value: 4 }],
    })
    expect(await adjust(serial, { field: 'value', by: 1 })).toMatchObject({ before: 3, after: 4 })
    expect(await adjust(serial, { field: 'header-visits', by: 1 })).toMatchObject({ after: 5 })
    expect((await service.client(key).getPass(serial)).pass).toMatchObject({
      value: '4',
      headerFields: [{ label: 'Visits', value: 5 }],
    })
  })

  it('adds exactly 200 for 200 tills at once, each reference once', async () => {
    const serial = await create()
    const clients = services.map((each) => each.client(key))
    const calls = Array.from({ length: 200 }, (_, index) =>
      clients[index % clients.length]?.adjustPass(serial, {
        field: 'points',
        by: 1,
        reference: `order-${index}`,
      }),
    )
    const replies = await Promise.all(calls)
    expect(new Set(replies.map((reply) => reply?.after)).size).toBe(200)
    expect(await readValue(serial)).toBe(210)
    const repeats = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        clients[index % clients.length]?.adjustPass(serial, {
          field: 'points',
          by: 1,
          reference: `order-${index}`,
        }),
      ),
    )
    for (const reply of repeats) expect(reply).toMatchObject({ unchanged: true, after: 210 })
    expect(await readValue(serial)).toBe(210)
  }, 60_000)

  it('counts one reference once, however often at the same time', async () => {
    const serial = await create()
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        services[index % services.length]
          ?.client(key)
          .adjustPass(serial, { field: 'points', by: 5, reference: 'A' }),
      ),
    )
    expect(replies.filter((reply) => reply?.unchanged === false)).toHaveLength(1)
    expect(await readValue(serial)).toBe(15)
  })

  it('counts a reference once for each field', async () => {
    const serial = await create(points(1, { key: 'visits', label: 'Visits', value: 1 }))
    await adjust(serial, { field: 'points', by: 1, reference: 'A' })
    expect(await adjust(serial, { field: 'visits', by: 1, reference: 'A' })).toMatchObject({
      after: 2,
    })
  })

  it('stops at the maximum, and reports that once until it was below again', async () => {
    const serial = await create(points(8))
    const add = (by: number, reference?: string) =>
      adjust(serial, { field: 'points', by, max: 10, ...(reference ? { reference } : {}) })
    expect(await add(1)).toMatchObject({ after: 9, reached: false })
    expect(await add(5, 'R')).toMatchObject({ after: 10, reached: true, unchanged: false })
    expect(await add(1)).toMatchObject({ after: 10, reached: true, unchanged: true })
    const types = async () => (await listEvents(serial)).map(({ type }) => type)
    const reached = ['pass.updated', 'pass.counter_reached']
    expect(await types()).toEqual(['pass.created', 'pass.updated', ...reached])
    const [event] = (await listEvents(serial)).filter(({ type }) => type === 'pass.counter_reached')
    expect(event?.data).toMatchObject({ counter: { field: 'points', value: 10, max: 10 } })
    await adjust(serial, { field: 'points', set: 0 })
    expect(await add(5, 'R')).toMatchObject({ after: 0, reached: true, unchanged: true })
    expect(await add(12)).toMatchObject({ after: 10, reached: true })
    expect((await types()).slice(4)).toEqual(['pass.updated', ...reached])
  })

  it('does not report a maximum that was passed before, such as one that is lower now', async () => {
    const serial = await create(points(15))
    const reply = await adjust(serial, { field: 'points', by: -1, max: 10 })
    expect(reply).toMatchObject({ after: 14, reached: true, unchanged: false })
    const types = (await listEvents(serial)).map(({ type }) => type)
    expect(types).toEqual(['pass.created', 'pass.updated'])
  })

  it('refuses a result below the minimum, and does not count its reference', async () => {
    const serial = await create()
    const json = { field: 'points', by: -11, min: 0, reference: 'A' }
    expect(await readErrorResponse(await post(serial, json))).toMatchObject({
      status: 409,
      code: 'counter_below_min',
    })
    expect(await readValue(serial)).toBe(10)
    expect(await adjust(serial, { ...json, by: -10 })).toMatchObject({ after: 0 })
  })

  it.each([
    [{ field: 'points' }, 'by'],
    [{ field: 'points', by: 1, set: 1 }, 'set'],
    [{ by: 1 }, 'field'],
    [{ field: 'unknown', by: 1 }, 'field'],
    [{ field: 'title', by: 1 }, 'field'],
    [{ field: 'points', by: 1.001 }, 'by'],
    [{ field: 'points', by: 1e10 }, 'by'],
    [{ field: 'points', set: 1e10 }, 'set'],
    [{ field: 'points', by: 1e9 }, 'by'],
    [{ field: 'points', by: 'many' }, 'by'],
    [{ field: 'points', by: 1, min: 2, max: 1 }, 'max'],
    [{ field: 'points', by: 1, more: 1 }, 'more'],
  ])('refuses %j at %s', async (json, path) => {
    const serial = await create()
    const error = await readErrorResponse(await post(serial, json))
    expect(error).toMatchObject({ status: 400, issues: [{ path }] })
    expect(await readValue(serial)).toBe(10)
  })

  it.each(['many', '1,000', '10 €', '', '1.234', '0x10'])(
    'finds no number in "%s"',
    async (value) => {
      const serial = await create(points(value === '' ? ' ' : value))
      const error = await readErrorResponse(await post(serial, { field: 'points', by: 1 }))
      expect(error).toMatchObject({ status: 400, issues: [{ path: 'field' }] })
    },
  )

  it('reads a number in a text, as no-code tools send it, and leaves out what is empty', async () => {
    const serial = await create()
    const json = { field: 'points', by: '5', set: '', max: null, reference: 1042 }
    expect(await (await post(serial, json)).json()).toMatchObject({ after: 15 })
    expect(await adjust(serial, { field: 'points', by: 5, reference: '1042' })).toMatchObject({
      unchanged: true,
    })
  })

  it('wakes the phone once, with a message if there is one', async () => {
    const serial = await create()
    const phone = createIphone({ serviceUrl: service.url })
    await phone.add(await service.client(key).getPassFile(serial))
    expect(await adjust(serial, { field: 'points', by: 1, message: 'Thank you' })).toMatchObject({
      notifiedDevices: 1,
    })
    await phone.update()
    const json = JSON.stringify(phone.wallet.get(serial)?.passJson)
    expect(json).toContain('"value":11')
    expect(json).toContain('Thank you')
    const updated = (await listEvents(serial)).at(-1)
    expect(updated?.data).toMatchObject({ changed: ['secondaryFields', 'message'] })
  })

  it('is done once for an Idempotency-Key, and not for a deleted pass', async () => {
    const serial = await create()
    const headers = { 'idempotency-key': 'one' }
    const first = await (await post(serial, { field: 'points', by: 1 }, headers)).json()
    expect(await (await post(serial, { field: 'points', by: 1 }, headers)).json()).toEqual(first)
    expect(await readValue(serial)).toBe(11)
    await service.client(key).deletePass(serial)
    expect((await post(serial, { field: 'points', by: 1 })).status).toBe(409)
  })
})
