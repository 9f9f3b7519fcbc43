import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

const plain = {
  title: 'Club',
  barcodeValue: '1042',
  barcodeFormat: 'Code128',
  color: '#1e40af',
  expirationDate: '2028-01-31',
  externalId: 'm-1',
  metadata: { row: '7' },
  backFields: [{ key: 'fee', value: 48.5, currencyCode: 'EUR' }],
}

/** The same pass in other words. */
const inOtherWords = {
  title: 'Club',
  label: '',
  value: null,
  barcodeValue: 1042,
  barcodeFormat: ' code 128 ',
  barcodeAltText: null,
  color: ' #1e40af\u00a0',
  colorPreset: '',
  logoText: '',
  expirationDate: ' 2028-01-31T23:59:59Z ',
  expirationDays: null,
  externalId: ' m-1 ',
  metadata: { row: 7, source: null },
  headerFields: [],
  backFields: [
    { key: ' fee ', label: '', value: 48.5, currencyCode: 'eur', numberStyle: '', row: null },
  ],
  locations: null,
  locale: '',
}

describe.each(databases)('a pass on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await createDatabase() })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  const create = async (json: object, expectedStatus = 201) => {
    const response = await service.fetch('/api/passes', { key, json })
    if (response.status !== expectedStatus) throw new Error(await response.text())
    return (await response.json()) as { serialNumber: string; lastUpdated: string }
  }
  const update = async (method: 'PUT' | 'PATCH', serial: string, json: object) => {
    const response = await service.fetch(`/api/passes/${serial}`, { key, method, json })
    if (response.status !== 200) throw new Error(await response.text())
    return (await response.json()) as { unchanged: boolean }
  }
  const readSpec = async (serial: string) => {
    const query = service.ctx.db.selectFrom('pass').select('spec')
    const { spec } = await query.where('serial_number', '=', serial).executeTakeFirstOrThrow()
    return JSON.parse(spec) as Record<string, unknown>
  }
  /** Stores a spec as an earlier version wrote it. */
  const storeSpec = async (serial: string, changes: object) => {
    const spec = JSON.stringify({ ...(await readSpec(serial)), ...changes })
    const update = service.ctx.db.updateTable('pass').set({ spec })
    await update.where('serial_number', '=', serial).execute()
  }
  const readPassJson = async (serial: string) => {
    const response = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    expect(response.status).toBe(200)
    const root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
    const file = new Uint8Array(await response.arrayBuffer())
    return (await verifyPass(file, { root, programs: false })).passJson
  }

  it('is unchanged by the same content with null, empty texts, blanks and numbers', async () => {
    const { serialNumber, lastUpdated } = await create(plain)
    const spec = await readSpec(serialNumber)
    expect(await create(inOtherWords, 200)).toMatchObject({ serialNumber, lastUpdated })
    expect(await update('PUT', serialNumber, inOtherWords)).toMatchObject({ unchanged: true })
    expect(await update('PATCH', serialNumber, inOtherWords)).toMatchObject({ unchanged: true })
    expect(await readSpec(serialNumber)).toEqual(spec)
  })

  it('is stored without null and empty texts', async () => {
    const { serialNumber } = await create(inOtherWords)
    expect(await readSpec(serialNumber)).toEqual({
      title: 'Club',
      barcodeValue: '1042',
      barcodeFormat: 'Code128',
      color: '#1e40af',
      expirationDate: '2028-01-31T23:59:59Z',
      backFields: [{ key: 'fee', value: 48.5, currencyCode: 'EUR' }],
    })
    expect(await service.client(key).getPass(serialNumber)).toMatchObject({
      externalId: 'm-1',
      metadata: { row: '7' },
    })
  })

  it('that an earlier version stored with milliseconds is unchanged by the same request', async () => {
    const days = { title: 'Club', expirationDays: 30, externalId: 'days' }
    const date = { title: 'Club', expirationDate: '2028-01-31T12:00:00.000Z', externalId: 'date' }
    const first = await create(days)
    const { expirationDate } = await readSpec(first.serialNumber)
    await storeSpec(first.serialNumber, {
      expirationDate: String(expirationDate).replace('Z', '.000Z'),
    })
    const second = await create(date)
    await storeSpec(second.serialNumber, { expirationDate: date.expirationDate })

    expect(await create(days, 200)).toMatchObject({ lastUpdated: first.lastUpdated })
    expect(await create(date, 200)).toMatchObject({ lastUpdated: second.lastUpdated })
    expect(await readPassJson(first.serialNumber)).toMatchObject({ expirationDate })
    expect(await readPassJson(second.serialNumber)).toMatchObject({
      expirationDate: '2028-01-31T12:00:00Z',
    })
  })

  it('is changed by a patch with an empty text as by null', async () => {
    const { serialNumber } = await create({ ...plain, logoText: 'Riverside', label: 'Member' })
    for (const patch of [
      { logoText: '', label: '' },
      { color: '', metadata: '' },
    ]) {
      expect(await update('PATCH', serialNumber, patch)).toMatchObject({ unchanged: false })
    }
    const { color, ...spec } = plain
    expect(await update('PUT', serialNumber, { ...spec, metadata: null })).toMatchObject({
      unchanged: true,
    })
    expect(await update('PATCH', serialNumber, { expirationDays: '' })).toMatchObject({
      unchanged: true,
    })
    expect((await readPassJson(serialNumber)).expirationDate).toBe('2028-01-31T23:59:59Z')
  })

  it('that an earlier version stored with what is refused now can still be read and voided', async () => {
    const { serialNumber } = await create({ title: 'Club' })
    const field = { value: 5, numberStyle: 'decimal', currencyCode: 'QQQ' }
    await storeSpec(serialNumber, { logoText: '', label: '', backFields: [field] })
    expect(await readPassJson(serialNumber)).toMatchObject({ description: 'Club' })
    const voided = await service.fetch(`/api/passes/${serialNumber}/void`, { key, method: 'POST' })
    expect(voided.status).toBe(200)
    const patch = { method: 'PATCH', key, json: { title: 'Other' } }
    const problem = await readErrorResponse(
      await service.fetch(`/api/passes/${serialNumber}`, patch),
    )
    expect(problem.issues?.map(({ path }) => path)).toEqual([
      'backFields[0].numberStyle',
      'backFields[0].currencyCode',
    ])
  })

  it('may leave empty what its plan or the service does not have', async () => {
    key = await service.createKey('free')
    for (const nothing of [null, '']) {
      const empty = { color: nothing, logoURL: nothing, locations: nothing, email: nothing }
      const { serialNumber } = await create({ title: 'Club', ...empty })
      for (const method of ['PUT', 'PATCH'] as const) {
        const same = { title: 'Club', ...empty }
        expect(await update(method, serialNumber, same)).toMatchObject({ unchanged: true })
      }
    }
  })

  it('of an earlier version that holds empty texts loses them with its next update', async () => {
    const { serialNumber } = await create({ title: 'Club', value: '1' })
    const spec = JSON.stringify({ title: 'Club', logoText: '', label: '', value: '1' })
    const { db } = service.ctx
    await db.updateTable('pass').set({ spec }).where('serial_number', '=', serialNumber).execute()
    await update('PATCH', serialNumber, { value: '2' })
    const stored = await db
      .selectFrom('pass')
      .select('spec')
      .where('serial_number', '=', serialNumber)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(stored.spec)).toEqual({ title: 'Club', value: '2' })
  })
})
