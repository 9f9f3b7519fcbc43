import type { MadePass, PassDetails, Template } from '@passwright/shared/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'

const pass = {
  title: 'Riverside Climbing Club',
  barcodeValue: 'MEMBER-{{number}}',
  barcodeFormat: 'QR',
  secondaryFields: [{ key: 'name', label: 'Name', value: '{{name}}' }],
  auxiliaryFields: [
    { key: 'points', label: 'Points', value: '{{points}}' },
    { key: 'level', label: 'Level', value: '{{level}}' },
  ],
  backFields: [{ key: 'about', label: 'About', value: 'Hello {{name}}{{title}}!' }],
  expirationDate: '{{until}}',
}
const inputs = [
  { key: 'name', label: 'Member name', aliases: ['member'] },
  { key: 'points', type: 'number', default: 0 },
  { key: 'level', type: 'choice', choices: ['Gold', 'Day Guest'], required: false },
  { key: 'until', type: 'date', required: false },
  { key: 'title', required: false },
]
const values = { name: 'Ada Example', number: 1042 }

describe.each(databases)('templates on $name', ({ createDatabase }) => {
  const mailer = createFakeMailer()
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' },
      overrides: () => ({ mailer }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  const call = (path: string, json?: unknown, method = json === undefined ? 'GET' : 'POST') =>
    service.fetch(path, { key, method, ...(json === undefined ? {} : { json }) })
  const createTemplate = async (body: object = {}) => {
    const response = await call('/api/templates', { name: 'Member card', pass, inputs, ...body })
    expect(await response.clone().text()).not.toContain('error')
    expect(response.status).toBe(201)
    return (await response.json()) as Template
  }
  const create = async (body: object, query = '') => {
    const response = await call(`/api/passes${query}`, body)
    expect(await response.clone().text()).not.toContain('"issues"')
    expect(response.status).toBeLessThan(300)
    return (await response.json()) as MadePass
  }
  const get = async ({ serialNumber }: { serialNumber: string }) =>
    (await (await call(`/api/passes/${serialNumber}`)).json()) as PassDetails
  const refuse = async (path: string, json?: unknown, method?: string) =>
    readErrorResponse(await call(path, json, method))
  const refuseValues = async (given: object) => {
    const { status, issues } = await refuse('/api/passes', {
      template: 'Member card',
      values: given,
    })
    expect(status).toBe(400)
    return issues ?? []
  }

  it('a template asks for what its placeholders need, and is listed without its pass', async () => {
    const template = await createTemplate()
    expect(template).toMatchObject({ name: 'Member card', version: 1, passes: 0, pass })
    expect(template.inputs).toEqual([
      { key: 'name', label: 'Member name', type: 'text', required: true, aliases: ['member'] },
      { key: 'points', label: 'Points', type: 'number', required: false, default: 0 },
      {
        ...{ key: 'level', label: 'Level', type: 'choice', required: false },
        choices: ['Gold', 'Day Guest'],
      },
      { key: 'until', label: 'Until', type: 'date', required: false },
      { key: 'title', label: 'Title', type: 'text', required: false },
      { key: 'number', label: 'Number', type: 'text', required: true },
    ])
    const { pass: _, ...summary } = template
    expect(await (await call('/api/templates')).json()).toEqual({ templates: [summary] })
    expect(await (await call(`/api/templates/${template.templateId}`)).json()).toEqual(template)
  })

  it('a pass is made from a template by name or id, and says so in replies, lists and events', async () => {
    const { templateId, name } = await createTemplate()
    const made = await create({ template: 'Member card', values })
    expect(made).toMatchObject({
      ...{ title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042', outcome: 'created' },
      template: { templateId, name, version: 1 },
    })
    const details = await get(made)
    expect(details.values).toEqual(values)
    expect(details.pass).toMatchObject({
      secondaryFields: [{ value: 'Ada Example' }],
      auxiliaryFields: [{ key: 'points', value: 0 }],
      backFields: [{ value: 'Hello Ada Example!' }],
    })
    expect(details.pass).not.toHaveProperty('expirationDate')
    const other = await create({ title: 'By hand' })
    expect(other).not.toHaveProperty('template')
    const byId = await create({
      template: templateId,
      values: { ...values, member: 'Bo', name: '' },
    })
    expect((await get(byId)).values).toEqual({ name: 'Bo', number: 1042 })
    for (const filter of [templateId, name]) {
      const { passes } = await service.client(key).listPasses({ template: filter })
      expect(passes.map((each) => each.serialNumber)).toEqual([
        byId.serialNumber,
        made.serialNumber,
      ])
    }
    const [event] = (await service.client(key).listEvents({ type: 'pass.created' })).events
    expect(event?.data.template).toEqual({ templateId, name, version: 1 })
    expect(await (await call(`/api/templates/${templateId}`)).json()).toMatchObject({ passes: 2 })
  })

  it('a value that cannot be used is an issue at its key, under its label, and names the inputs', async () => {
    await createTemplate()
    const known = 'name (Member name), points (Points)'
    const find = async (given: object) =>
      Object.fromEntries((await refuseValues(given)).map(({ path, message }) => [path, message]))
    expect(await find({ name: ' ' })).toEqual({
      'values.name': expect.stringMatching(/Member name\) is required; .*name \(Member name\)/),
      'values.number': expect.stringContaining(known),
    })
    const wrong = { ...values, points: 'many', level: 'Silver', until: '05/03/2027', nick: 'x' }
    expect(Object.keys(await find(wrong)).sort()).toEqual(
      ['level', 'nick', 'points', 'until'].map((name) => `values.${name}`),
    )
    expect(await find({ ...values, name: ['a'] })).toHaveProperty(['values.name'])
    const [unknown] = (await refuse('/api/passes', { template: 'Other', values })).issues ?? []
    expect(unknown?.path).toBe('template')
    expect((await refuse('/api/passes', { values })).issues?.[0]?.path).toBe('template')
  })

  it('takes numbers as texts where a text belongs and the reverse', async () => {
    await createTemplate({
      pass: {
        title: '{{title}}',
        expirationDays: '{{days}}',
        barcodeValue: '{{code}}',
        primaryFields: [{ key: 'p', value: '{{price}}', currencyCode: 'EUR' }],
        backFields: [
          { key: 'b', value: '{{amount}}' },
          { key: 'c', value: '{{text}}' },
        ],
      },
      inputs: [{ key: 'amount', type: 'number' }],
    })
    const given = { title: 7, days: '30', code: 1042, price: '48.5', amount: '12', text: '007' }
    const made = await create({ template: 'Member card', values: given })
    expect((await get(made)).pass).toMatchObject({
      ...{ title: '7', barcodeValue: '1042' },
      primaryFields: [{ value: 48.5 }],
      backFields: [{ value: 12 }, { value: '007' }],
      expirationDate: expect.any(String),
    })
  })

  it('no value adds a field, a key, a link or a placeholder', async () => {
    await createTemplate({
      pass: {
        title: 'Club {{a}}',
        barcodeValue: '{{a}}',
        backFields: [
          { key: 'f', label: '{{a}}', value: 'x {{a}}', attributedValue: 'See {{a}}' },
          {
            key: 'g',
            value: '{{b}}',
            attributedValue: '<a href="https://club.example/{{b}}">you</a>',
          },
        ],
        metadata: { note: '{{a}}' },
        email: {
          to: '{{mail}}',
          name: '{{a}}',
          subject: '{{title}} {{b}}',
          message: '{{name}} {{a}}',
        },
      },
      inputs: [{ key: 'mail', type: 'email' }],
    })
    const a = '{{b}} {{name}}","x":{"y":1}} </a> {{{{a}}}}'
    const b = '"><a href="https://evil.example">{{title}}'
    const made = await create({
      template: 'Member card',
      values: { a, b, mail: 'ada@example.com' },
    })
    const { pass: body } = await get(made)
    expect(body).toMatchObject({ title: `Club ${a}`, barcodeValue: a, metadata: { note: a } })
    expect(Object.keys(body).sort()).toEqual([
      ...['backFields', 'barcodeValue', 'metadata', 'passTypeIdentifier', 'title'],
    ])
    const [f, g] = body.backFields as Record<string, string>[]
    expect(f).toMatchObject({ key: 'f', label: a, value: `x ${a}` })
    expect(f?.attributedValue).not.toContain('<')
    expect(g?.attributedValue?.match(/<a /g)).toHaveLength(1)
    await expect.poll(() => mailer.messages.length).toBe(1)
    expect(mailer.messages[0]?.email.subject).toBe(`Club ${a} ${b}`)
    expect(mailer.messages[0]?.email.text.replace(/\s+/g, ' ')).toContain(`${a} ${a}`)
  })
})
