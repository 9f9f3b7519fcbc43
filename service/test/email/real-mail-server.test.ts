import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ensureMailServer } from '../support/mail/ensure-mail-server.ts'
import {
  type SmtpFaults,
  type SmtpFaultsOptions,
  startSmtpFaults,
} from '../support/mail/fake-smtp-server.ts'
import type { SmtpBehaviourName } from '../support/mail/smtp-behaviours.ts'
import { type MailServer, startMailServer } from '../support/mail/start-mail-server.ts'
import { judgeMail } from '../support/mail/verify-mail.ts'

const auth = { user: 'press@wallet.test', password: 'open sesame' }
const pass = Buffer.alloc(150_000, 'a pass ')

/** The tag of each behaviour that ends a sending, and what nodemailer says to it. */
const endings: [SmtpBehaviourName, code: string, responseCode?: number][] = [
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

describe('a mail server that does wrong', () => {
  it.each(endings)('that is told %s makes nodemailer say %s', async (name, code, responseCode) => {
    const server = await faults({ auth, behaviour: name, delay: 60_000 })
    const patience = code === 'ETIMEDOUT' ? 300 : 10_000
    const failure = await send(server, { patience }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, ...(responseCode && { responseCode }) })
    expect(server.messages).toEqual([])
    expect(server.seen().cleartext).not.toMatch(/AUTH/)
  })

  it('keeps what it took, whether or not it says so', async () => {
    const server = await faults({ auth })
    await expect(send(server)).resolves.toMatchObject({ response: '250 OK: message queued' })
    await server.behave('drop-in-data')
    await expect(send(server)).rejects.toThrow()
    expect(server.messages).toHaveLength(1)

    await server.behave('drop-after-data')
    await expect(send(server)).rejects.toThrow('Connection closed unexpectedly')
    await server.behave('hang-after-data')
    const hanging = send(server).catch((error: unknown) => error)
    await server.until(() => server.messages.length === 3)
    await server.close()
    await expect(hanging).resolves.toMatchObject({ message: 'Connection closed unexpectedly' })

    const told = server.messages.map(({ from, to, acknowledged }) => ({ from, to, acknowledged }))
    const envelope = { from: 'press@wallet.test', to: ['anna@wallet.test'] }
    expect(told).toEqual(
      [true, false, false].map((acknowledged) => ({ ...envelope, acknowledged })),
    )
  })

  it('answers late while it is slow, and takes the message', async () => {
    const server = await faults({ auth, behaviour: 'slow', delay: 80 })
    const begin = performance.now()
    await send(server)
    expect(performance.now() - begin).toBeGreaterThan(5 * 80)
    expect(server.messages).toHaveLength(1)
  })

  it('lets nobody send without the right password where it has one', async () => {
    const server = await faults({ auth })
    const wrong = send(server, { password: 'close sesame' })
    await expect(wrong).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 })
    await expect(send(server, { password: '' })).rejects.toMatchObject({ responseCode: 530 })
    await server.behave('no-auth')
    await expect(send(server)).resolves.toBeDefined()
    expect(server.seen().commands.at(-3)).toBe('MAIL FROM:<press@wallet.test>')
  })

  it('tells of every RCPT, and of a password in the clear', async () => {
    const server = await faults({ auth, behaviour: 'no-starttls' })
    await send(server, { careless: true, to: ['anna@wallet.test', 'eve@wallet.test'] })
    expect(server.seen().commands.filter((line) => line.startsWith('RCPT'))).toEqual([
      'RCPT TO:<anna@wallet.test>',
      'RCPT TO:<eve@wallet.test>',
    ])
    const secret = Buffer.from(`\0${auth.user}\0${auth.password}`).toString('base64')
    expect(server.seen().cleartext).toContain(`AUTH PLAIN ${secret}`)
    expect(server.seen().connections).toBe(1)
  })

  it('is away and comes back at the same port, by itself or as another', async () => {
    const server = await faults({})
    await server.behave('refused')
    await expect(send(server)).rejects.toThrow('ECONNREFUSED')
    await server.behave('good')
    await send(server)
    await server.close()
    const next = await faults({ port: server.port })
    await send(next)
    expect([server.messages.length, next.messages.length]).toEqual([1, 1])
  })

  it('speaks TLS from the first byte where that is wanted', async () => {
    const server = await faults({ auth, secure: true })
    await send(server, { secure: true })
    expect(server.messages).toHaveLength(1)
    expect(server.seen().cleartext).toBe('')
    await server.behave('bad-certificate')
    await expect(send(server, { secure: true })).rejects.toThrow('self-signed')
  })
})

describe('a judged mail', () => {
  let letter: Buffer

  beforeAll(async () => {
    const server = await startSmtpFaults()
    await send(server)
    await server.close()
    letter = server.messages[0]!.raw
  })

  it('is found right when it is, and opened', async () => {
    const mail = await judgeMail(letter)
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
      'a header of its own',
      /^Subject:/m,
      'Bcc: eve@wallet.test\r\nSubject:',
      'the letter has the foreign header "bcc"',
    ],
    [
      'a header twice',
      /^Subject:/m,
      'To: eve@wallet.test\r\nSubject:',
      'the letter has "to" twice',
    ],
    [
      'a part with a header',
      /^Content-ID:/m,
      'X-Eve: 1\r\nContent-ID:',
      'image/png has the foreign header "x-eve"',
    ],
    ['a bare line feed', /\r\n\r\n/, '\r\n\n', 'a line does not end in CRLF'],
    [
      'a picture that is not there',
      /cid:badge/,
      'cid:other',
      'the picture other@passwright is missing',
    ],
    ['a long line', /^Subject:/m, `Subject: ${'x'.repeat(1_000)}`, 'a line has 1052 characters'],
    ['raw UTF-8', /^Subject:.*$/m, 'Subject: ü', 'there are bytes that are not printable ASCII'],
  ])('with %s is found wrong', async (_what, place, put, finding) => {
    const changed = Buffer.from(letter.toString('latin1').replace(place, put))
    expect((await judgeMail(changed)).findings).toContain(finding)
  })
})

const isThere = await ensureMailServer()

describe.skipIf(!isThere)('a real Postfix and Dovecot', () => {
  let server: MailServer

  beforeAll(async () => {
    server = await startMailServer()
  })
  afterAll(() => server.stop())

  it('takes a mail after STARTTLS and AUTH, and gives it back over IMAP as it was', async () => {
    await send(server)
    const [mail] = await server.waitForMail('anna@wallet.test')
    expect(mail?.deliveredTo).toBe('anna@wallet.test')
    const judged = await judgeMail(mail!.raw)
    expect(judged.findings).toEqual([])
    expect(judged.attachments[1]).toMatchObject({ fileName: 'Führerschein ✈.pkpass', bytes: pass })
    expect(server.log()).toMatch(/TLS connection established/)
    expect(server.log()).toMatch(/sasl_username=press@wallet.test/)
    expect(server.recipients()).toEqual(['anna@wallet.test'])
    await expect(server.inbox('eve@wallet.test')).resolves.toEqual([])
  })

  it.each<[Wishes, number]>([
    [{ to: ['grey@wallet.test'] }, 450],
    [{ to: ['full@wallet.test'] }, 452],
    [{ to: ['nobody@wallet.test'] }, 550],
    [{ to: ['toobig@wallet.test'] }, 552],
    [{ to: ['anna@elsewhere.test'] }, 550],
    [{ password: 'wrong' }, 535],
    [{ password: '' }, 554],
    [{ careless: true }, 554],
  ])('refuses %j with %i', async (wishes, responseCode) => {
    const sending = send(server, { to: ['bea@wallet.test'], ...wishes })
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

  it('stands beside another, and leaves nothing when it stops', async () => {
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

interface Wishes {
  to?: string[]
  /** Empty for no AUTH; what the server wants when absent. */
  password?: string
  /** How long to wait for anything, in milliseconds. */
  patience?: number
  /** Sends without TLS, and the password too. */
  careless?: boolean
  /** TLS from the first byte. */
  secure?: boolean
}

/** Starts a server that is gone when the test is over. */
async function faults(options: SmtpFaultsOptions): Promise<SmtpFaults> {
  const server = await startSmtpFaults(options)
  onTestFinished(server.close)
  return server
}

/** Sends a mail of the kind that is judged, with nodemailer as it is. */
function send(server: SmtpFaults | MailServer, wishes: Wishes = {}) {
  const { to = ['anna@wallet.test'], patience = 10_000, careless, secure } = wishes
  const { password = 'password' in server ? server.password : auth.password } = wishes
  const transport = createTransport({
    host: server.host,
    port: 'port' in server ? server.port : server.smtpPort,
    secure,
    requireTLS: !careless,
    ignoreTLS: careless,
    tls: { ca: server.ca },
    auth: password === '' ? undefined : { user: auth.user, pass: password },
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
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
