import type { EmailRequest } from '@passwright/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { EmailMessage } from '../../src/email/mailer.ts'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { eventually } from '../support/eventually.ts'
import { type ScriptedMailer, scriptedMailer } from '../support/fake-mailer.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }
const to = 'ada@example.com'

describe.each(databases)('asking for a mail on $name', ({ url: newUrl }) => {
  let service: TestService
  let mailer: ScriptedMailer
  let key: string

  beforeAll(async () => {
    const change = () => ({
      mailer: { ...scriptedMailer(), send: (message: EmailMessage) => mailer.send(message) },
    })
    service = await startTestService({ databaseUrl: await newUrl(), env: mail, change })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    mailer = scriptedMailer()
    key = await service.createKey()
  })

  const client = () => service.client(key)
  const create = (email: object, more: object = {}, headers = {}) =>
    service.fetch('/api/passes', { key, headers, json: { title: 'Club', email, ...more } })
  const send = (serialNumber: string, json: unknown, headers = {}) =>
    service.fetch(`/api/passes/${serialNumber}/email`, { key, headers, json })
  const sent = (emailId: string) =>
    eventually(
      () => client().getEmail(emailId),
      ({ status }) => status === 'sent',
    )
  const mailsAsked = async () => {
    const rows = await service.ctx.db.selectFrom('email').select(['id', 'key_id']).execute()
    const { id } = await service.ctx.db
      .selectFrom('api_key')
      .select('id')
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow()
    return rows.filter((row) => row.key_id === id).length
  }

  it('in the call that makes the pass answers at once, and the pass tells of its mail', async () => {
    const made = await client().createPass({ title: 'Club', email: { to, name: 'Ada' } })
    expect(made.email).toEqual({ emailId: expect.stringMatching(/^eml_/), status: 'queued' })
    const { emailId = '' } = made.email ?? {}
    expect(await sent(emailId)).toMatchObject({ emailId, to, serialNumber: made.serialNumber })
    const { email } = await client().getPass(made.serialNumber)
    expect(email).toEqual({ emailId, to, status: 'sent' })
    const { events } = await client().listEvents()
    expect(events.map(({ type, data }) => [type, data.email])).toEqual([
      ['pass.created', { emailId, to, status: 'queued' }],
      ['email.sent', { emailId, to, status: 'sent' }],
    ])
    const message = mailer.messages.find(({ id }) => id === emailId)
    expect(message?.to).toEqual({ name: 'Ada', address: to })
  })

  it('for a pass that is there answers 202, and the last mail is the one that is shown', async () => {
    const { serialNumber } = await client().createPass({ title: 'Club', email: { to } })
    const answer = await send(serialNumber, { to: 'bob@example.com' })
    expect(answer.status).toBe(202)
    const { emailId } = (await answer.json()) as { emailId: string }
    await sent(emailId)
    expect((await client().getPass(serialNumber)).email).toMatchObject({
      emailId,
      to: 'bob@example.com',
    })
    const found = async (email: string) =>
      (await client().listPasses({ email })).passes.map((pass) => pass.serialNumber)
    expect(await found('ADA@Example.com')).toEqual([serialNumber])
    expect(await found('bob@example.com')).toEqual([serialNumber])
    expect(await found('eve@example.com')).toEqual([])
  })

  it('with an externalId sends again, also when nothing of the pass has changed', async () => {
    const wish = { title: 'Club', externalId: 'member-7', email: { to } }
    const first = await client().createPass(wish)
    const second = await client().createPass(wish)
    expect(second.serialNumber).toBe(first.serialNumber)
    expect(second.lastUpdated).toBe(first.lastUpdated)
    expect(second.email?.emailId).not.toBe(first.email?.emailId)
    expect(await mailsAsked()).toBe(2)
  })

  it('tells the id beside the file too', async () => {
    const answer = await service.fetch('/api/pkpass', {
      key,
      json: { title: 'Club', barcodeValue: '1', barcodeFormat: 'QR', email: { to } },
    })
    await sent(answer.headers.get('x-email-id') ?? '')
  })

  it('with the same Idempotency-Key is one mail, whichever of the two calls it was', async () => {
    const once = { 'idempotency-key': 'wish' }
    const answers = await Promise.all([create({ to }, {}, once), create({ to }, {}, once)])
    const made = (await Promise.all(answers.map((answer) => answer.json()))) as {
      serialNumber: string
    }[]
    expect(made[1]).toEqual(made[0])
    expect(await mailsAsked()).toBe(1)
    const { serialNumber = '' } = made[0] ?? {}
    const twice = { 'idempotency-key': 'again' }
    const [first, second] = [
      await send(serialNumber, { to }, twice),
      await send(serialNumber, { to }, twice),
    ]
    expect([second.status, await second.json()]).toEqual([202, await first.json()])
    expect(await mailsAsked()).toBe(2)
    const other = await problemIn(await send(serialNumber, { to: 'bob@example.com' }, twice))
    expect(other.code).toBe('idempotency_mismatch')
  })

  it('with an Idempotency-Key is told again what it was told, also when the pass is gone by then', async () => {
    const { serialNumber } = await client().createPass({ title: 'Club' })
    const once = { 'idempotency-key': 'before-the-end' }
    const first = await send(serialNumber, { to }, once)
    await client().deletePass(serialNumber)
    const again = await send(serialNumber, { to }, once)
    expect([again.status, await again.json()]).toEqual([202, await first.json()])
    expect((await problemIn(await send(serialNumber, { to }))).code).toBe('pass_deleted')
  })

  it('for one pass by many ways at once never has them wait for each other in a ring', async () => {
    const { serialNumber } = await client().createPass({ title: 'Club', externalId: 'busy' })
    for (let round = 0; round < 8; round += 1) {
      const upsert = create({ to }, { title: `Club ${round}`, externalId: 'busy' })
      const answers = await Promise.all([
        upsert,
        ...Array.from({ length: 6 }, () => send(serialNumber, { to })),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, ...Array(6).fill(202)])
    }
  })

  it.each<[string, object, string]>([
    ['no address', { name: 'Ada' }, 'to'],
    ['a list', { to: 'ada@example.com, bob@example.com' }, 'to'],
    ['a name before the address', { to: 'Ada <ada@example.com>' }, 'to'],
    ['a blank', { to: 'ada@example.com ' }, 'to'],
    ['no host', { to: 'ada@' }, 'to'],
    ['a number for a host', { to: 'ada@192.0.2.1' }, 'to'],
    ['a host that cannot be', { to: 'ada@xn--ü.example' }, 'to'],
    ['a placeholder that nobody knows', { to, subject: 'Hi {{firstName}}' }, 'subject'],
    ['one in the message', { to, message: 'Hi {{ name }} of {{club}}' }, 'message'],
    [
      'an expression with braces of its own',
      { to, message: '{{ items.map(i => { i }) }}' },
      'message',
    ],
    ['a brace in a placeholder', { to, subject: '{{a{b}}' }, 'subject'],
    ['a host that is an address of numbers', { to: 'ada@0x7f.0xa' }, 'to'],
    ['a host with a label that is too long', { to: `ada@${'a'.repeat(64)}.example` }, 'to'],
    ['a blank subject', { to, subject: ' ' }, 'subject'],
    ['a field that is none', { to, cc: 'bob@example.com' }, 'cc'],
    ['a number for a text', { to, message: 7 }, 'message'],
  ])('with %s is refused at its place, and nothing is made', async (_, email, path) => {
    const problem = await problemIn(await create(email))
    expect(problem).toMatchObject({ status: 400, issues: [{ path: `email.${path}` }] })
    expect((await client().listPasses()).passes).toEqual([])
    const { serialNumber } = await client().createPass({ title: 'Club' })
    const sending = await problemIn(await send(serialNumber, email))
    expect(sending).toMatchObject({ status: 400, issues: [{ path }] })
    expect(await mailsAsked()).toBe(0)
  })

  it('of a pass or a mail that is not there, or another key’s, is a 404 whatever the body', async () => {
    const made = await client().createPass({ title: 'Club', email: { to } })
    const stranger = await service.createKey()
    for (const asked of [
      { key, serial: 'unknown', email: 'eml_unknown' },
      { key: stranger, serial: made.serialNumber, email: made.email?.emailId },
    ]) {
      const { serial, email, ...with_ } = asked
      const sending = service.fetch(`/api/passes/${serial}/email`, { ...with_, json: { to: 7 } })
      expect((await problemIn(await sending)).code).toBe('not_found')
      const reading = await service.fetch(`/api/emails/${email}`, with_)
      expect((await problemIn(reading)).code).toBe('not_found')
    }
  })

  it('fills in what the letter is about, and leaves braces of a name alone', async () => {
    const email: EmailRequest = {
      to,
      name: '{{title}}',
      subject: '{{ name }} of {{organizationName}}',
      message: '{{title}}!',
    }
    const made = await client().createPass({ title: 'Club', organizationName: 'Riverside', email })
    await sent(made.email?.emailId ?? '')
    const sent_ = mailer.messages.find(({ id }) => id === made.email?.emailId)!
    expect(sent_.email.subject).toBe('{{title}} of Riverside')
    expect(sent_.email.text).toContain('Club!')
  })
})

describe('a service without a mail server', () => {
  it('refuses to send, says what its operator must set, and makes nothing', async () => {
    const service = await startTestService()
    onTestFinished(() => service.stop())
    const key = await service.createKey()
    const json = { title: 'Club', email: { to } }
    const problem = await problemIn(await service.fetch('/api/passes', { key, json }))
    expect(problem).toMatchObject({ status: 400, issues: [{ path: 'email' }] })
    expect(problem.error).toContain('SMTP_URL')
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const path = `/api/passes/${serialNumber}/email`
    const sending = await problemIn(await service.fetch(path, { key, json: { to } }))
    expect([sending.status, sending.error]).toEqual([400, expect.stringContaining('SMTP_URL')])
    expect((await service.client(key).listPasses()).passes).toHaveLength(1)
  })
})
