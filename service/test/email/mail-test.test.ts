import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { developmentRoot } from '../support/development-root.ts'
import { untilEnded, untilTried } from '../support/email-status.ts'
import { ensureMailServer } from '../support/mail/ensure-mail-server.ts'
import { startSmtpFaults } from '../support/mail/fake-smtp-server.ts'
import {
  type MailingOptions,
  type MailingService,
  mailSettings,
  startMailingService,
  trust,
} from '../support/mail/mailing-service.ts'
import { type MailServer, startMailServer } from '../support/mail/start-mail-server.ts'
import { type JudgedMail, judgeMail } from '../support/mail/verify-mail.ts'
import { runCommand } from '../support/service-process.ts'
import { judgePass } from '../support/verify-pass.ts'

const MINUTE = 60_000
const isThere = await ensureMailServer()

describe.skipIf(!isThere)('the pass in the mail, through Postfix and back over IMAP', () => {
  let server: MailServer
  let service: MailingService
  let others = 0

  beforeAll(async () => {
    server = await startMailServer()
    trust(server.ca)
    service = await startMailingService({ ...login(), from: 'Front Desk <desk@wallet.test>' })
  })
  afterAll(async () => {
    await service.stop()
    await server.stop()
  })

  const login = (): MailingOptions => {
    const { smtpPort: port, user, password } = server
    return { port, user, password }
  }
  const someone = () => {
    others += 1
    return `member-${others}@wallet.test`
  }
  const received = async (to: string): Promise<JudgedMail> => {
    const [mail, ...more] = await server.waitForMail(to)
    expect(more).toEqual([])
    expect(mail?.deliveredTo).toBe(to)
    const judged = await judgeMail(mail!.raw)
    expect(judged.findings).toEqual([])
    return judged
  }

  it('is the file that the API gives, under its type and name, and other people’s programs find it right', async () => {
    const { ours } = service
    const made = await ours.createPass({
      title: 'Führerschein Ölmühle',
      organizationName: 'Riverside Climbing Club',
      barcodeValue: 'MEMBER-1042',
      barcodeFormat: 'QR',
      email: { to: 'anna@wallet.test', name: 'Ada Example' },
    })
    expect(made.email?.status).toBe('queued')
    const emailId = made.email!.emailId
    expect(await untilEnded(ours, emailId)).toMatchObject({
      status: 'sent',
      to: 'anna@wallet.test',
    })

    const mail = await received('anna@wallet.test')
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
    const file = await service.fetch(`/api/passes/${made.serialNumber}?format=pkpass`, {
      key: service.key,
    })
    expect(attached!.bytes.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
    expect(file.headers.get('content-disposition')).toContain(`filename="${attached!.fileName}"`)
    const root = await developmentRoot(service.ctx.config.certificatesDir)
    const { passJson } = await judgePass(attached!.bytes, { root })
    expect(passJson.serialNumber).toBe(made.serialNumber)

    expect(mail.parsed.messageId).toBe(`<${emailId}@wallet.test>`)
    expect(mail.parsed.to).toEqual([{ name: 'Ada Example', address: 'anna@wallet.test' }])
    expect(mail.text).toContain(made.shareUrl)
    expect(mail.html).toContain(made.shareUrl)
    expect(mail.html).toContain('Führerschein Ölmühle')
    expect(server.recipients()).toContain('anna@wallet.test')
  })

  it('is from the name of the settings, else from the organization of the pass', async () => {
    const named = someone()
    await service.ours.createPass({ title: 'Pass', email: { to: named } })
    const sender = { name: 'Front Desk', address: 'desk@wallet.test' }
    expect((await received(named)).parsed.from).toMatchObject(sender)

    const nameless = await startMailingService({ ...login(), from: 'desk@wallet.test' })
    try {
      const to = someone()
      const organizationName = 'Bergfreunde Übersee & "Söhne", e. V. 🧗'
      await nameless.ours.createPass({ title: 'Pass', organizationName, email: { to } })
      const { from } = (await received(to)).parsed
      expect(from).toMatchObject({ name: organizationName, address: 'desk@wallet.test' })
    } finally {
      await nameless.stop()
    }
  })

  it('keeps emoji and umlauts in subject, name and message, and fills in the placeholders', async () => {
    const to = someone()
    const { ours } = service
    const { serialNumber } = await ours.createPass({ title: '🎟️ Größenwahn' })
    const { emailId } = await ours.sendEmail(serialNumber, {
      to,
      name: 'Zoë Ångström 🧗🏽‍♀️',
      subject:
        '🎟 {{title}} für {{name}}: ein sehr langer Betreff, der über mehrere Zeilen geht — готово',
      message: 'Grüß dich {{name}},\n\nviel Spaß & bis bald <3\n日本語',
    })
    await untilEnded(ours, emailId)
    const mail = await received(to)
    expect(mail.parsed.subject).toBe(
      '🎟 🎟️ Größenwahn für Zoë Ångström 🧗🏽‍♀️: ein sehr langer Betreff, der über mehrere Zeilen geht — готово',
    )
    expect(mail.parsed.to).toEqual([{ name: 'Zoë Ångström 🧗🏽‍♀️', address: to }])
    expect(mail.text).toContain('Grüß dich Zoë Ångström 🧗🏽‍♀️,\n\nviel Spaß & bis bald <3\n日本語')
    expect(mail.html).toContain('viel Spaß &#38; bis bald &#60;3')
  })

  it.each(['de', 'en'])('speaks %s as the pass says', async (locale) => {
    const to = someone()
    await service.ours.createPass({ title: 'Pass', locale, email: { to } })
    const { parsed, html } = await received(to)
    expect(html).toContain(`lang="${locale}"`)
    expect(parsed.subject).toBe(locale === 'de' ? 'Ihre Karte: Pass' : 'Your pass: Pass')
  })

  it.each([
    ['ada@bücher.test', 'ada@xn--bcher-kva.test'],
    ['дмитрий@wallet.test', 'дмитрий@wallet.test'],
    ["o'brien+tag@wallet.test", "o'brien+tag@wallet.test"],
  ])('reaches %s', async (to, wire) => {
    const { ours } = service
    const { email } = await ours.createPass({ title: 'Pass', email: { to } })
    expect(await untilEnded(ours, email!.emailId)).toMatchObject({ status: 'sent', to })
    const mails = await server.waitForMail(wire)
    expect(mails.map(({ deliveredTo }) => deliveredTo)).toEqual([wire])
  })

  it('waits while the server greylists, and comes a minute later', async () => {
    const { ours, clock } = service
    const { email } = await ours.createPass({ title: 'Pass', email: { to: 'grey@wallet.test' } })
    const emailId = email!.emailId
    const words =
      '450 4.2.0 <grey@wallet.test>: Recipient address rejected: Greylisted, please try again later'
    expect(await untilTried(ours, emailId, clock.now())).toMatchObject({
      status: 'queued',
      reason: words,
    })
    server.refusals.delete('grey@wallet.test')
    clock.move(MINUTE)
    const sent = await untilEnded(ours, emailId)
    expect(sent).toMatchObject({ status: 'sent' })
    expect(sent.reason).toBeUndefined()
    await received('grey@wallet.test')
  })

  it('waits while the mailbox is full', async () => {
    const { ours, clock } = service
    const { email } = await ours.createPass({ title: 'Pass', email: { to: 'full@wallet.test' } })
    expect(await untilTried(ours, email!.emailId, clock.now())).toMatchObject({
      status: 'queued',
      reason: expect.stringMatching(/^452 4\.2\.2 .*Mailbox full$/),
    })
  })

  it('has failed where nobody lives, with the server’s words and an event', async () => {
    const { ours } = service
    const { email, serialNumber } = await ours.createPass({
      title: 'Pass',
      email: { to: 'nobody@wallet.test' },
    })
    const reason = '550 5.1.1 <nobody@wallet.test>: Recipient address rejected: No such user here'
    const failed = await untilEnded(ours, email!.emailId)
    expect(failed).toMatchObject({ status: 'failed', reason })
    const { events } = await ours.listEvents({ type: 'email.failed' })
    const told = { emailId: email!.emailId, to: 'nobody@wallet.test', status: 'failed', reason }
    expect(events.map(({ data }) => [data.serialNumber, data.email])).toEqual([
      [serialNumber, told],
    ])
    expect((await ours.getPass(serialNumber)).email).toEqual(told)
  })

  it('can be sent again to another address, and each is told of', async () => {
    const { ours } = service
    const { serialNumber } = await ours.createPass({ title: 'Pass' })
    const [first, second] = [someone(), someone()]
    for (const to of [first, second]) {
      const answer = await service.fetch(`/api/passes/${serialNumber}/email`, {
        key: service.key,
        json: { to },
      })
      expect(answer.status).toBe(202)
      const { emailId, ...rest } = (await answer.json()) as { emailId: string }
      expect(rest).toEqual({ status: 'queued' })
      expect(await untilEnded(ours, emailId)).toMatchObject({
        emailId,
        serialNumber,
        to,
        status: 'sent',
      })
      const told = { emailId, to, status: 'sent' }
      expect((await ours.getPass(serialNumber)).email).toEqual(told)
      const { events } = await ours.listEvents({ type: 'email.sent', limit: 100 })
      expect(events.filter(({ data }) => data.email?.emailId === emailId)).toHaveLength(1)
    }
    const [one, other] = [await received(first), await received(second)]
    expect(one.parsed.messageId).not.toBe(other.parsed.messageId)
  })

  it('is of another key’s passes and mails nobody’s business', async () => {
    const { ours } = service
    const { email, serialNumber } = await ours.createPass({
      title: 'Pass',
      email: { to: someone() },
    })
    const stranger = await service.createKey()
    const asked = await service.fetch(`/api/emails/${email!.emailId}`, { key: stranger })
    const path = `/api/passes/${serialNumber}/email`
    const sent = await service.fetch(path, { key: stranger, json: { to: 'eve@wallet.test' } })
    expect([asked.status, sent.status]).toEqual([404, 404])
    await untilEnded(ours, email!.emailId)
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

    it('sends a real pass and says each step', async () => {
      const settings = { ...env, ...mailSettings(login()) }
      const to = someone()
      const said = await runCommand(settings, 'mail', 'test', '--to', to)
      expect(said.match(/^\d\..*$/gm)).toEqual([
        expect.stringMatching(
          /^1\. Mail server 127\.0\.0\.1:\d+, STARTTLS required, with a login\.$/,
        ),
        expect.stringMatching(/^2\. It answers/),
        expect.stringMatching(/^3\. A pass is made and signed/),
        expect.stringMatching(
          `^4\\. The mail server took the mail from press@wallet.test to ${to}`,
        ),
      ])
      const mail = await received(to)
      const root = await developmentRoot(env.CERTIFICATES_DIR ?? '')
      await judgePass(mail.attachments.at(-1)!.bytes, { root })
    })

    it.each<[string, (right: MailingOptions) => Partial<MailingOptions>, string, RegExp]>([
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
      ['a port where nobody listens', () => ({ port: 1 }), 'anna', /refuses the connection/],
      ['an unknown host', () => ({ host: 'mail.invalid' }), 'anna', /its name is not known/],
      ['an address that is not there', () => ({}), 'nobody', /550 5\.1\.1 .*No such user here/],
      [
        'an authority that is not trusted',
        () => ({ env: { NODE_EXTRA_CA_CERTS: '' } }),
        'anna',
        /certificate/,
      ],
    ])('explains %s', async (_what, change, name, sentence) => {
      const settings = { ...env, ...mailSettings({ ...login(), ...change(login()) }) }
      await expect(failureOf(settings, `${name}@wallet.test`)).resolves.toMatch(sentence)
    })

    it('explains a server without STARTTLS', async () => {
      const faults = await startSmtpFaults({
        behaviour: 'no-starttls',
        auth: { user: 'u', password: 'p' },
      })
      try {
        const { port } = faults
        const settings = { ...env, ...mailSettings({ port, user: 'u', password: 'p' }) }
        await expect(failureOf(settings, 'anna@wallet.test')).resolves.toMatch(
          /does not offer STARTTLS.*SMTP_TLS to optional/,
        )
        expect(faults.seen().cleartext).not.toContain('AUTH')
      } finally {
        await faults.close()
      }
    })
  })
})

/** What the command says on standard error when it does not succeed. */
async function failureOf(settings: Record<string, string>, to: string): Promise<string> {
  const failure = await runCommand(settings, 'mail', 'test', '--to', to).catch((error) => error)
  expect(failure).toMatchObject({ code: 1, stderr: expect.any(String) })
  expect(failure.stderr).not.toMatch(/^\s+at /m)
  return failure.stderr
}
