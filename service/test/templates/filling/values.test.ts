import type { MadePass, PassDetails, Template } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../../support/databases/databases.ts'
import { createTestClock } from '../../support/environment/test-clock.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'
import { type OriginServer, startOriginServer } from '../../support/http/origin-server.ts'
import { createTinyPng } from '../../support/images/png.ts'

const pass = {
  style: 'storeCard',
  title: 'Corner Coffee',
  externalId: 'coffee-{{number}}',
  logoURL: '{{logo}}',
  headerFields: [{ key: 'stamps', label: 'Stamps', value: '{{stamps}}' }],
  secondaryFields: [{ key: 'name', label: 'Name', value: '{{name}}' }],
  auxiliaryFields: [{ key: 'visits', label: 'Visits', value: 0 }],
  backFields: [{ key: 'progress', value: '{{stamps}} of 10 stamps' }],
  expirationDays: 30,
}
const inputs = [
  { key: 'stamps', type: 'number', default: 0 },
  { key: 'logo', type: 'image', required: false },
]

describe.each(databases)('a pass of a template on $name', ({ createDatabase }) => {
  const clock = createTestClock()
  let isThere = true
  let logo: string
  let origin: OriginServer
  let service: TestService
  let key: string
  let template: Template
  let made: MadePass

  beforeAll(async () => {
    origin = await startOriginServer('127.0.0.1', (_, response) => {
      response.setHeader('cache-control', 'no-store')
      if (isThere) response.end(createTinyPng())
      else response.writeHead(404).end()
    })
    logo = `${origin.url}/ada.png`
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { OUTBOUND_ALLOW: '127.0.0.1' },
      overrides: () => ({ now: clock.now }),
    })
  })
  afterAll(async () => {
    await service.stop()
    await origin.close()
  })
  beforeEach(async () => {
    isThere = true
    key = await service.createKey()
    template = await send('POST', '/api/templates', { name: 'Coffee', pass, inputs })
    made = await send('POST', '/api/passes', {
      ...{ template: 'Coffee', values: { name: 'Ada', number: '7', logo } },
      ...{ label: 'Since', value: '2026' },
    })
  })

  const call = (method: string, path: string, json?: unknown) =>
    service.fetch(path, { key, method, ...(json === undefined ? {} : { json }) })
  // biome-ignore lint/suspicious/noExplicitAny: the reply of whichever address.
  const send = async (method: string, path: string, json?: unknown): Promise<any> => {
    const response = await call(method, path, json)
    const text = await response.text()
    expect(`${response.status} ${text}`).toMatch(/^20/)
    return text === '' ? undefined : JSON.parse(text)
  }
  const patch = (body: object) => send('PATCH', `/api/passes/${made.serialNumber}`, body)
  const get = (): Promise<PassDetails> => send('GET', `/api/passes/${made.serialNumber}`)
  const says = async () => {
    const { pass: body } = await get()
    const fields = ['header', 'secondary', 'auxiliary', 'back'].flatMap(
      (group) => (body[`${group}Fields`] ?? []) as { key: string; value: unknown }[],
    )
    return Object.fromEntries(fields.map((field) => [field.key, field.value]))
  }

  it('gets new values, and what was set beside them, its image and its end stay', async () => {
    const before = await get()
    clock.advance(3_600_000)
    isThere = false
    expect(await patch({ values: { stamps: '3', name: 'Bo' } })).toMatchObject({ unchanged: false })
    const after = await get()
    expect(after.values).toEqual({ name: 'Bo', number: '7', stamps: 3, logo })
    expect(await says()).toEqual({ stamps: 3, name: 'Bo', visits: 0, progress: '3 of 10 stamps' })
    expect(after.pass).toMatchObject({ label: 'Since', value: '2026' })
    expect([after.expirationDate, after.pass.logoURL]).toEqual([
      before.expirationDate,
      before.pass.logoURL,
    ])
    expect(await patch({ values: { stamps: 3 } })).toMatchObject({ unchanged: true })
    const events = (await service.client(key).listEvents({ type: 'pass.updated' })).events
    expect(events).toHaveLength(1)
    await patch({ values: { logo: null, stamps: '' } })
    expect((await get()).values).toEqual({ name: 'Bo', number: '7' })
    expect((await get()).pass).not.toHaveProperty('logoURL')
  })

  it('keeps what a change of its fields has set or removed when it gets new values', async () => {
    await patch({
      value: null,
      label: null,
      colorPreset: 'red',
      metadata: { a: '1' },
      logoURL: null,
    })
    await patch({ values: { name: 'Bo' }, logoText: 'Hi' })
    const { pass: body } = await get()
    expect(body).toMatchObject({ colorPreset: 'red', metadata: { a: '1' }, logoText: 'Hi' })
    for (const name of ['label', 'value', 'logoURL']) expect(body).not.toHaveProperty(name)
  })

  it('counts a value wherever it is shown, and a number of its own, and both stay', async () => {
    const adjust = (body: object) => send('POST', `/api/passes/${made.serialNumber}/adjust`, body)
    expect(await adjust({ field: 'stamps', by: 2 })).toMatchObject({ before: 0, after: 2 })
    expect(await says()).toMatchObject({ stamps: 2, progress: '2 of 10 stamps' })
    expect(await adjust({ field: 'visits', by: 1 })).toMatchObject({ after: 1 })
    expect(await adjust({ field: 'number', by: 1 })).toMatchObject({ before: 7, after: 8 })
    await patch({ values: { name: 'Bo' } })
    expect(await says()).toEqual({ stamps: 2, name: 'Bo', visits: 1, progress: '2 of 10 stamps' })
    expect((await get()).values).toMatchObject({ number: '8', stamps: 2 })
    await patch({ auxiliaryFields: [{ key: 'visits', value: 5 }] })
    await patch({ values: { name: 'Cy' } })
    expect(await says()).toMatchObject({ visits: 5 })
  })

  it('is found by its own id: replaced, merged or kept', async () => {
    const again = (values: object, query = '', more = {}) =>
      send('POST', `/api/passes${query}`, {
        template: 'Coffee',
        values: { number: 7, ...values },
        ...more,
      })
    await patch({ values: { stamps: 4 } })
    expect(await again({ name: 'X' }, '?onExisting=keep')).toMatchObject({ outcome: 'kept' })
    const merged = await again({ name: 'Bo' }, '?onExisting=merge', {
      colorPreset: 'red',
      label: null,
    })
    expect(merged).toMatchObject({ outcome: 'updated', serialNumber: made.serialNumber })
    expect(await says()).toMatchObject({ stamps: 4, name: 'Bo' })
    expect((await get()).pass).toMatchObject({ value: '2026', colorPreset: 'red' })
    expect((await get()).pass).not.toHaveProperty('label')
    expect(await again({ name: 'Bo' })).toMatchObject({ outcome: 'updated' })
    expect((await get()).values).toEqual({ name: 'Bo', number: 7 })
    expect((await get()).pass).not.toHaveProperty('value')
    expect(await again({ name: 'Bo' })).toMatchObject({ outcome: 'unchanged' })
    const onlyValues = { externalId: 'coffee-7', values: { stamps: 1 } }
    await send('POST', '/api/passes?onExisting=merge', onlyValues)
    expect(await says()).toMatchObject({ stamps: 1, name: 'Bo' })
  })

  it('is made from another template, or from none, by a PUT', async () => {
    const path = `/api/passes/${made.serialNumber}`
    const body = { template: template.templateId, values: { name: 'Bo', number: 7 } }
    await send('PUT', path, body)
    expect(await says()).toMatchObject({ name: 'Bo' })
    await send('PUT', path, { title: 'By hand' })
    expect(await get()).not.toHaveProperty('template')
    expect(await get()).not.toHaveProperty('values')
    expect(await send('GET', `/api/templates/${template.templateId}`)).toMatchObject({ passes: 0 })
    const refused = await readErrorResponse(await call('PATCH', path, { values: { name: 'Bo' } }))
    expect(refused.issues?.[0]?.path).toBe('values')
  })

  it('stays as it is when its template is changed or deleted', async () => {
    const path = `/api/templates/${template.templateId}`
    const change = { name: 'Coffee 2', pass: { ...pass, title: 'New' }, inputs, version: 1 }
    expect(await send('PUT', path, change)).toMatchObject({ version: 2, passes: 1 })
    expect((await call('PUT', path, change)).status).toBe(412)
    expect(await send('PUT', path, { ...change, version: 2 })).toMatchObject({ version: 2 })
    await patch({ values: { name: 'Bo' } })
    expect(await get()).toMatchObject({
      title: 'Corner Coffee',
      template: { version: 1, name: 'Coffee 2' },
    })
    await send('DELETE', path)
    expect((await call('GET', path)).status).toBe(404)
    const refused = await readErrorResponse(
      await call('PATCH', `/api/passes/${made.serialNumber}`, { values: { name: 'Cy' } }),
    )
    expect(refused).toMatchObject({ status: 409, code: 'template_deleted' })
    await patch({ label: 'Still' })
    expect(await get()).toMatchObject({ title: 'Corner Coffee', template: { name: 'Coffee 2' } })
    expect((await send('GET', '/api/passes?template=Coffee%202')).passes).toHaveLength(1)
  })

  it('shows the picture of its number, also when many count at once', async () => {
    const pictures = { ...pass, stripURL: `${origin.url}/strip-{{stamps}}.png`, logoURL: undefined }
    const change = { name: 'Coffee', pass: pictures, inputs: inputs.slice(0, 1) }
    await send('PUT', `/api/templates/${template.templateId}`, change)
    const body = { template: 'Coffee', values: { name: 'Ada', number: 7, stamps: 0 } }
    await send('PUT', `/api/passes/${made.serialNumber}`, body)
    const adjust = () =>
      send('POST', `/api/passes/${made.serialNumber}/adjust`, { field: 'stamps', by: 1 })
    await Promise.all([adjust(), adjust(), adjust()])
    expect((await get()).pass.stripURL).toBe(`${origin.url}/strip-3.png`)
    expect(origin.requestPaths).toContain('/strip-3.png')
    isThere = false
    const refused = await readErrorResponse(
      await call('POST', `/api/passes/${made.serialNumber}/adjust`, { field: 'stamps', by: 1 }),
    )
    expect(refused.issues?.[0]?.path).toBe('stripURL')
    expect(await says()).toMatchObject({ stamps: 3 })
  })
})
