import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { inspectMail } from '../support/mail/verify-mail.ts'
import { ensureMailServer } from '../support/mail-server/ensure-mail-server.ts'
import { type MailServer, startMailServer } from '../support/mail-server/start-mail-server.ts'
import {
  type FakeSmtpServer,
  type FakeSmtpServerOptions,
  startFakeSmtpServer,
} from '../support/smtp/fake-smtp-server.ts'
import type { SmtpBehaviourName } from '../support/smtp/smtp-behaviours.ts'

const auth = { user: 'press@wallet.test', password: 'open sesame' }
const pass = Buffer.alloc(150_000, 'a pass ')

/** Each behaviour that makes sending fail, with nodemailer's error. */
const failures: [SmtpBehaviourName, code: string, responseCode?: number][] = [
  ['refused', 'ESOCKET'],
  ['silent', 'ETIMEDOUT'],
  ['slow', 'ETIMEDOUT'],
  ['drip', 'ETIMEDOUT'],
  ['drop-at-greeting', 'ECONNECTION'],
  ['421', 'EPROTOCOL', 421],
  ['421-at-rcpt', 'ECONNECTION', 421],
  ['450', 'EENVELOPE', 450],
  ['452', 'EENVELOPE', 452],
  ['550', 'EENVELOPE', 550],
  ['552', 'EENVELOPE', 552],
  ['451', 'EMESSAGE', 451],
  ['554', 'EMESSAGE', 554],
  ['550-at-mail', 'EENVELOPE', 550],
  ['451-at-mail', 'EENVELOPE', 451],
  ['535', 'EAUTH', 535],
  ['454-at-auth', 'EAUTH', 454],
  ['small-size', 'EMESSAGE', 552],
  ['no-starttls', 'ETLS', 500],
  ['starttls-refused', 'ETLS', 454],
  ['starttls-broken', 'ESOCKET'],
  ['starttls-silent', 'ETIMEDOUT'],
  ['bad-certificate', 'ESOCKET'],
  ['other-certificate', 'ESOCKET'],
  ['expired-certificate', 'ESOCKET'],
]

describe('a fake mail server', () => {
  it.each(failures)(
    'with the behaviour %s makes nodemailer fail with %s',
    async (name, code, responseCode) => {
      const server = await startServer({ auth, behaviour: name, delayMs: 60_000 })
      const timeoutMs = code === 'ETIMEDOUT' ? 300 : 10_000
      const failure = await send(server, { timeoutMs }).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code, ...(responseCode && { responseCode }) })
      expect(server.messages).toEqual([])
      expect(server.getActivity().cleartext).not.toMatch(/AUTH/)
    },
  )

  it('records each complete message, whether or not it acknowledges it', async () => {
    const server = await startServer({ auth })
    await expect(send(server)).resolves.toMatchObject({ response: '250 OK: message queued' })
    await server.setBehaviour('drop-in-data')
    await expect(send(server)).rejects.toThrow()
    expect(server.messages).toHaveLength(1)

    await server.setBehaviour('drop-after-data')
    await expect(send(server)).rejects.toThrow('Connection closed unexpectedly')
    await server.setBehaviour('hang-after-data')
    const hanging = send(server).catch((error: unknown) => error)
    await server.waitUntil(() => server.messages.length === 3)
    await server.close()
    await expect(hanging).resolves.toMatchObject({ message: 'Connection closed unexpectedly' })

    const recorded = server.messages.map(({ from, to, acknowledged }) => ({
      from,
      to,
      acknowledged,
    }))
    const envelope = { from: 'press@wallet.test', to: ['anna@wallet.test'] }
    expect(recorded).toEqual(
      [true, false, false].map((acknowledged) => ({ ...envelope, acknowledged })),
    )
  })

  it('delays its replies while it is slow, and accepts the message', async () => {
    const server = await startServer({ auth, behaviour: 'slow', delayMs: 80 })
    const startedAt = performance.now()
    await send(server)
    expect(performance.now() - startedAt).toBeGreaterThan(5 * 80)
    expect(server.messages).toHaveLength(1)
  })

  it('requires the right password if it has one', async () => {
    const server = await startServer({ auth })
    const wrong = send(server, { password: 'close sesame' })
    await expect(wrong).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 })
    await expect(send(server, { password: '' })).rejects.toMatchObject({ responseCode: 530 })
    await server.setBehaviour('no-auth')
    await expect(send(server)).resolves.toBeDefined()
    expect(server.getActivity().commands.at(-3)).toBe('MAIL FROM:<press@wallet.test>')
  })

  it('records every RCPT command, and a password sent without TLS', async () => {
    const server = await startServer({ auth, behaviour: 'no-starttls' })
    await send(server, { withoutTls: true, to: ['anna@wallet.test', 'eve@wallet.test'] })
    expect(server.getActivity().commands.filter((line) => line.startsWith('RCPT'))).toEqual([
      'RCPT TO:<anna@wallet.test>',
      'RCPT TO:<eve@wallet.test>',
    ])
    const secret = Buffer.from(`\0${auth.user}\0${auth.password}`).toString('base64')
    expect(server.getActivity().cleartext).toContain(`AUTH PLAIN ${secret}`)
    expect(server.getActivity().connections).toBe(1)
  })

  it('can close its port and open it again, also as another server', async () => {
    const server = await startServer({})
    await server.setBehaviour('refused')
    await expect(send(server)).rejects.toThrow('ECONNREFUSED')
    await server.setBehaviour('good')
    await send(server)
    await server.close()
    const next = await startServer({ port: server.port })
    await send(next)
    expect([server.messages.length, next.messages.length]).toEqual([1, 1])
  })

  it('uses TLS from the first byte if configured', async () => {
    const server = await startServer({ auth, secure: true })
    await send(server, { secure: true })
    expect(server.messages).toHaveLength(1)
    expect(server.getActivity().cleartext).toBe('')
    await server.setBehaviour('bad-certificate')
    await expect(send(server, { secure: true })).rejects.toThrow('self-signed')
  })
})

describe('an inspected email', () => {
  let sample: Buffer

  beforeAll(async () => {
    const server = await startFakeSmtpServer()
    await send(server)
    await server.close()
    sample = server.messages[0]!.raw
  })

  it('is parsed, and has no findings if it is valid', async () => {
    const mail = await inspectMail(sample)
    expect(mail.findings).toEqual([])
    expect(mail.tree).toBe(
      'multipart/mixed[multipart/alternative[text/plain, multipart/related[text/html, image/png]], application/vnd.apple.pkpass]',
    )
    expect(mail.headers.map(({ name }) => name)).toEqual([
      'From',
      'To',
      'Subject',
      'Message-ID',
      'Date',
      'MIME-Version',
      'Content-Type',
    ])
    expect(mail.cids).toEqual({ used: ['badge@passwright'], present: ['badge@passwright'] })
    expect(mail.attachments).toMatchObject([
      { type: 'image/png', cid: 'badge@passwright', disposition: 'inline' },
      {
        type: 'application/vnd.apple.pkpass',
        fileName: 'Führerschein ✈.pkpass',
        cid: null,
        bytes: pass,
      },
    ])
    expect([mail.parsed.subject, mail.text]).toEqual(['Ihr Pass 🎟️', 'Guten Tag\n\n'])
  })

  it.each([
    [
      'an unknown header',
      /^Subject:/m,
      'Bcc: eve@wallet.test\r\nSubject:',
      'the message has the unknown header "bcc"',
    ],
    [
      'a repeated header',
      /^Subject:/m,
      'To: eve@wallet.test\r\nSubject:',
      'the message has "to" twice',
    ],
    [
      'an unknown header of a part',
      /^Content-ID:/m,
      'X-Eve: 1\r\nContent-ID:',
      'image/png has the unknown header "x-eve"',
    ],
    ['a bare line feed', /\r\n\r\n/, '\r\n\n', 'a line does not end in CRLF'],
    ['a missing image', /cid:badge/, 'cid:other', 'the image other@passwright is missing'],
    ['a long line', /^Subject:/m, `Subject: ${'x'.repeat(1_000)}`, 'a line has 1052 characters'],
    ['raw UTF-8', /^Subject:.*$/m, 'Subject: ü', 'there are bytes that are not printable ASCII'],
  ])('with %s has a finding', async (_what, pattern, replacement, finding) => {
    const changed = Buffer.from(sample.toString('latin1').replace(pattern, replacement))
    expect((await inspectMail(changed)).findings).toContain(finding)
  })
})

const isInstalled = await ensureMailServer()

describe.skipIf(!isInstalled)('a real Postfix and Dovecot', () => {
  let server: MailServer

  beforeAll(async () => {
    server = await startMailServer()
  })
  afterAll(() => server.stop())

  it('accepts a mail after STARTTLS and AUTH, and returns it unchanged over IMAP', async () => {
    await send(server)
    const [mail] = await server.waitForMail('anna@wallet.test')
    expect(mail?.deliveredTo).toBe('anna@wallet.test')
    const inspected = await inspectMail(mail!.raw)
    expect(inspected.findings).toEqual([])
    expect(inspected.attachments[1]).toMatchObject({
      fileName: 'Führerschein ✈.pkpass',
      bytes: pass,
    })
    expect(server.log()).toMatch(/TLS connection established/)
    expect(server.log()).toMatch(/sasl_username=press@wallet.test/)
    expect(server.recipients()).toEqual(['anna@wallet.test'])
    await expect(server.inbox('eve@wallet.test')).resolves.toEqual([])
  })

  it.each<[SendOptions, number]>([
    [{ to: ['grey@wallet.test'] }, 450],
    [{ to: ['full@wallet.test'] }, 452],
    [{ to: ['nobody@wallet.test'] }, 550],
    [{ to: ['toobig@wallet.test'] }, 552],
    [{ to: ['anna@elsewhere.test'] }, 550],
    [{ password: 'wrong' }, 535],
    [{ password: '' }, 554],
    [{ withoutTls: true }, 554],
  ])('rejects %j with %i', async (options, responseCode) => {
    const sending = send(server, { to: ['bea@wallet.test'], ...options })
    await expect(sending).rejects.toMatchObject({ responseCode })
    await expect(server.inbox('bea@wallet.test')).resolves.toEqual([])
  })

  it.each(['дмитрий@wallet.test', "o'brien+ß/tag@wallet.test", 'a+b/c@wallet.test'])(
    'delivers to %s',
    async (address) => {
      await send(server, { to: [address] })
      const mails = await server.waitForMail(address)
      expect(mails.map(({ deliveredTo }) => deliveredTo)).toEqual([address])
    },
  )

  it('runs beside another one, and leaves no files when it stops', async () => {
    const other = await startMailServer()
    await send(other, { to: ['carl@wallet.test'] })
    await other.waitForMail('carl@wallet.test')
    await expect(server.inbox('carl@wallet.test')).resolves.toEqual([])
    await Promise.all([other.stop(), other.stop()])
    expect(existsSync(dirname(other.caFile))).toBe(false)
    await expect(send(other)).rejects.toThrow('ECONNREFUSED')
    await send(server)
  })
})

interface SendOptions {
  to?: string[]
  /** Empty for no AUTH; the right one when absent. */
  password?: string
  /** The timeout for each step, in milliseconds. */
  timeoutMs?: number
  /** Sends everything without TLS, also the password. */
  withoutTls?: boolean
  /** Uses TLS from the first byte. */
  secure?: boolean
}

/** Starts a server that stops when the test ends. */
async function startServer(options: FakeSmtpServerOptions): Promise<FakeSmtpServer> {
  const server = await startFakeSmtpServer(options)
  onTestFinished(server.close)
  return server
}

/** Sends a sample mail with plain nodemailer. */
function send(server: FakeSmtpServer | MailServer, options: SendOptions = {}) {
  const { to = ['anna@wallet.test'], timeoutMs = 10_000, withoutTls, secure } = options
  const { password = 'password' in server ? server.password : auth.password } = options
  const transport = createTransport({
    host: server.host,
    port: 'port' in server ? server.port : server.smtpPort,
    secure,
    requireTLS: !withoutTls,
    ignoreTLS: withoutTls,
    tls: { ca: server.ca },
    auth: password === '' ? undefined : { user: auth.user, pass: password },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  })
  return transport.sendMail({
    from: auth.user,
    to,
    subject: 'Ihr Pass 🎟️',
    text: 'Guten Tag\n',
    html: '<p>Guten Tag <img src="cid:badge@passwright" alt=""></p>',
    attachments: [
      {
        filename: 'Führerschein ✈.pkpass',
        content: pass,
        contentType: 'application/vnd.apple.pkpass',
      },
      { filename: 'badge.png', content: Buffer.from('badge'), cid: 'badge@passwright' },
    ],
  })
}
