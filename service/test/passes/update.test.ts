import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createTinyPng } from '../support/images/png.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

const DAY = 24 * 60 * 60 * 1000
const logoURL = `data:image/png;base64,${createTinyPng().toString('base64')}`

interface UpdateReply {
  serialNumber: string
  lastUpdated: string
  notifiedDevices: number
  unchanged: boolean
  voided?: boolean
  deleted?: boolean
  alreadyDeleted?: boolean
}

describe.each(databases)('updating a pass on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let key: string
  let later = 0

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' },
      overrides: () => ({ now: () => new Date(Date.now() + later) }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    later = 0
    key = await service.createKey()
  })

  const create = async (body: object = {}) =>
    (await service.client(key).createPass({ title: 'Club', ...body })).serialNumber
  const call = (method: string, path: string, json?: unknown, headers = {}) =>
    service.fetch(`/api/passes/${path}`, {
      key,
      method,
      headers,
      ...(json === undefined ? {} : { json }),
    })
  const callOk = async (...args: Parameters<typeof call>) => {
    const response = await call(...args)
    expect(response.status).toBe(200)
    return (await response.json()) as UpdateReply
  }
  const callError = async (...args: Parameters<typeof call>) =>
    readErrorResponse(await call(...args))
  const listEventTypes = async () =>
    (await service.client(key).listEvents({ limit: 100 })).events.map(({ type }) => type)
  const readPassJson = async (serial: string) => {
    const response = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    const root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
    const options = { root, programs: false, at: service.ctx.now() }
    const { passJson } = await verifyPass(new Uint8Array(await response.arrayBuffer()), options)
    return passJson as Record<string, unknown> & { generic: Record<string, { key: string }[]> }
  }
  const fetchEtag = async (serial: string) => (await call('GET', serial)).headers.get('etag') ?? ''

  it.each(['passes', 'pkpass'])(
    'by PUT under /api/%s replaces its whole content',
    async (address) => {
      const serial = await create({
        label: 'Member',
        value: 'Ada',
        metadata: { a: 'b' },
        externalId: `x-${address}`,
      })
      const body = { title: 'New', barcodeValue: '7', barcodeFormat: 'QR' }
      const response = await service.fetch(`/api/${address}/${serial}`, {
        key,
        method: 'PUT',
        json: body,
      })
      const updated = (await response.json()) as UpdateReply
      expect(updated).toEqual({
        serialNumber: serial,
        lastUpdated: expect.any(String),
        notifiedDevices: 0,
        unchanged: false,
      })
      const pass = await service.client(key).getPass(serial)
      expect(pass).toMatchObject({
        lastUpdated: updated.lastUpdated,
        metadata: {},
        externalId: `x-${address}`,
      })
      const json = await readPassJson(serial)
      expect(json.description).toBe('New')
      expect(json.generic.secondaryFields).toBeUndefined()
      expect(await listEventTypes()).toEqual(['pass.created', 'pass.updated'])
    },
  )

  it('by PATCH changes the given fields, removes those that are null, and keeps the rest', async () => {
    const serial = await create({
      label: 'Points',
      value: '10',
      colorPreset: 'blue',
      metadata: { a: '1', b: '2' },
      logoURL,
    })
    const before = await readPassJson(serial)
    const updated = await callOk('PATCH', serial, {
      value: '20',
      colorPreset: null,
      metadata: { b: null, c: '3' },
    })
    expect(updated.unchanged).toBe(false)
    const after = await readPassJson(serial)
    expect(after.generic.secondaryFields).toEqual([
      { ...before.generic.secondaryFields?.[0], value: '20' },
    ])
    expect(after.backgroundColor).not.toBe(before.backgroundColor)
    expect((await service.client(key).getPass(serial)).metadata).toEqual({ a: '1', c: '3' })
    const readImages = async () =>
      (
        await service.ctx.db
          .selectFrom('pass')
          .select('images')
          .where('serial_number', '=', serial)
          .executeTakeFirstOrThrow()
      ).images
    expect(await readImages()).toContain('logo')
    await callOk('PATCH', serial, { logoURL: null })
    expect(await readImages()).not.toContain('logo')
  })

  it('to its current content changes nothing, whatever the order of keys', async () => {
    const serial = await create({
      label: 'Member',
      value: 'Ada',
      expirationDays: 30,
      metadata: { a: '1', b: '2' },
    })
    const tag = await fetchEtag(serial)
    later = DAY
    const whole = {
      expirationDays: 30,
      metadata: { b: '2', a: '1' },
      value: 'Ada',
      label: 'Member',
      title: 'Club',
    }
    expect((await callOk('PUT', serial, whole)).unchanged).toBe(true)
    for (const patch of [
      {},
      { value: 'Ada' },
      { color: null },
      { metadata: { a: '1' } },
      { expirationDays: 30 },
    ]) {
      expect((await callOk('PATCH', serial, patch)).unchanged).toBe(true)
    }
    expect(await fetchEtag(serial)).toBe(tag)
    expect(await listEventTypes()).toEqual(['pass.created'])
  })

  it('keeps its expiration date, unless the update is about that', async () => {
    const serial = await create({ expirationDays: 30 })
    const { expirationDate } = await readPassJson(serial)
    later = 5 * DAY
    await callOk('PATCH', serial, { title: 'New' })
    expect((await readPassJson(serial)).expirationDate).toBe(expirationDate)
    await callOk('PATCH', serial, { expirationDate: '2031-01-01T00:00:00Z' })
    expect((await readPassJson(serial)).expirationDate).toBe('2031-01-01T00:00:00Z')
    await callOk('PATCH', serial, { expirationDays: 10 })
    const days =
      (Date.parse(String((await readPassJson(serial)).expirationDate)) - Date.now()) / DAY
    expect(Math.round(days)).toBe(15)
    await callOk('PATCH', serial, { expirationDays: null })
    expect(await readPassJson(serial)).not.toHaveProperty('expirationDate')
    await callOk('PATCH', serial, { expirationDate: '2031-01-01T00:00:00Z' })
    // There are no expirationDays to remove.
    expect((await callOk('PATCH', serial, { expirationDays: null })).unchanged).toBe(true)
    expect((await readPassJson(serial)).expirationDate).toBe('2031-01-01T00:00:00Z')
    await callOk('PATCH', serial, { expirationDate: null })
    expect(await readPassJson(serial)).not.toHaveProperty('expirationDate')
  })

  it('with the same expirationDays postpones the expiration only once the pass has expired', async () => {
    const body = { title: 'Club', expirationDays: 30 }
    const serial = await create(body)
    const readExpiration = async () =>
      Date.parse(String((await readPassJson(serial)).expirationDate))
    const first = await readExpiration()
    later = 29 * DAY
    expect((await callOk('PUT', serial, body)).unchanged).toBe(true)
    expect(await readExpiration()).toBe(first)
    later = 31 * DAY
    expect((await callOk('PATCH', serial, { title: 'Club' })).unchanged).toBe(true)
    expect((await callOk('PUT', serial, body)).unchanged).toBe(false)
    expect(Math.round(((await readExpiration()) - first) / DAY)).toBe(31)
  })

  it('on the free plan may remove fields that only other plans include', async () => {
    key = await service.createKey('free')
    const serial = await create()
    const removals = { color: null, logoURL: null, locations: null }
    expect((await callOk('PATCH', serial, removals)).unchanged).toBe(true)
    expect(await callError('PATCH', serial, { color: '#123456' })).toMatchObject({ status: 400 })
  })

  it('is a 409 for a deleted pass, even with the ETag from before', async () => {
    const serial = await create()
    const seen = { 'if-match': await fetchEtag(serial) }
    await callOk('DELETE', serial, undefined, seen)
    for (const [method, path] of [
      ['PATCH', serial],
      ['PUT', serial],
      ['POST', `${serial}/void`],
    ] as const) {
      const body = method === 'POST' ? undefined : { title: 'New' }
      expect(await callError(method, path, body, seen)).toMatchObject({
        status: 409,
        code: 'pass_deleted',
      })
    }
    expect(await callOk('DELETE', serial, undefined, seen)).toMatchObject({ alreadyDeleted: true })
  })

  it('keeps the keys of fields with unchanged labels, so that phones show what changed', async () => {
    const fields = (points: number) => [
      { label: 'Points', value: points },
      { label: 'Level', value: 'Gold' },
    ]
    const serial = await create({ secondaryFields: fields(1) })
    const readKeys = async () =>
      (await readPassJson(serial)).generic.secondaryFields?.map((field) => field.key)
    const before = await readKeys()
    await callOk('PATCH', serial, { secondaryFields: [...fields(2), { label: 'New', value: 'x' }] })
    expect((await readKeys())?.slice(0, 2)).toEqual(before)
  })

  it('is rejected with an outdated If-Match, and accepted with the current one', async () => {
    const serial = await create({ externalId: 'seen' })
    const first = await fetchEtag(serial)
    const response = await call('PATCH', serial, { title: 'B' }, { 'if-match': first })
    expect(response.headers.get('etag')).toBe(await fetchEtag(serial))
    for (const [method, path, body] of [
      ['PATCH', serial, { title: 'C' }],
      ['PUT', serial, { title: 'C' }],
      ['POST', `${serial}/void`, undefined],
      ['DELETE', serial, undefined],
    ] as const) {
      const problem = await callError(method, path, body, { 'if-match': first })
      expect(problem).toMatchObject({ status: 412, code: 'precondition_failed' })
    }
    const upsert = async (externalId: string, ifMatch: string) => {
      const json = { title: 'Upserted', externalId }
      const headers = { 'if-match': ifMatch }
      return (await service.fetch('/api/passes', { key, headers, json })).status
    }
    expect([await upsert('seen', first), await upsert('unknown', '*')]).toEqual([412, 412])
    expect(await upsert('seen', await fetchEtag(serial))).toBe(200)
    const current = await fetchEtag(serial)
    await callOk('PATCH', serial, { title: 'D' }, { 'if-match': `"other", ${current}` })
    await callOk('PATCH', serial, { title: 'E' }, { 'if-match': '*' })
    expect((await readPassJson(serial)).description).toBe('E')
  })

  it.each<[string, object, string]>([
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['a wrong type', { title: true }, 'title'],
    ['a removed title', { title: null }, 'title'],
    ['a barcode format without a value', { barcodeFormat: 'QR' }, 'barcodeValue'],
    ['an email', { email: { to: 'ada@example.com' } }, 'email'],
    ['another externalId', { externalId: 'other' }, 'externalId'],
    ['another pass type', { passTypeIdentifier: 'pass.com.example.other' }, 'passTypeIdentifier'],
    [
      'a barcode value that is too long',
      { barcodeValue: 'x'.repeat(3000), barcodeFormat: 'QR' },
      'barcodeValue',
    ],
  ])(
    'with %s is rejected with the path of the field, and changes nothing',
    async (_, patch, path) => {
      const serial = await create({ externalId: `id-${path}-${Math.random()}` })
      const tag = await fetchEtag(serial)
      const problem = await callError('PATCH', serial, patch)
      expect(problem).toMatchObject({ status: 400, issues: [{ path }] })
      if (path !== 'title') {
        expect(await callError('PUT', serial, { title: 'Club', ...patch })).toMatchObject({
          status: 400,
        })
      }
      expect(await fetchEtag(serial)).toBe(tag)
    },
  )

  it('with a field outside the plan is rejected, but a pass that has one already can be updated', async () => {
    key = await service.createKey('free')
    const serial = await create()
    const problem = await callError('PATCH', serial, { color: '#ffffff' })
    expect(problem).toMatchObject({ status: 400, issues: [{ path: 'color' }] })
    await service.ctx.db
      .updateTable('api_key')
      .set({ plan: 'pro' })
      .where('name', '=', 'Test')
      .execute()
    await callOk('PATCH', serial, { color: '#ffffff' })
    await service.ctx.db
      .updateTable('api_key')
      .set({ plan: 'free' })
      .where('name', '=', 'Test')
      .execute()
    await callOk('PATCH', serial, { title: 'Other' })
    await service.ctx.db
      .updateTable('api_key')
      .set({ plan: 'unlimited' })
      .where('name', '=', 'Test')
      .execute()
  })

  it('accepts application/merge-patch+json too, but no other patch format', async () => {
    const serial = await create()
    const body = JSON.stringify({ title: 'Patched' })
    const patch = (type: string) => {
      const headers = { 'content-type': type }
      return service.fetch(`/api/passes/${serial}`, { key, method: 'PATCH', headers, body })
    }
    expect((await patch('application/merge-patch+json')).status).toBe(200)
    expect((await patch('application/json-patch+json')).status).toBe(415)
    const list = await service.fetch(`/api/passes/${serial}`, { key, method: 'PATCH', json: [1] })
    expect(list.status).toBe(400)
  })

  it('voids and unvoids it, each once, and the file and the page say so', async () => {
    const serial = await create({ barcodeValue: '1' })
    const { shareUrl, downloadUrl } = await service.client(key).getPass(serial)
    const updated = await callOk('POST', `${serial}/void`)
    expect(updated).toMatchObject({
      serialNumber: serial,
      voided: true,
      notifiedDevices: 0,
      unchanged: false,
    })
    expect(await callOk('POST', `${serial}/void`)).toMatchObject({
      voided: true,
      unchanged: true,
      lastUpdated: updated.lastUpdated,
    })
    expect(await readPassJson(serial)).toMatchObject({ voided: true })
    expect((await service.fetch(new URL(downloadUrl).pathname)).status).toBe(200)
    const fetchPage = async () => (await service.fetch(new URL(shareUrl).pathname)).text()
    expect(await fetchPage()).toContain('No longer valid')
    // A voided pass can be updated and stays voided.
    await callOk('PATCH', serial, { title: 'Other' })
    expect(await readPassJson(serial)).toMatchObject({ voided: true, description: 'Other' })
    expect(await callOk('POST', `${serial}/unvoid`)).toMatchObject({
      voided: false,
      unchanged: false,
    })
    expect(await callOk('POST', `${serial}/unvoid`)).toMatchObject({
      voided: false,
      unchanged: true,
    })
    expect(await readPassJson(serial)).not.toHaveProperty('voided')
    expect(await fetchPage()).not.toContain('No longer valid')
    expect(await listEventTypes()).toEqual([
      'pass.created',
      'pass.voided',
      'pass.downloaded',
      'pass.updated',
      'pass.unvoided',
    ])
  })

  it('by DELETE is final: the pass is void and expired, its externalId is free, and any change is a 409', async () => {
    const serial = await create({ externalId: 'member-1', expirationDays: 30 })
    const { shareUrl } = await service.client(key).getPass(serial)
    const deleted = await callOk('DELETE', serial)
    expect(deleted).toEqual({
      serialNumber: serial,
      deleted: true,
      notifiedDevices: 0,
      lastUpdated: expect.any(String),
    })
    expect(await callOk('DELETE', serial)).toEqual({ ...deleted, alreadyDeleted: true })
    expect(await service.client(key).getPass(serial)).toMatchObject({
      serialNumber: serial,
      externalId: 'member-1',
      voided: true,
      deletedAt: deleted.lastUpdated,
    })
    expect(await readPassJson(serial)).toMatchObject({
      voided: true,
      expirationDate: `${deleted.lastUpdated.slice(0, 19)}Z`,
    })
    const page = await (await service.fetch(new URL(shareUrl).pathname)).text()
    expect(page).toContain('No longer available')
    expect(page).not.toContain('.pkpass')
    for (const [method, path, body] of [
      ['PUT', serial, { title: 'x' }],
      ['PATCH', serial, { title: 'x' }],
      ['POST', `${serial}/void`, undefined],
      ['POST', `${serial}/unvoid`, undefined],
      ['POST', `${serial}/email`, { to: 'ada@example.com' }],
    ] as const) {
      expect(await callError(method, path, body)).toMatchObject({
        status: 409,
        code: 'pass_deleted',
      })
    }
    const recreated = await create({ externalId: 'member-1' })
    expect(recreated).not.toBe(serial)
    expect(await listEventTypes()).toEqual(['pass.created', 'pass.deleted', 'pass.created'])
  })

  it('is a 404 for another API key, whatever the body', async () => {
    const serial = await create()
    key = await service.createKey()
    for (const [method, path, body] of [
      ['PUT', serial, { nonsense: 1 }],
      ['PATCH', serial, [1]],
      ['POST', `${serial}/void`, undefined],
      ['POST', `${serial}/unvoid`, undefined],
      ['DELETE', serial, undefined],
    ] as const) {
      expect(await callError(method, path, body)).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  it('does not count toward the monthly quota, and works when that is used up', async () => {
    key = await service.createKey('free')
    const serial = await create()
    await service.ctx.db.updateTable('quota').set({ used: 1000 }).execute()
    await callOk('PATCH', serial, { title: 'B' })
    await callOk('POST', `${serial}/void`)
    await callOk('DELETE', serial)
    expect((await service.client(key).getUsage()).count).toBe(1000)
  })

  it('publishes one download a day, and none by its owner', async () => {
    const serial = await create()
    const { downloadUrl } = await service.client(key).getPass(serial)
    const download = (method = 'GET') => service.fetch(new URL(downloadUrl).pathname, { method })
    await call('GET', `${serial}?format=pkpass`)
    await download('HEAD')
    expect(await listEventTypes()).toEqual(['pass.created'])
    await Promise.all(Array.from({ length: 8 }, () => download()))
    expect(await listEventTypes()).toEqual(['pass.created', 'pass.downloaded'])
    later = DAY
    await download()
    expect(await listEventTypes()).toEqual(['pass.created', 'pass.downloaded', 'pass.downloaded'])
  })

  it('moves lastUpdated forward even when the clock goes back', async () => {
    const serial = await create()
    const { lastUpdated } = await callOk('PATCH', serial, { title: 'B' })
    later = -DAY
    const next = await callOk('PATCH', serial, { title: 'C' })
    expect(Date.parse(next.lastUpdated)).toBe(Date.parse(lastUpdated) + 1)
  })

  it('voids once with an Idempotency-Key', async () => {
    const serial = await create()
    const once = { 'idempotency-key': 'void' }
    const first = await callOk('POST', `${serial}/void`, undefined, once)
    await callOk('POST', `${serial}/unvoid`)
    expect(await callOk('POST', `${serial}/void`, undefined, once)).toEqual(first)
    expect((await service.client(key).getPass(serial)).voided).toBe(false)
  })
})
