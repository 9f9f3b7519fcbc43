import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

describe.each(databases)('an invalid body on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await createDatabase() })
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const post = (body: string) =>
    service.fetch('/api/passes', {
      method: 'POST',
      key,
      headers: { 'content-type': 'application/json' },
      body,
    })

  it('gets all of its errors at once, each with its path', async () => {
    const invalid = {
      title: ['Pass'],
      label: true,
      value: 'a\u0000b',
      barcodeValue: false,
      barcodeFormat: 'EAN',
      style: 7,
      colorPreset: 7,
      color: 'red',
      foregroundColor: '#12',
      labelColor: 12,
      logoURL: {},
      logoText: [],
      cardLabel: 'x'.repeat(65),
      description: ' ',
      organizationName: ' ',
      headerFields: {},
      primaryFields: 'Anna',
      secondaryFields: [1, { value: null }, { value: 'x', textAlignment: 'middle', row: 2 }],
      backFields: [
        { key: ['k'], value: 'x' },
        { value: 'x', key: 'k', numberStyle: 'decimal' },
      ],
      expirationDate: '2027-02-30T10:00:00Z',
      expirationDays: '30',
      relevantDate: '2027-02-20',
      relevantDates: [{ endDate: '2027-02-20T10:00:00Z' }],
      locations: [{ latitude: '48', longitude: 181 }],
      maxDistance: -1,
      sharingProhibited: 'yes',
      externalId: [7],
      metadata: { a: true },
      passTypeIdentifier: ['pass.com.example'],
      colour: 'red',
    }
    const { status, issues = [] } = await readErrorResponse(await post(JSON.stringify(invalid)))
    expect(status).toBe(400)
    expect(issues.map(({ path }) => path).sort()).toEqual([
      'backFields[0].key',
      'backFields[1].value',
      'barcodeFormat',
      'barcodeValue',
      'cardLabel',
      'color',
      'colorPreset',
      'colour',
      'description',
      'expirationDate',
      'expirationDays',
      'externalId',
      'foregroundColor',
      'headerFields',
      'label',
      'labelColor',
      'locations[0].latitude',
      'locations[0].longitude',
      'logoText',
      'logoURL',
      'maxDistance',
      'metadata.a',
      'organizationName',
      'passTypeIdentifier',
      'primaryFields',
      'relevantDate',
      'relevantDates[0]',
      'relevantDates[0].startDate',
      'secondaryFields[0]',
      'secondaryFields[1].value',
      'secondaryFields[2].row',
      'secondaryFields[2].textAlignment',
      'sharingProhibited',
      'style',
      'title',
      'value',
    ])
    for (const { message } of issues) expect(message).toMatch(/^(must|is|has|may|cannot) /)
  })

  it('gets an unknown Pass Type ID together with its other errors', async () => {
    const body = { color: 'red', passTypeIdentifier: 'pass.com.example.unknown' }
    const { issues } = await readErrorResponse(await post(JSON.stringify(body)))
    expect(issues?.map(({ path }) => path)).toEqual(['color', 'title', 'passTypeIdentifier'])
  })

  it('gets at most 100 of its errors, whatever found them', async () => {
    const { serialNumber } = await service.client(key).createPass({
      title: 'Pass',
      backFields: Array.from({ length: 50 }, () => ({ value: 'x' })),
    })
    const manyFields = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, 1]))
    const requests = [
      ['POST', '/api/passes', { title: 'Pass', ...manyFields }],
      ['PATCH', `/api/passes/${serialNumber}`, manyFields],
      ['PATCH', `/api/passes/${serialNumber}`, { locations: Array(300).fill({}) }],
      ['PATCH', `/api/passes/${serialNumber}`, { apple: manyFields, userInfo: 1 }],
    ] as const
    for (const [method, path, json] of requests) {
      const problem = await readErrorResponse(await service.fetch(path, { method, key, json }))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(problem.issues?.length).toBeGreaterThan(0)
      expect(problem.issues?.length).toBeLessThanOrEqual(100)
    }
  })

  it.each([
    ['/api/people?email=a@b.example&email=c@d.example', undefined, 'email', 'must be a text'],
    ['/message', { message: null }, 'message', 'must be a text'],
    ['/message', { message: ' ' }, 'message', 'must not be blank'],
    [
      '/api/webhooks',
      { url: `https://x.example/${'a'.repeat(2000)}` },
      'url',
      'must be 2000 characters or less',
    ],
  ])(
    'of %s is reported without the sample of another field',
    async (address, json, path, message) => {
      const made = await service.fetch('/api/passes', { key, json: { title: 'Club' } })
      const serialNumber = made.headers.get('x-serial-number')
      const url = address.replace(/^\/message$/, `/api/passes/${serialNumber}/message`)
      const response = await service.fetch(url, { key, ...(json === undefined ? {} : { json }) })
      expect((await readErrorResponse(response)).issues).toEqual([{ path, message }])
    },
  )

  it('without any JSON gets an empty list of issues', async () => {
    for (const body of ['', 'x', '{"title":', '\xff']) {
      const problem = await readErrorResponse(await post(body))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_json', issues: [] })
    }
  })

  it('with a hundred thousand errors quickly gets a short reply', async () => {
    const bodies = [
      `{"title":"Pass",${Array.from({ length: 15_000 }, (_, n) => `"f${n}":1`).join()}}`,
      `{"title":"Pass","locations":[${'1,'.repeat(500_000)}1]}`,
      `{"title":"Pass",${Array.from({ length: 100_000 }, (_, n) => `"f${n}":1`).join()}}`,
      `{"title":"Pass","metadata":{${Array.from({ length: 100_000 }, (_, n) => `"f${n}":1`).join()}}}`,
      `{"title":"Pass","value":[${'"\\u0000",'.repeat(200_000)}1]}`,
    ]
    for (const body of bodies) {
      const startedAt = performance.now()
      const response = await post(body)
      const problem = await readErrorResponse(response)
      expect(performance.now() - startedAt).toBeLessThan(3_000)
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(JSON.stringify(problem.issues).length).toBeLessThan(20_000)
    }
  })
})
