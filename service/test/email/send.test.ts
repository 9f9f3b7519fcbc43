import type { EmailRequest, MadePass } from '@passwright/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { EmailMessage } from '../../src/email/mailer.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakeMailer, type FakeMailer } from '../support/mail/fake-mailer.ts'

const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }
const to = 'ada@example.com'

describe.each(databases)('an email with a pass on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let mailer: FakeMailer
  let key: string

  beforeAll(async () => {
    const overrides = () => ({
      mailer: { ...createFakeMailer(), send: (message: EmailMessage) => mailer.send(message) },
    })
    service = await startTestService({ databaseUrl: await newUrl(), env: mail, overrides })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    mailer = createFakeMailer()
    key = await service.createKey()
  })

  const client = () => service.client(key)
  const create = (email: object, more: object = {}, headers = {}) =>
    service.fetch('/api/passes', { key, headers, json: { title: 'Club', email, ...more } })
  const send = (serialNumber: string, json: unknown, headers = {}) =>
    service.fetch(`/api/passes/${serialNumber}/email`, { key, headers, json })
  const waitUntilSent = (emailId: string) =>
    waitFor(
      () => client().getEmail(emailId),
      ({ status }) => status === 'sent',
    )
  const countEmails = async () => {
    const rows = await service.ctx.db.selectFrom('email').select(['id', 'key_id']).execute()
    const { id } = await service.ctx.db
      .selectFrom('api_key')
      .select('id')
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow()
    return rows.filter((row) => row.key_id === id).length
  }

  it('requested with the pass is queued at once, and the pass shows its status', async () => {
    const created = await client().createPass({ title: 'Club', email: { to, name: 'Ada' } })
    expect(created.email).toEqual({ emailId: expect.stringMatching(/^eml_/), status: 'queued' })
    const { emailId = '' } = created.email ?? {}
    expect(await waitUntilSent(emailId)).toMatchObject({
      emailId,
      to,
      serialNumber: created.serialNumber,
    })
    const { email } = await client().getPass(created.serialNumber)
    expect(email).toEqual({ emailId, to, status: 'sent' })
    const { events } = await client().listEvents()
    expect(events.map(({ type, data }) => [type, data.email])).toEqual([
      ['pass.created', { emailId, to, status: 'queued' }],
      ['email.sent', { emailId, to, status: 'sent' }],
    ])
    const message = mailer.messages.find(({ id }) => id === emailId)
    expect(message?.to).toEqual({ name: 'Ada', address: to })
  })

  it('for an existing pass is a 202, and the pass shows its last email', async () => {
    const { serialNumber } = await client().createPass({ title: 'Club', email: { to } })
    const response = await send(serialNumber, { to: 'bob@example.com' })
    expect(response.status).toBe(202)
    const { emailId } = (await response.json()) as { emailId: string }
    await waitUntilSent(emailId)
    expect((await client().getPass(serialNumber)).email).toMatchObject({
      emailId,
      to: 'bob@example.com',
    })
    const findByEmail = async (email: string) =>
      (await client().listPasses({ email })).passes.map((pass) => pass.serialNumber)
    expect(await findByEmail('ADA@Example.com')).toEqual([serialNumber])
    expect(await findByEmail('bob@example.com')).toEqual([serialNumber])
    expect(await findByEmail('eve@example.com')).toEqual([])
  })

  it('with a known externalId is sent again, even if the pass is unchanged', async () => {
    const request = { title: 'Club', externalId: 'member-7', email: { to } }
    const first = await client().createPass(request)
    const second = await client().createPass(request)
    expect(second.serialNumber).toBe(first.serialNumber)
    expect(second.lastUpdated).toBe(first.lastUpdated)
    expect(second.email?.emailId).not.toBe(first.email?.emailId)
    expect(await countEmails()).toBe(2)
  })

  it('has its id in a header if the response is the file', async () => {
    const response = await service.fetch('/api/pkpass', {
      key,
      json: { title: 'Club', barcodeValue: '1', barcodeFormat: 'QR', email: { to } },
    })
    await waitUntilSent(response.headers.get('x-email-id') ?? '')
  })

  it('with the same Idempotency-Key is sent once, with the pass and on its own', async () => {
    const once = { 'idempotency-key': 'first' }
    const responses = await Promise.all([create({ to }, {}, once), create({ to }, {}, once)])
    const passes = (await Promise.all(responses.map((response) => response.json()))) as {
      serialNumber: string
    }[]
    expect(passes[1]).toEqual(passes[0])
    expect(await countEmails()).toBe(1)
    const { serialNumber = '' } = passes[0] ?? {}
    const twice = { 'idempotency-key': 'again' }
    const [first, second] = [
      await send(serialNumber, { to }, twice),
      await send(serialNumber, { to }, twice),
    ]
    expect([second.status, await second.json()]).toEqual([202, await first.json()])
    expect(await countEmails()).toBe(2)
    const other = await readErrorResponse(
      await send(serialNumber, { to: 'bob@example.com' }, twice),
    )
    expect(other.code).toBe('idempotency_mismatch')
  })

  it('with an Idempotency-Key has the same response again, even after the pass was deleted', async () => {
    const { serialNumber } = await client().createPass({ title: 'Club' })
    const once = { 'idempotency-key': 'before-the-end' }
    const first = await send(serialNumber, { to }, once)
    await client().deletePass(serialNumber)
    const again = await send(serialNumber, { to }, once)
    expect([again.status, await again.json()]).toEqual([202, await first.json()])
    expect((await readErrorResponse(await send(serialNumber, { to }))).code).toBe('pass_deleted')
  })

  it('can be requested concurrently for one pass without a deadlock', async () => {
    const { serialNumber } = await client().createPass({ title: 'Club', externalId: 'busy' })
    for (let round = 0; round < 8; round += 1) {
      const title = `Club ${round}`
      const upsert = () => create({ to }, { title, externalId: 'busy' })
      const sendSix = () => Array.from({ length: 6 }, () => send(serialNumber, { to }))
      const responses = await Promise.all([upsert(), ...sendSix()])
      expect(responses.map(({ status }) => status)).toEqual([200, ...Array(6).fill(202)])
      const unchanged = await Promise.all([upsert(), ...sendSix(), upsert(), ...sendSix()])
      expect(unchanged.filter(({ status }) => status === 503)).toEqual([])
    }
  })

  it.each<[string, object, string]>([
    ['no address', { name: 'Ada' }, 'to'],
    ['a list', { to: 'ada@example.com, bob@example.com' }, 'to'],
    ['a name before the address', { to: 'Ada <ada@example.com>' }, 'to'],
    ['a space in the address', { to: 'ada @example.com' }, 'to'],
    ['an empty address', { to: '' }, 'to'],
    ['no host', { to: 'ada@' }, 'to'],
    ['an IP address as host', { to: 'ada@192.0.2.1' }, 'to'],
    ['an invalid host', { to: 'ada@xn--ü.example' }, 'to'],
    ['an unknown placeholder', { to, subject: 'Hi {{firstName}}' }, 'subject'],
    [
      'an unknown placeholder in the message',
      { to, message: 'Hi {{ name }} of {{club}}' },
      'message',
    ],
    [
      'an expression that contains braces',
      { to, message: '{{ items.map(i => { i }) }}' },
      'message',
    ],
    ['a brace in a placeholder', { to, subject: '{{a{b}}' }, 'subject'],
    ['a host that is a hexadecimal IP address', { to: 'ada@0x7f.0xa' }, 'to'],
    ['a host with a label that is too long', { to: `ada@${'a'.repeat(64)}.example` }, 'to'],
    ['a blank subject', { to, subject: ' ' }, 'subject'],
    ['an unknown field', { to, cc: 'bob@example.com' }, 'cc'],
    ['a list instead of a text', { to, message: [7] }, 'message'],
  ])(
    'with %s is rejected with the path of the error, and nothing is created',
    async (_, email, path) => {
      const problem = await readErrorResponse(await create(email))
      expect(problem).toMatchObject({ status: 400, issues: [{ path: `email.${path}` }] })
      expect((await client().listPasses()).passes).toEqual([])
      const { serialNumber } = await client().createPass({ title: 'Club' })
      const sending = await readErrorResponse(await send(serialNumber, email))
      expect(sending).toMatchObject({ status: 400, issues: [{ path }] })
      expect(await countEmails()).toBe(0)
    },
  )

  it('goes to an address with blanks round it, and what is null or empty in it is not given', async () => {
    const email = { to: '\u00a0 ada@example.com\u200b\r\n', name: null, subject: '', message: 7 }
    const created = (await (await create(email)).json()) as MadePass
    const sent = (await (await send(created.serialNumber, email)).json()) as { emailId: string }
    for (const emailId of [created.email?.emailId ?? '', sent.emailId]) {
      expect(await (await service.fetch(`/api/emails/${emailId}`, { key })).json()).toMatchObject({
        to: 'ada@example.com',
      })
      await waitUntilSent(emailId)
    }
  })

  it('is a 404 if the pass or the email is unknown or belongs to another key, whatever the body', async () => {
    const created = await client().createPass({ title: 'Club', email: { to } })
    const stranger = await service.createKey()
    for (const target of [
      { key, serial: 'unknown', email: 'eml_unknown' },
      { key: stranger, serial: created.serialNumber, email: created.email?.emailId },
    ]) {
      const { serial, email, ...auth } = target
      const sending = service.fetch(`/api/passes/${serial}/email`, { ...auth, json: { to: 7 } })
      expect((await readErrorResponse(await sending)).code).toBe('not_found')
      const reading = await service.fetch(`/api/emails/${email}`, auth)
      expect((await readErrorResponse(reading)).code).toBe('not_found')
    }
  })

  it('fills in placeholders, but not those inside filled-in values', async () => {
    const email: EmailRequest = {
      to,
      name: '{{title}}',
      subject: '{{ name }} of {{organizationName}}',
      message: '{{title}}!',
    }
    const created = await client().createPass({
      title: 'Club',
      organizationName: 'Riverside',
      email,
    })
    await waitUntilSent(created.email?.emailId ?? '')
    const message = mailer.messages.find(({ id }) => id === created.email?.emailId)!
    expect(message.email.subject).toBe('{{title}} of Riverside')
    expect(message.email.text).toContain('Club!')
  })
})

describe('a service without a mail server', () => {
  it('rejects requests for an email, names the missing setting, and creates nothing', async () => {
    const service = await startTestService()
    onTestFinished(() => service.stop())
    const key = await service.createKey()
    const json = { title: 'Club', email: { to } }
    const problem = await readErrorResponse(await service.fetch('/api/passes', { key, json }))
    expect(problem).toMatchObject({ status: 400, issues: [{ path: 'email' }] })
    expect(problem.error).toContain('SMTP_URL')
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const path = `/api/passes/${serialNumber}/email`
    const sending = await readErrorResponse(await service.fetch(path, { key, json: { to } }))
    expect([sending.status, sending.error]).toEqual([400, expect.stringContaining('SMTP_URL')])
    expect((await service.client(key).listPasses()).passes).toHaveLength(1)
  })
})
