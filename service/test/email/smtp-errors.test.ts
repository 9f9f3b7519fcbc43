import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toSmtpResult } from '../../src/email/smtp-result.ts'
import { listJobs } from '../../src/jobs/manage.ts'
import { retrySchedules } from '../../src/jobs/retry-schedule.ts'
import { databases } from '../support/databases.ts'
import { untilEnded, untilTried } from '../support/email-status.ts'
import {
  type SmtpFaults,
  type SmtpFaultsOptions,
  startSmtpFaults,
} from '../support/mail/fake-smtp-server.ts'
import {
  type MailingOptions,
  type MailingService,
  startMailingService,
  trust,
} from '../support/mail/mailing-service.ts'
import type { SmtpBehaviourName } from '../support/mail/smtp-behaviours.ts'
import { type Authority, makeAuthority } from '../support/origin-server.ts'

const Warned = z.object({ warnings: z.array(z.string()) })
const MINUTE = 60_000
const login = { user: 'press@wallet.test', password: 'open sesame' }
const card = { title: 'Riverside Climbing Club', email: { to: 'anna@wallet.test' } }

let authority: Authority

beforeAll(async () => {
  authority = await makeAuthority()
  trust(authority.cert)
})

interface Fault {
  behaviour: SmtpBehaviourName
  /** What the e-mail is after one attempt. */
  status: 'queued' | 'failed' | 'sent'
  reason: RegExp
  /** The operator is told. */
  warns: boolean
  /** It rests everything and costs no attempt. */
  pauses?: true
  /** How many copies the mailbox holds when the server is well again. */
  copies: 0 | 1 | 2
}

const later = { status: 'queued', warns: false, copies: 1 } as const
const unwell = { ...later, warns: true }
const never = { status: 'failed', warns: false, copies: 0 } as const
const paused = { ...unwell, pauses: true } as const

const faults: Fault[] = [
  { behaviour: 'refused', ...unwell, reason: /refuses the connection/ },
  { behaviour: 'silent', ...unwell, reason: /does not answer in time/ },
  { behaviour: 'slow', ...unwell, reason: /does not answer in time/ },
  { behaviour: 'drip', ...unwell, reason: /does not answer in time/ },
  { behaviour: 'drop-at-greeting', ...unwell, reason: /hung up/ },
  { behaviour: 'drop-in-data', ...unwell, reason: /hung up/ },
  { behaviour: 'drop-after-data', ...unwell, reason: /hung up/, copies: 2 },
  { behaviour: 'hang-after-data', ...unwell, reason: /does not answer in time/, copies: 2 },
  { behaviour: '421', ...unwell, reason: /421 4\.3\.2 Too busy/ },
  { behaviour: '421-at-rcpt', ...unwell, reason: /421 4\.3\.2 Shutting down/ },
  { behaviour: '450', ...later, reason: /^450 4\.2\.0 Greylisted, please try again later$/ },
  { behaviour: '452', ...later, reason: /^452 4\.2\.2 Mailbox full$/ },
  { behaviour: '451', ...later, reason: /^451 4\.3\.0 Local error/ },
  { behaviour: '451-at-mail', ...later, reason: /^451 4\.7\.1 Too many/ },
  { behaviour: '550', ...never, reason: /^550 5\.1\.1 No such user here$/ },
  { behaviour: '552', ...never, reason: /^552 5\.2\.2 Mailbox over its quota$/ },
  { behaviour: '554', ...never, reason: /^554 5\.7\.1 Message looks like spam$/ },
  { behaviour: 'small-size', ...never, reason: /^552 .*exceeds/ },
  { behaviour: '550-at-mail', ...paused, reason: /accept the sender of MAIL_FROM.*5\.7\.1/ },
  { behaviour: '550-at-ehlo', ...paused, reason: /accept this machine.*5\.7\.1 On a block list/ },
  { behaviour: '535', ...paused, reason: /does not accept the login.*5\.7\.8/ },
  { behaviour: '454-at-auth', ...paused, reason: /cannot check the login at the moment/ },
  { behaviour: 'no-auth', ...paused, reason: /does not accept the login/ },
  { behaviour: 'no-starttls', ...paused, reason: /does not offer STARTTLS/ },
  { behaviour: 'starttls-refused', ...paused, reason: /STARTTLS/ },
  { behaviour: 'starttls-broken', ...paused, reason: /No encrypted connection/ },
  { behaviour: 'starttls-silent', ...unwell, reason: /does not answer in time/ },
  { behaviour: 'bad-certificate', ...paused, reason: /self-signed certificate/ },
  { behaviour: 'other-certificate', ...paused, reason: /does not match/ },
  { behaviour: 'expired-certificate', ...paused, reason: /certificate has expired/ },
]

describe('a mail server that does wrong', () => {
  it.concurrent.for(faults)(
    '($behaviour) costs no pass, and its mail is $status',
    async ({ behaviour, status, reason, warns, pauses, copies }, { onTestFinished }) => {
      const impatient = reason.test('does not answer in time')
      const { server, service } = await start(
        { behaviour, delay: 60_000 },
        { patience: impatient ? 1_500 : 15_000 },
        onTestFinished,
      )
      const { ours, clock } = service
      const made = await ours.createPass(card)
      expect(made.email).toEqual({ emailId: expect.any(String), status: 'queued' })
      const emailId = made.email!.emailId
      const tried = await untilTried(ours, emailId, clock.now())
      expect(tried).toMatchObject({ status, reason: expect.stringMatching(reason) })
      expect(await warnings(service)).toEqual(warns ? [expect.stringMatching(reason)] : [])
      const [job] = await listJobs(service.ctx.db)
      expect(job).toMatchObject({ kind: 'email', attempts: pauses ? 0 : 1 })

      await server.behave('good')
      service.bePatient(15_000)
      clock.move(MINUTE)
      if (copies > 0) await untilEnded(ours, emailId)
      // Whatever was still to come for the first would have come before the second was sent.
      const { email: second } = await ours.createPass({ ...card, email: { to: 'bea@wallet.test' } })
      expect(await untilEnded(ours, second!.emailId)).toMatchObject({ status: 'sent' })
      expect(await ours.getEmail(emailId)).toMatchObject({ status: copies > 0 ? 'sent' : 'failed' })
      expect(await warnings(service)).toEqual([])
      expect(copiesByRecipient(server)).toEqual({
        ...(copies > 0 ? { 'anna@wallet.test': copies } : {}),
        'bea@wallet.test': 1,
      })
      expect(messageIds(server).size).toBe(copies > 0 ? 2 : 1)
      expectNoPasswordInClear(server)
    },
  )
})

describe.each(databases)('mail that is refused on $name', ({ url: newUrl }) => {
  it('for now is tried after 1 and 5 and 30 minutes, 2, 8 and 24 hours, and then given up', async ({
    onTestFinished,
  }) => {
    const databaseUrl = await newUrl()
    const { server, service } = await start({ behaviour: '450' }, { databaseUrl }, onTestFinished)
    const { ours, clock } = service
    const { email, serialNumber } = await ours.createPass(card)
    const emailId = email!.emailId
    for (const wait of retrySchedules.mail) {
      const tried = await untilTried(ours, emailId, clock.now())
      expect(tried).toMatchObject({ status: 'queued', reason: expect.stringMatching(/^450/) })
      const [job] = await listJobs(service.ctx.db)
      expect(Date.parse(job!.runAt) - clock.now().getTime()).toBe(wait)
      clock.move(wait)
    }
    expect(retrySchedules.mail.map((wait) => wait / MINUTE)).toEqual([1, 5, 30, 120, 480, 1440])
    const failed = await untilEnded(ours, emailId)
    expect(failed).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^450 4\.2\.0/),
    })
    expect(server.seen().commands.filter((line) => line.startsWith('RCPT'))).toHaveLength(7)
    const { events } = await ours.listEvents({ type: 'email.failed' })
    expect(events.map(({ data }) => data)).toEqual([await ours.getPass(serialNumber)])
    expect(events[0]?.data.email).toMatchObject({ emailId, status: 'failed' })
  })

  it('because of us waits with all other mail, and nothing is lost', async ({ onTestFinished }) => {
    const databaseUrl = await newUrl()
    const { server, service } = await start({ behaviour: '535' }, { databaseUrl }, onTestFinished)
    const { ours, clock } = service
    const ask = async (name: string) =>
      (await ours.createPass({ ...card, email: { to: `${name}@wallet.test` } })).email!.emailId
    const logins = () => server.seen().commands.filter((line) => line.startsWith('AUTH')).length

    const first = await ask('anna')
    await untilTried(ours, first, clock.now())
    expect(logins()).toBe(1)
    const others = await Promise.all(['bea', 'carl', 'dora', 'emil'].map(ask))
    await clock.untilAsked(3)
    expect(logins()).toBe(1)
    const ready = await service.fetch('/ready')
    expect(ready.status).toBe(200)

    clock.move(MINUTE)
    await server.until(() => logins() === 2)
    await clock.untilAsked(3)
    expect(logins()).toBe(2)
    clock.move(MINUTE)
    await clock.untilAsked(3)
    // The second rest in a row is longer.
    expect(logins()).toBe(2)
    const jobs = await listJobs(service.ctx.db)
    expect(jobs.map(({ attempts, state }) => [attempts, state])).toEqual(
      jobs.map(() => [0, 'waiting']),
    )
    expect(jobs).toHaveLength(5)

    await server.behave('good')
    clock.move(MINUTE)
    for (const id of [first, ...others]) {
      expect(await untilEnded(ours, id)).toMatchObject({ status: 'sent' })
    }
    expect(copiesByRecipient(server)).toEqual({
      'anna@wallet.test': 1,
      'bea@wallet.test': 1,
      'carl@wallet.test': 1,
      'dora@wallet.test': 1,
      'emil@wallet.test': 1,
    })
    expect(await warnings(service)).toEqual([])

    // The trouble is forgotten: the next one begins with a short rest again.
    await server.behave('535')
    server.hangUp()
    const before = logins()
    await ask('fred')
    await server.until(() => logins() === before + 1)
    await clock.untilAsked(3)
    clock.move(MINUTE)
    await server.until(() => logins() === before + 2)
    expectNoPasswordInClear(server)
  })

  it('because of us is tried at once when a service starts', async ({ onTestFinished }) => {
    const databaseUrl = await newUrl()
    const { server, service } = await start({ behaviour: '535' }, { databaseUrl }, onTestFinished)
    const { ours, clock } = service
    const { email } = await ours.createPass(card)
    await untilTried(ours, email!.emailId, clock.now())
    await server.behave('good')
    await clock.untilAsked(3)
    expect(server.messages).toEqual([])
    const { port } = server
    const next = await startMailingService({ port, ...login, databaseUrl, clock })
    onTestFinished(next.stop)
    expect(await untilEnded(ours, email!.emailId)).toMatchObject({ status: 'sent' })
  })

  it('by a server that hangs up on a connection in use goes out over another', async ({
    onTestFinished,
  }) => {
    const { server, service } = await start({}, { databaseUrl: await newUrl() }, onTestFinished)
    const { ours } = service
    for (const name of ['anna', 'bea', 'carl']) {
      const { email } = await ours.createPass({ ...card, email: { to: `${name}@wallet.test` } })
      expect(await untilEnded(ours, email!.emailId)).toMatchObject({ status: 'sent' })
      server.hangUp()
    }
    expect(server.messages).toHaveLength(3)
  })

  it('asked for twice with one Idempotency-Key is one mail', async ({ onTestFinished }) => {
    const { server, service } = await start({}, { databaseUrl: await newUrl() }, onTestFinished)
    const { ours } = service
    const { serialNumber } = await ours.createPass({ title: 'Pass' })
    const wish = () => ours.sendEmail(serialNumber, { to: 'anna@wallet.test' }, 'once')
    const answers = await Promise.all([wish(), wish(), wish()])
    const [id, ...others] = new Set(answers.map(({ emailId }) => emailId))
    expect(others).toEqual([])
    await untilEnded(ours, id!)
    const again = await ours.sendEmail(serialNumber, { to: 'bea@wallet.test' })
    await untilEnded(ours, again.emailId)
    expect(copiesByRecipient(server)).toEqual({ 'anna@wallet.test': 1, 'bea@wallet.test': 1 })
  })
})

describe('an answer to a whole message that cannot be read', () => {
  it('is no refusal: the server may have it, so the mail waits for another try', async () => {
    const error = Object.assign(new Error('Message failed: ???'), {
      code: 'EMESSAGE',
      command: 'DATA',
    })
    expect(await toSmtpResult(Promise.reject(error))).toMatchObject({ result: 'retry' })
  })
})

describe('mail without TLS', () => {
  const open = { user: undefined, password: undefined }
  it.for<[string, MailingOptions | object, SmtpBehaviourName, 'sent' | 'queued']>([
    ['leaves to this machine without a password', open, 'no-starttls', 'sent'],
    ['does not leave to another host', { ...open, host: '0.0.0.0' }, 'no-starttls', 'queued'],
    [
      'leaves to another host where TLS is optional',
      { ...open, host: '0.0.0.0', tls: 'optional' },
      'no-starttls',
      'sent',
    ],
    ['leaves with a password where TLS is optional', { tls: 'optional' }, 'no-starttls', 'sent'],
    [
      'does not leave to a wrong certificate, optional or not',
      { tls: 'optional' },
      'bad-certificate',
      'queued',
    ],
    ['does not leave to a wrong certificate on this machine', open, 'bad-certificate', 'queued'],
  ])('%s', async ([_, options, behaviour, status], { onTestFinished }) => {
    const auth = 'user' in options ? undefined : login
    const { server, service } = await start({ behaviour, auth }, options, onTestFinished)
    const { ours, clock } = service
    const { email } = await ours.createPass(card)
    expect(await untilTried(ours, email!.emailId, clock.now())).toMatchObject({ status })
    expect(server.messages).toHaveLength(status === 'sent' ? 1 : 0)
    if (status === 'queued') expect(server.seen().cleartext).not.toMatch(/MAIL|AUTH/)
  })
})

describe('three instances on one PostgreSQL', () => {
  let server: SmtpFaults
  const services: MailingService[] = []

  beforeAll(async () => {
    server = await startSmtpFaults({ authority, auth: login })
    const databaseUrl = await databases[1]!.url()
    for (let count = 0; count < 3; count += 1) {
      services.push(await startMailingService({ port: server.port, ...login, databaseUrl }))
    }
  })
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()))
    await server.close()
  })

  it('send each of 60 mails once', async () => {
    const client = services[0]!.ours
    const wishes = Array.from({ length: 60 }, (_, index) => `member-${index}@wallet.test`)
    const ids = await Promise.all(
      wishes.map(async (to, index) => {
        const { key } = services[0]!
        const ours = services[index % 3]!.client(key)
        return (await ours.createPass({ ...card, email: { to } })).email!.emailId
      }),
    )
    for (const id of ids) expect(await untilEnded(client, id)).toMatchObject({ status: 'sent' })
    expect(copiesByRecipient(server)).toEqual(Object.fromEntries(wishes.map((to) => [to, 1])))
    expect(messageIds(server).size).toBe(60)
    const { events } = await client.listEvents({ type: 'email.sent', limit: 100 })
    expect(new Set(events.map(({ data }) => data.email?.emailId))).toEqual(new Set(ids))
    expect(events).toHaveLength(60)
  })
})

type Cleaning = (clean: () => Promise<void>) => void

/** Starts a mail server and a service that uses it; both are gone when the test is over. */
async function start(
  serverOptions: SmtpFaultsOptions,
  options: Partial<MailingOptions>,
  onTestFinished: Cleaning,
): Promise<{ server: SmtpFaults; service: MailingService }> {
  const server = await startSmtpFaults({ authority, auth: login, ...serverOptions })
  const service = await startMailingService({ port: server.port, ...login, ...options })
  onTestFinished(async () => {
    await server.close()
    await service.stop()
  })
  return { server, service }
}

async function warnings(service: MailingService): Promise<string[]> {
  const answer = await service.fetch('/ready')
  expect(answer.status).toBe(200)
  const { warnings } = Warned.parse(await answer.json())
  return warnings.filter((warning) => warning.startsWith('mail: '))
}

function copiesByRecipient({ messages }: SmtpFaults): Record<string, number> {
  const copies: Record<string, number> = {}
  for (const { to } of messages) copies[to.join()] = (copies[to.join()] ?? 0) + 1
  return copies
}

function messageIds({ messages }: SmtpFaults): Set<string | undefined> {
  return new Set(messages.map(({ raw }) => /^Message-ID: (.*)$/m.exec(`${raw}`)?.[1]))
}

function expectNoPasswordInClear(server: SmtpFaults): void {
  const { cleartext } = server.seen()
  const decoded = Array.from(cleartext.matchAll(/[\w+/=]{8,}/g), ([word]) =>
    Buffer.from(word, 'base64').toString(),
  )
  expect([cleartext, ...decoded].join('\n')).not.toContain(login.password)
}
