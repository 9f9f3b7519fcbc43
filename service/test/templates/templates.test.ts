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

  it('an empty property of an input is not given, but for an empty default or sample', async () => {
    const nothing = { label: null, type: '', required: null, help: '', choices: [], aliases: null }
    const { inputs: read } = await createTemplate({
      pass: { title: 'Club', value: '{{name}}', label: '{{label}}' },
      inputs: [
        { key: 'name', ...nothing, default: null, sample: null },
        { key: 'label', ...nothing, default: '' },
      ],
    })
    expect(read).toEqual([
      { key: 'name', label: 'Name', type: 'text', required: true },
      { key: 'label', label: 'Label', type: 'text', required: false, default: '' },
    ])
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
    // One is missing, and another is not right for its place: both at once.
    expect(await find({ name: ' ', number: 'x'.repeat(3000) })).toEqual({
      'values.name': expect.stringContaining('is required'),
      'values.number': expect.stringContaining('is not right for barcodeValue'),
    })
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

  it('a template that could make no good pass is refused at the place, and nothing is stored', async () => {
    const paths = async (body: object) =>
      ((await refuse('/api/templates', { name: 'Card', ...body })).issues ?? []).map(
        (issue) => issue.path,
      )
    const field = { key: '{{k}}', value: 'x' }
    expect(await paths({ pass: { title: '{{a b}}', 'x{{y}}': 1, backFields: [field] } })).toEqual([
      ...['pass.title', 'pass.x{{y}}', 'pass.backFields[0].key'],
    ])
    const used = { title: '{{a}}', value: '{{b}}' }
    const twice = [{ key: 'a' }, { key: 'a' }, { key: 'c' }, { key: 'b', aliases: ['a'] }]
    expect(await paths({ pass: used, inputs: twice })).toEqual([
      ...['inputs[1].key', 'inputs[2].key', 'inputs[3].aliases'],
    ])
    const typed = [
      { key: 'a', type: 'number', sample: 'x' },
      { key: 'b', type: 'choice' },
    ]
    expect(await paths({ pass: used, inputs: typed })).toEqual([
      ...['inputs[1].choices', 'inputs[0].sample'],
    ])
    expect(await paths({ pass: { title: '{{a}}', colour: 'red' } })).toEqual(['pass.colour'])
    expect(await paths({ pass: { label: 'x' } })).toEqual(['pass.title'])
    const badSample = [{ key: 'a', sample: 'not a color' }]
    expect(await paths({ pass: { title: 'x', color: '{{a}}' }, inputs: badSample })).toEqual([
      'pass.color',
    ])
    const many = Array.from({ length: 51 }, (_, at) => `{{k${at}}}`).join(' ')
    expect(await paths({ pass: { title: 'x', backFields: [{ value: many }] } })).toEqual(['pass'])
    const free = await service.createKey('free')
    const own = { name: 'Own', pass: { title: 'x', color: '{{a}}' } }
    const refused = await service.fetch('/api/templates', { key: free, json: own })
    expect((await readErrorResponse(refused)).issues?.[0]?.path).toBe('pass.color')
    expect(await service.client(key).listTemplates()).toEqual({ templates: [] })
  })

  it('samples that nobody gave fit every kind of place', async () => {
    const { inputs: derived } = await createTemplate({
      pass: {
        ...{ style: '{{style}}', title: '{{title}}', color: '{{color}}', logoURL: '{{logo}}' },
        ...{ barcodeValue: 'Ä{{code}}', barcodeFormat: '{{format}}', relevantDate: '{{at}}' },
        ...{ expirationDate: '{{until}}', sharingProhibited: '{{shared}}', locale: '{{locale}}' },
        locations: [{ latitude: '{{lat}}', longitude: '{{long}}', relevantText: '{{near}}' }],
        primaryFields: [{ value: '{{day}}', dateStyle: 'short' }],
        metadata: { a: '{{meta}}' },
        email: { to: '{{mail}}', name: '{{who}}' },
      },
      inputs: undefined,
    })
    expect(derived).toHaveLength(17)
  })

  it('a key has a hundred templates and no more, each with a name of its own, however they race', async () => {
    const one = (name: string) => call('/api/templates', { name, pass: { title: 'x' } })
    const count = async (names: string[]) =>
      (await Promise.all(names.map(one))).filter(({ status }) => status === 201).length
    expect(await count(['Same', 'Same', 'Same', ' Same '])).toBe(1)
    expect((await refuse('/api/templates', { name: 'Same', pass: { title: 'x' } })).code).toBe(
      'template_exists',
    )
    await count(Array.from({ length: 94 }, (_, at) => `Template ${at}`))
    expect(await count(Array.from({ length: 12 }, (_, at) => `Last ${at}`))).toBe(5)
    const over = await refuse('/api/templates', { name: 'More', pass: { title: 'x' } })
    expect(over).toMatchObject({ status: 409, code: 'too_many_templates' })
    const { templates } = await service.client(key).listTemplates()
    expect(templates).toHaveLength(100)
    const [first, second] = templates
    expect(
      await (await call(`/api/templates/${first?.templateId}`, undefined, 'DELETE')).status,
    ).toBe(204)
    const renamed = { name: 'Same', pass: { title: 'x' } }
    const clash = await refuse(`/api/templates/${second?.templateId}`, renamed, 'PUT')
    expect(clash.code).toBe('template_exists')
    const other = await service.createKey()
    const foreign = await service.fetch(`/api/templates/${second?.templateId}`, { key: other })
    expect(foreign.status).toBe(404)
    const made = await service.fetch('/api/passes', { key: other, json: { template: 'Same' } })
    expect((await readErrorResponse(made)).issues?.[0]?.path).toBe('template')
  })

  it('what is beside the values wins, and braces in it stay braces', async () => {
    await createTemplate({
      pass: {
        ...pass,
        expirationDays: 30,
        expirationDate: undefined,
        color: '#112233',
        metadata: { a: '1' },
      },
      inputs: inputs.filter((each) => each.key !== 'until'),
    })
    const beside = {
      ...{ title: 'Hi {{name}}', expirationDate: '2031-01-01', colorPreset: 'red' },
      metadata: { b: '{{number}}' },
    }
    const body = { template: 'Member card', values, ...beside }
    expect(await (await call('/api/passes?dryRun=true', body)).json()).toEqual({
      ...{ valid: true, warnings: [] },
    })
    const made = await create(body)
    const { pass: says } = await get(made)
    expect(says).toMatchObject({
      ...{ title: 'Hi {{name}}', colorPreset: 'red', metadata: { a: '1', b: '{{number}}' } },
      expirationDate: '2031-01-01T23:59:59Z',
    })
    expect(says).not.toHaveProperty('color')
    const code128 = { barcodeFormat: 'Code128' }
    const wrong = await refuse('/api/passes', {
      ...body,
      values: { ...values, number: 'ä€' },
      ...code128,
    })
    expect(wrong.issues).toEqual([
      { path: 'values.number', message: expect.stringContaining('barcodeValue') },
    ])
  })
})
