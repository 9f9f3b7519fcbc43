import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { runCommand } from '../support/environment/service-process.ts'
import { waitForAttempt, waitForFinalStatus } from '../support/mail/email-status.ts'
import {
  buildMailSettings,
  type MailingService,
  type MailingServiceOptions,
  startMailingService,
  trustCertificateAuthority,
} from '../support/mail/mailing-service.ts'
import { type InspectedMail, inspectMail } from '../support/mail/verify-mail.ts'
import { ensureMailServer } from '../support/mail-server/ensure-mail-server.ts'
import { type MailServer, startMailServer } from '../support/mail-server/start-mail-server.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'
import { startFakeSmtpServer } from '../support/smtp/fake-smtp-server.ts'

const MINUTE = 60_000
const isInstalled = await ensureMailServer()

describe.skipIf(!isInstalled)('an email with a pass, through Postfix and back over IMAP', () => {
  let server: MailServer
  let service: MailingService
  let addressCount = 0

  beforeAll(async () => {
    server = await startMailServer()
    trustCertificateAuthority(server.ca)
    service = await startMailingService({ ...getLogin(), from: 'Front Desk <desk@wallet.test>' })
  })
  afterAll(async () => {
    await service.stop()
    await server.stop()
  })

  const getLogin = (): MailingServiceOptions => {
    const { smtpPort: port, user, password } = server
    return { port, user, password }
  }
  const createAddress = () => {
    addressCount += 1
    return `member-${addressCount}@wallet.test`
  }
  const receiveMail = async (to: string): Promise<InspectedMail> => {
    const [mail, ...more] = await server.waitForMail(to)
    expect(more).toEqual([])
    expect(mail?.deliveredTo).toBe(to)
    const inspected = await inspectMail(mail!.raw)
    expect(inspected.findings).toEqual([])
    return inspected
  }

  it('has the same file as from the API, with its media type and file name, and valid for external programs', async () => {
    const { api } = service
    const created = await api.createPass({
      title: 'Führerschein Ölmühle',
      organizationName: 'Riverside Climbing Club',
      barcodeValue: 'MEMBER-1042',
      barcodeFormat: 'QR',
      email: { to: 'anna@wallet.test', name: 'Ada Example' },
    })
    expect(created.email?.status).toBe('queued')
    const emailId = created.email!.emailId
    expect(await waitForFinalStatus(api, emailId)).toMatchObject({
      status: 'sent',
      to: 'anna@wallet.test',
    })

    const mail = await receiveMail('anna@wallet.test')
    expect(mail.tree).toMatch(
      /^multipart\/mixed\[multipart\/alternative\[text\/plain, multipart\/related\[text\/html(, image\/png)+\]\], application\/vnd\.apple\.pkpass\]$/,
    )
    const passes = mail.attachments.filter(({ type }) => type === 'application/vnd.apple.pkpass')
    expect(passes).toHaveLength(1)
    const [attached] = passes
    expect(attached).toMatchObject({
      disposition: 'attachment',
      fileName: 'fuhrerschein-olmuhle.pkpass',
    })
    const file = await service.fetch(`/api/passes/${created.serialNumber}?format=pkpass`, {
      key: service.key,
    })
    expect(attached!.bytes.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
    expect(file.headers.get('content-disposition')).toContain(`filename="${attached!.fileName}"`)
    const root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
    const { passJson } = await verifyPass(attached!.bytes, { root })
    expect(passJson.serialNumber).toBe(created.serialNumber)

    expect(mail.parsed.messageId).toBe(`<${emailId}@wallet.test>`)
    expect(mail.parsed.to).toEqual([{ name: 'Ada Example', address: 'anna@wallet.test' }])
    expect(mail.text).toContain(created.shareUrl)
    expect(mail.html).toContain(created.shareUrl)
    expect(mail.html).toContain('Führerschein Ölmühle')
    expect(server.recipients()).toContain('anna@wallet.test')
  })

  it('has the sender name of the settings, or else the organization of the pass', async () => {
    const named = createAddress()
    await service.api.createPass({ title: 'Pass', email: { to: named } })
    const sender = { name: 'Front Desk', address: 'desk@wallet.test' }
    expect((await receiveMail(named)).parsed.from).toMatchObject(sender)

    const nameless = await startMailingService({ ...getLogin(), from: 'desk@wallet.test' })
    try {
      const to = createAddress()
      const organizationName = 'Bergfreunde Übersee & "Söhne", e. V. 🧗'
      await nameless.api.createPass({ title: 'Pass', organizationName, email: { to } })
      const { from } = (await receiveMail(to)).parsed
      expect(from).toMatchObject({ name: organizationName, address: 'desk@wallet.test' })
    } finally {
      await nameless.stop()
    }
  })

  it('keeps emoji and umlauts in subject, name and message, and fills in the placeholders', async () => {
    const to = createAddress()
    const { api } = service
    const { serialNumber } = await api.createPass({ title: '🎟️ Größenwahn' })
    const { emailId } = await api.sendEmail(serialNumber, {
      to,
      name: 'Zoë Ångström 🧗🏽‍♀️',
      subject:
        '🎟 {{title}} für {{name}}: ein sehr langer Betreff, der über mehrere Zeilen geht — готово',
      message: 'Grüß dich {{name}},\n\nviel Spaß & bis bald <3\n日本語',
    })
    await waitForFinalStatus(api, emailId)
    const mail = await receiveMail(to)
    expect(mail.parsed.subject).toBe(
      '🎟 🎟️ Größenwahn für Zoë Ångström 🧗🏽‍♀️: ein sehr langer Betreff, der über mehrere Zeilen geht — готово',
    )
    expect(mail.parsed.to).toEqual([{ name: 'Zoë Ångström 🧗🏽‍♀️', address: to }])
    expect(mail.text).toContain('Grüß dich Zoë Ångström 🧗🏽‍♀️,\n\nviel Spaß & bis bald <3\n日本語')
    expect(mail.html).toContain('viel Spaß &#38; bis bald &#60;3')
  })

  it.each(['de', 'en'])('has the language of the pass (%s)', async (locale) => {
    const to = createAddress()
    await service.api.createPass({ title: 'Pass', locale, email: { to } })
    const { parsed, html } = await receiveMail(to)
    expect(html).toContain(`lang="${locale}"`)
    expect(parsed.subject).toBe(locale === 'de' ? 'Ihre Karte: Pass' : 'Your pass: Pass')
  })

  it.each([
    ['ada@bücher.test', 'ada@xn--bcher-kva.test'],
    ['дмитрий@wallet.test', 'дмитрий@wallet.test'],
    ["o'brien+tag@wallet.test", "o'brien+tag@wallet.test"],
  ])('reaches %s', async (to, wire) => {
    const { api } = service
    const { email } = await api.createPass({ title: 'Pass', email: { to } })
    expect(await waitForFinalStatus(api, email!.emailId)).toMatchObject({ status: 'sent', to })
    const mails = await server.waitForMail(wire)
    expect(mails.map(({ deliveredTo }) => deliveredTo)).toEqual([wire])
  })

  it('is retried after a minute when the server greylists it', async () => {
    const { api, clock } = service
    const { email } = await api.createPass({ title: 'Pass', email: { to: 'grey@wallet.test' } })
    const emailId = email!.emailId
    const reason =
      '450 4.2.0 <grey@wallet.test>: Recipient address rejected: Greylisted, please try again later'
    expect(await waitForAttempt(api, emailId, clock.now())).toMatchObject({
      status: 'queued',
      reason,
    })
    server.refusals.delete('grey@wallet.test')
    clock.advance(MINUTE)
    const sent = await waitForFinalStatus(api, emailId)
    expect(sent).toMatchObject({ status: 'sent' })
    expect(sent.reason).toBeUndefined()
    await receiveMail('grey@wallet.test')
  })

  it('is retried when the mailbox is full', async () => {
    const { api, clock } = service
    const { email } = await api.createPass({ title: 'Pass', email: { to: 'full@wallet.test' } })
    expect(await waitForAttempt(api, email!.emailId, clock.now())).toMatchObject({
      status: 'queued',
      reason: expect.stringMatching(/^452 4\.2\.2 .*Mailbox full$/),
    })
  })

  it('fails for an unknown mailbox, with the server’s reason and an event', async () => {
    const { api } = service
    const { email, serialNumber } = await api.createPass({
      title: 'Pass',
      email: { to: 'nobody@wallet.test' },
    })
    const reason = '550 5.1.1 <nobody@wallet.test>: Recipient address rejected: No such user here'
    const failed = await waitForFinalStatus(api, email!.emailId)
    expect(failed).toMatchObject({ status: 'failed', reason })
    const { events } = await api.listEvents({ type: 'email.failed' })
    const expected = { emailId: email!.emailId, to: 'nobody@wallet.test', status: 'failed', reason }
    expect(events.map(({ data }) => [data.serialNumber, data.email])).toEqual([
      [serialNumber, expected],
    ])
    expect((await api.getPass(serialNumber)).email).toEqual(expected)
  })

  it('can be sent again to another address, and each email has its own status and event', async () => {
    const { api } = service
    const { serialNumber } = await api.createPass({ title: 'Pass' })
    const [first, second] = [createAddress(), createAddress()]
    for (const to of [first, second]) {
      const response = await service.fetch(`/api/passes/${serialNumber}/email`, {
        key: service.key,
        json: { to },
      })
      expect(response.status).toBe(202)
      const { emailId, ...rest } = (await response.json()) as { emailId: string }
      expect(rest).toEqual({ status: 'queued' })
      expect(await waitForFinalStatus(api, emailId)).toMatchObject({
        emailId,
        serialNumber,
        to,
        status: 'sent',
      })
      const expected = { emailId, to, status: 'sent' }
      expect((await api.getPass(serialNumber)).email).toEqual(expected)
      const { events } = await api.listEvents({ type: 'email.sent', limit: 100 })
      expect(events.filter(({ data }) => data.email?.emailId === emailId)).toHaveLength(1)
    }
    const [one, other] = [await receiveMail(first), await receiveMail(second)]
    expect(one.parsed.messageId).not.toBe(other.parsed.messageId)
  })

  it('cannot be seen or sent with another API key', async () => {
    const { api } = service
    const { email, serialNumber } = await api.createPass({
      title: 'Pass',
      email: { to: createAddress() },
    })
    const otherKey = await service.createKey()
    const response = await service.fetch(`/api/emails/${email!.emailId}`, { key: otherKey })
    const path = `/api/passes/${serialNumber}/email`
    const sent = await service.fetch(path, { key: otherKey, json: { to: 'eve@wallet.test' } })
    expect([response.status, sent.status]).toEqual([404, 404])
    await waitForFinalStatus(api, email!.emailId)
    expect(server.recipients()).not.toContain('eve@wallet.test')
  })

  describe('passwright mail test', () => {
    let env: Record<string, string>

    beforeAll(async () => {
      env = {
        DATA_DIR: await mkdtemp(join(inject('folder'), 'mail-test-')),
        CERTIFICATES_DIR: service.ctx.config.certificatesDir,
        NODE_EXTRA_CA_CERTS: server.caFile,
      }
    })

    it('sends a real pass and reports each step', async () => {
      const settings = { ...env, ...buildMailSettings(getLogin()) }
      const to = createAddress()
      const output = await runCommand(settings, 'mail', 'test', '--to', to)
      expect(output.match(/^\d\..*$/gm)).toEqual([
        expect.stringMatching(
          /^1\. Mail server 127\.0\.0\.1:\d+, STARTTLS required, with a login\.$/,
        ),
        expect.stringMatching(/^2\. It answers/),
        expect.stringMatching(/^3\. A pass is made and signed/),
        expect.stringMatching(
          `^4\\. The mail server took the mail from press@wallet.test to ${to}`,
        ),
      ])
      const mail = await receiveMail(to)
      const root = await readDevelopmentRoot(env.CERTIFICATES_DIR ?? '')
      await verifyPass(mail.attachments.at(-1)!.bytes, { root })
    })

    it.each<
      [string, (right: MailingServiceOptions) => Partial<MailingServiceOptions>, string, RegExp]
    >([
      [
        'a wrong password',
        () => ({ password: 'wrong' }),
        'anna',
        /does not accept the login: 535 .* must check user and password/,
      ],
      [
        'no password',
        () => ({ user: undefined, password: undefined }),
        'anna',
        /554 5\.7\.1 .*Access denied/,
      ],
      ['a closed port', () => ({ port: 1 }), 'anna', /refuses the connection/],
      [
        'an unknown host',
        () => ({ host: 'mail.invalid' }),
        'anna',
        /its host name cannot be resolved/,
      ],
      ['an unknown mailbox', () => ({}), 'nobody', /550 5\.1\.1 .*No such user here/],
      [
        'an untrusted certificate authority',
        () => ({ env: { NODE_EXTRA_CA_CERTS: '' } }),
        'anna',
        /certificate/,
      ],
    ])('explains %s', async (_what, change, name, pattern) => {
      const settings = { ...env, ...buildMailSettings({ ...getLogin(), ...change(getLogin()) }) }
      await expect(getFailure(settings, `${name}@wallet.test`)).resolves.toMatch(pattern)
    })

    it('explains a server without STARTTLS', async () => {
      const fakeServer = await startFakeSmtpServer({
        behaviour: 'no-starttls',
        auth: { user: 'u', password: 'p' },
      })
      try {
        const { port } = fakeServer
        const settings = { ...env, ...buildMailSettings({ port, user: 'u', password: 'p' }) }
        await expect(getFailure(settings, 'anna@wallet.test')).resolves.toMatch(
          /does not offer STARTTLS.*SMTP_TLS to optional/,
        )
        expect(fakeServer.getActivity().cleartext).not.toContain('AUTH')
      } finally {
        await fakeServer.close()
      }
    })
  })
})

/** Runs the command, which must fail; returns its standard error. */
async function getFailure(settings: Record<string, string>, to: string): Promise<string> {
  const failure = await runCommand(settings, 'mail', 'test', '--to', to).catch((error) => error)
  expect(failure).toMatchObject({ code: 1, stderr: expect.any(String) })
  expect(failure.stderr).not.toMatch(/^\s+at /m)
  return failure.stderr
}
