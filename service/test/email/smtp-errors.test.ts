import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toSmtpResult } from '../../src/email/smtp-result.ts'
import { queues } from '../../src/job-handlers.ts'
import { listJobs } from '../../src/jobs/manage/manage.ts'
import { findQueueWarnings } from '../../src/jobs/manage/warnings.ts'
import { findOutage } from '../../src/jobs/outage.ts'
import { retrySchedules } from '../../src/jobs/retry-schedule.ts'
import { databases } from '../support/databases/databases.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/http/origin-server.ts'
import { waitForAttempt, waitForFinalStatus } from '../support/mail/email-status.ts'
import {
  type MailingService,
  type MailingServiceOptions,
  startMailingService,
  trustCertificateAuthority,
} from '../support/mail/mailing-service.ts'
import {
  type FakeSmtpServer,
  type FakeSmtpServerOptions,
  startFakeSmtpServer,
} from '../support/smtp/fake-smtp-server.ts'
import type { SmtpBehaviourName } from '../support/smtp/smtp-behaviours.ts'

const ReadyReply = z.object({ warnings: z.array(z.string()) })
const MINUTE = 60_000
const login = { user: 'press@wallet.test', password: 'open sesame' }
const card = { title: 'Riverside Climbing Club', email: { to: 'anna@wallet.test' } }

let authority: CertificateAuthority

beforeAll(async () => {
  authority = await createCertificateAuthority()
  trustCertificateAuthority(authority.cert)
})

interface Fault {
  behaviour: SmtpBehaviourName
  /** The status of the email after one attempt. */
  status: 'queued' | 'failed' | 'sent'
  reason: RegExp
  /** Whether the operator is warned. */
  warns: boolean
  /** It pauses the queue and uses up no attempt. */
  pauses?: true
  /** How many copies arrive once the server works again. */
  copies: 0 | 1 | 2
  /** How long the server may take, where the usual time is not right. */
  timeoutMs?: number
}

const retried = { status: 'queued', warns: false, copies: 1 } as const
const outage = { ...retried, warns: true }
const failed = { status: 'failed', warns: false, copies: 0 } as const
const paused = { ...outage, pauses: true } as const

const faults: Fault[] = [
  { behaviour: 'refused', ...outage, reason: /refuses the connection/ },
  { behaviour: 'silent', ...outage, reason: /does not answer in time/ },
  { behaviour: 'slow', ...outage, reason: /does not answer in time/ },
  { behaviour: 'drip', ...outage, reason: /does not answer in time/ },
  { behaviour: 'drop-at-greeting', ...outage, reason: /hung up/ },
  { behaviour: 'drop-in-data', ...outage, reason: /hung up/ },
  { behaviour: 'drop-after-data', ...outage, reason: /hung up/, copies: 2 },
  {
    behaviour: 'hang-after-data',
    ...outage,
    reason: /does not answer in time/,
    copies: 2,
    // The first copy has to arrive before, however busy the machine.
    timeoutMs: 10_000,
  },
  { behaviour: '421', ...outage, reason: /421 4\.3\.2 Too busy/ },
  { behaviour: '421-at-rcpt', ...outage, reason: /421 4\.3\.2 Shutting down/ },
  { behaviour: '450', ...retried, reason: /^450 4\.2\.0 Greylisted, please try again later$/ },
  { behaviour: '452', ...retried, reason: /^452 4\.2\.2 Mailbox full$/ },
  { behaviour: '451', ...retried, reason: /^451 4\.3\.0 Local error/ },
  { behaviour: '451-at-mail', ...retried, reason: /^451 4\.7\.1 Too many/ },
  { behaviour: '550', ...failed, reason: /^550 5\.1\.1 No such user here$/ },
  { behaviour: '552', ...failed, reason: /^552 5\.2\.2 Mailbox over its quota$/ },
  { behaviour: '554', ...failed, reason: /^554 5\.7\.1 Message looks like spam$/ },
  { behaviour: 'small-size', ...failed, reason: /^552 .*exceeds/ },
  { behaviour: '550-at-mail', ...paused, reason: /accept the sender of MAIL_FROM.*5\.7\.1/ },
  { behaviour: '550-at-ehlo', ...paused, reason: /accept this machine.*5\.7\.1 On a block list/ },
  { behaviour: '535', ...paused, reason: /does not accept the login.*5\.7\.8/ },
  { behaviour: '454-at-auth', ...paused, reason: /cannot check the login at the moment/ },
  { behaviour: 'no-auth', ...paused, reason: /does not accept the login/ },
  { behaviour: 'no-starttls', ...paused, reason: /does not offer STARTTLS/ },
  { behaviour: 'starttls-refused', ...paused, reason: /STARTTLS/ },
  { behaviour: 'starttls-broken', ...paused, reason: /No encrypted connection/ },
  { behaviour: 'starttls-silent', ...outage, reason: /does not answer in time/ },
  { behaviour: 'bad-certificate', ...paused, reason: /self-signed certificate/ },
  { behaviour: 'other-certificate', ...paused, reason: /does not match/ },
  { behaviour: 'expired-certificate', ...paused, reason: /certificate has expired/ },
]

describe('a failing mail server', () => {
  it.concurrent.for(faults)(
    '($behaviour) does not affect the pass, and its email is $status',
    async ({ behaviour, status, reason, warns, pauses, copies, timeoutMs }, { onTestFinished }) => {
      const isTimeout = reason.test('does not answer in time')
      const { server, service } = await start(
        { behaviour, delayMs: 60_000 },
        { timeoutMs: timeoutMs ?? (isTimeout ? 1_500 : 15_000) },
        onTestFinished,
      )
      const { api, clock } = service
      const created = await api.createPass(card)
      expect(created.email).toEqual({ emailId: expect.any(String), status: 'queued' })
      const emailId = created.email!.emailId
      const attempted = await waitForAttempt(api, emailId, clock.now())
      expect(attempted).toMatchObject({ status, reason: expect.stringMatching(reason) })
      expect(await getWarnings(service)).toEqual(warns ? [expect.stringMatching(reason)] : [])
      const [job] = await listJobs(service.ctx.db, queues)
      expect(job).toMatchObject({ kind: 'email', attempts: pauses ? 0 : 1 })

      await server.setBehaviour('good')
      service.setMailTimeout(15_000)
      clock.advance(MINUTE)
      if (copies > 0) await waitForFinalStatus(api, emailId)
      // Anything else for the first email would have been sent before the second one.
      const { email: second } = await api.createPass({ ...card, email: { to: 'bea@wallet.test' } })
      expect(await waitForFinalStatus(api, second!.emailId)).toMatchObject({ status: 'sent' })
      expect(await api.getEmail(emailId)).toMatchObject({ status: copies > 0 ? 'sent' : 'failed' })
      expect(await getWarnings(service)).toEqual([])
      expect(countByRecipient(server)).toEqual({
        ...(copies > 0 ? { 'anna@wallet.test': copies } : {}),
        'bea@wallet.test': 1,
      })
      expect(getMessageIds(server).size).toBe(copies > 0 ? 2 : 1)
      expectNoPasswordInClear(server)
    },
  )
})

describe.each(databases)('an email that is refused on $name', ({ createDatabase: newUrl }) => {
  it('for now is retried after 1, 5 and 30 minutes and 2, 8 and 24 hours, and then fails', async ({
    onTestFinished,
  }) => {
    const databaseUrl = await newUrl()
    const { server, service } = await start({ behaviour: '450' }, { databaseUrl }, onTestFinished)
    const { api, clock } = service
    const { email, serialNumber } = await api.createPass(card)
    const emailId = email!.emailId
    for (const wait of retrySchedules.mail) {
      const attempted = await waitForAttempt(api, emailId, clock.now())
      expect(attempted).toMatchObject({ status: 'queued', reason: expect.stringMatching(/^450/) })
      const [job] = await listJobs(service.ctx.db, queues)
      expect(Date.parse(job!.runAt) - clock.now().getTime()).toBe(wait)
      clock.advance(wait)
    }
    expect(retrySchedules.mail.map((wait) => wait / MINUTE)).toEqual([1, 5, 30, 120, 480, 1440])
    const failed = await waitForFinalStatus(api, emailId)
    expect(failed).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^450 4\.2\.0/),
    })
    expect(server.getActivity().commands.filter((line) => line.startsWith('RCPT'))).toHaveLength(7)
    const { events } = await api.listEvents({ type: 'email.failed' })
    const { pass: _, ...listed } = await api.getPass(serialNumber)
    expect(events.map(({ data }) => data)).toEqual([listed])
    expect(events[0]?.data.email).toMatchObject({ emailId, status: 'failed' })
  })

  it('because of our settings waits with all other emails, and none is lost', async ({
    onTestFinished,
  }) => {
    const databaseUrl = await newUrl()
    const { server, service } = await start({ behaviour: '535' }, { databaseUrl }, onTestFinished)
    const { api, clock } = service
    const sendTo = async (name: string) =>
      (await api.createPass({ ...card, email: { to: `${name}@wallet.test` } })).email!.emailId
    const countLogins = () =>
      server.getActivity().commands.filter((line) => line.startsWith('AUTH')).length

    const first = await sendTo('anna')
    await waitForAttempt(api, first, clock.now())
    expect(countLogins()).toBe(1)
    const others = await Promise.all(['bea', 'carl', 'dora', 'emil'].map(sendTo))
    await clock.waitForReads(3)
    expect(countLogins()).toBe(1)
    const ready = await service.fetch('/ready')
    expect(ready.status).toBe(200)

    clock.advance(MINUTE)
    await waitForPauses(service, 2)
    expect(countLogins()).toBe(2)
    clock.advance(MINUTE)
    await clock.waitForReads(3)
    // The second pause in a row is longer.
    expect(countLogins()).toBe(2)
    const jobs = await listJobs(service.ctx.db, queues)
    expect(jobs.map(({ attempts, state }) => [attempts, state])).toEqual(
      jobs.map(() => [0, 'waiting']),
    )
    expect(jobs).toHaveLength(5)

    await server.setBehaviour('good')
    clock.advance(MINUTE)
    for (const id of [first, ...others]) {
      expect(await waitForFinalStatus(api, id)).toMatchObject({ status: 'sent' })
    }
    expect(countByRecipient(server)).toEqual({
      'anna@wallet.test': 1,
      'bea@wallet.test': 1,
      'carl@wallet.test': 1,
      'dora@wallet.test': 1,
      'emil@wallet.test': 1,
    })
    expect(await getWarnings(service)).toEqual([])

    // The outage is over: the next one starts with a short pause again.
    await server.setBehaviour('535')
    server.dropConnections()
    const before = countLogins()
    await sendTo('fred')
    await waitForPauses(service, 1)
    expect(countLogins()).toBe(before + 1)
    clock.advance(MINUTE)
    await server.waitUntil(() => countLogins() === before + 2)
    expectNoPasswordInClear(server)
  })

  it('because of our settings is retried at once when a service starts', async ({
    onTestFinished,
  }) => {
    const databaseUrl = await newUrl()
    const { server, service } = await start({ behaviour: '535' }, { databaseUrl }, onTestFinished)
    const { api, clock } = service
    const { email } = await api.createPass(card)
    await waitForAttempt(api, email!.emailId, clock.now())
    await server.setBehaviour('good')
    await clock.waitForReads(3)
    expect(server.messages).toEqual([])
    const { port } = server
    const next = await startMailingService({ port, ...login, databaseUrl, clock })
    onTestFinished(next.stop)
    expect(await waitForFinalStatus(api, email!.emailId)).toMatchObject({ status: 'sent' })
  })

  it('because the server drops a used connection is sent over another one', async ({
    onTestFinished,
  }) => {
    const { server, service } = await start({}, { databaseUrl: await newUrl() }, onTestFinished)
    const { api } = service
    for (const name of ['anna', 'bea', 'carl']) {
      const { email } = await api.createPass({ ...card, email: { to: `${name}@wallet.test` } })
      expect(await waitForFinalStatus(api, email!.emailId)).toMatchObject({ status: 'sent' })
      server.dropConnections()
    }
    expect(server.messages).toHaveLength(3)
  })

  it('requested several times with one Idempotency-Key is sent once', async ({
    onTestFinished,
  }) => {
    const { server, service } = await start({}, { databaseUrl: await newUrl() }, onTestFinished)
    const { api } = service
    const { serialNumber } = await api.createPass({ title: 'Pass' })
    const send = () => api.sendEmail(serialNumber, { to: 'anna@wallet.test' }, 'once')
    const replies = await Promise.all([send(), send(), send()])
    const [id, ...others] = new Set(replies.map(({ emailId }) => emailId))
    expect(others).toEqual([])
    await waitForFinalStatus(api, id!)
    const again = await api.sendEmail(serialNumber, { to: 'bea@wallet.test' })
    await waitForFinalStatus(api, again.emailId)
    expect(countByRecipient(server)).toEqual({ 'anna@wallet.test': 1, 'bea@wallet.test': 1 })
  })
})

describe('an unreadable reply to a whole message', () => {
  it('is not a refusal: the server may have accepted the message, so the email is retried', async () => {
    const error = Object.assign(new Error('Message failed: ???'), {
      code: 'EMESSAGE',
      command: 'DATA',
    })
    expect(await toSmtpResult(Promise.reject(error))).toMatchObject({ result: 'retry' })
  })
})

describe('an email without TLS', () => {
  const open = { user: undefined, password: undefined }
  it.for<[string, MailingServiceOptions | object, SmtpBehaviourName, 'sent' | 'queued']>([
    ['is sent to this machine without a password', open, 'no-starttls', 'sent'],
    ['is not sent to another host', { ...open, host: '0.0.0.0' }, 'no-starttls', 'queued'],
    [
      'is sent to another host where TLS is optional',
      { ...open, host: '0.0.0.0', tls: 'optional' },
      'no-starttls',
      'sent',
    ],
    ['is sent with a password where TLS is optional', { tls: 'optional' }, 'no-starttls', 'sent'],
    [
      'is not sent to a server with a wrong certificate, even if TLS is optional',
      { tls: 'optional' },
      'bad-certificate',
      'queued',
    ],
    [
      'is not sent to a server on this machine with a wrong certificate',
      open,
      'bad-certificate',
      'queued',
    ],
  ])('%s', async ([_, options, behaviour, status], { onTestFinished }) => {
    const auth = 'user' in options ? undefined : login
    const { server, service } = await start({ behaviour, auth }, options, onTestFinished)
    const { api, clock } = service
    const { email } = await api.createPass(card)
    expect(await waitForAttempt(api, email!.emailId, clock.now())).toMatchObject({ status })
    expect(server.messages).toHaveLength(status === 'sent' ? 1 : 0)
    if (status === 'queued') expect(server.getActivity().cleartext).not.toMatch(/MAIL|AUTH/)
  })
})

describe('three instances on one PostgreSQL', () => {
  let server: FakeSmtpServer
  const services: MailingService[] = []

  beforeAll(async () => {
    server = await startFakeSmtpServer({ authority, auth: login })
    const databaseUrl = await databases[1]!.createDatabase()
    for (let count = 0; count < 3; count += 1) {
      services.push(await startMailingService({ port: server.port, ...login, databaseUrl }))
    }
  })
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()))
    await server.close()
  })

  it('send each of 60 emails once', async () => {
    const client = services[0]!.api
    const recipients = Array.from({ length: 60 }, (_, index) => `member-${index}@wallet.test`)
    const ids = await Promise.all(
      recipients.map(async (to, index) => {
        const { key } = services[0]!
        const ours = services[index % 3]!.client(key)
        return (await ours.createPass({ ...card, email: { to } })).email!.emailId
      }),
    )
    for (const id of ids)
      expect(await waitForFinalStatus(client, id)).toMatchObject({ status: 'sent' })
    expect(countByRecipient(server)).toEqual(Object.fromEntries(recipients.map((to) => [to, 1])))
    expect(getMessageIds(server).size).toBe(60)
    const { events } = await client.listEvents({ type: 'email.sent', limit: 100 })
    expect(new Set(events.map(({ data }) => data.email?.emailId))).toEqual(new Set(ids))
    expect(events).toHaveLength(60)
  })
})

type OnTestFinished = (cleanUp: () => Promise<void>) => void

/** Waits until it is recorded that the queue was paused so many times in a row. */
function waitForPauses({ ctx }: MailingService, count: number): Promise<unknown> {
  return waitFor(
    () => findOutage(ctx.db, 'mail'),
    (outage) => outage?.pauses === count,
  )
}

/** Starts a mail server and a service that uses it; both stop when the test ends. */
async function start(
  serverOptions: FakeSmtpServerOptions,
  options: Partial<MailingServiceOptions>,
  onTestFinished: OnTestFinished,
): Promise<{ server: FakeSmtpServer; service: MailingService }> {
  const server = await startFakeSmtpServer({ authority, auth: login, ...serverOptions })
  const service = await startMailingService({ port: server.port, ...login, ...options })
  onTestFinished(async () => {
    await server.close()
    await service.stop()
  })
  return { server, service }
}

/** The details for the operator; `/ready` has a fixed sentence for each. */
async function getWarnings(service: MailingService): Promise<string[]> {
  const response = await service.fetch('/ready')
  expect(response.status).toBe(200)
  const { warnings } = ReadyReply.parse(await response.json())
  const summaries = warnings.filter((warning) => warning.startsWith('mail: '))
  const details = (await findQueueWarnings(service.ctx.db, queues)).map(({ detail }) => detail)
  expect(summaries).toEqual(
    details.map(() =>
      expect.stringMatching(
        /^mail: its jobs do not succeed at the moment \(since \S+Z; \d+ waiting, none lost\)\. Read more with: passwright jobs list$/,
      ),
    ),
  )
  return details
}

function countByRecipient({ messages }: FakeSmtpServer): Record<string, number> {
  const copies: Record<string, number> = {}
  for (const { to } of messages) copies[to.join()] = (copies[to.join()] ?? 0) + 1
  return copies
}

function getMessageIds({ messages }: FakeSmtpServer): Set<string | undefined> {
  return new Set(messages.map(({ raw }) => /^Message-ID: (.*)$/m.exec(`${raw}`)?.[1]))
}

function expectNoPasswordInClear(server: FakeSmtpServer): void {
  const { cleartext } = server.getActivity()
  const decoded = Array.from(cleartext.matchAll(/[\w+/=]{8,}/g), ([word]) =>
    Buffer.from(word, 'base64').toString(),
  )
  expect([cleartext, ...decoded].join('\n')).not.toContain(login.password)
}
