import { domainToASCII, domainToUnicode } from 'node:url'
import { Problem } from '@passwright/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitForFinalStatus } from '../support/mail/email-status.ts'
import {
  type CallerTexts,
  hostileTexts,
  invalidAddresses,
  oddAddress,
  oddTexts,
} from '../support/mail/hostile-mail.ts'
import {
  type MailingService,
  startMailingService,
  trustCertificateAuthority,
} from '../support/mail/mailing-service.ts'
import { inspectMail } from '../support/mail/verify-mail.ts'
import type { ReceivedMessage } from '../support/smtp/failing-smtp-server.ts'
import { type FakeSmtpServer, startFakeSmtpServer } from '../support/smtp/fake-smtp-server.ts'

const title = 'Riverside Climbing Club'
const login = { user: 'press@wallet.test', password: 'open sesame' }

/** Every email has these headers, in this order, whatever the request says. */
const ourHeaders = [
  'Auto-Submitted',
  'From',
  'To',
  'Subject',
  'Message-ID',
  'Date',
  'MIME-Version',
  'Content-Type',
]

describe('a recipient', () => {
  let server: FakeSmtpServer
  let service: MailingService
  let serialNumber: string

  beforeAll(async () => {
    server = await startFakeSmtpServer({ auth: login })
    trustCertificateAuthority(server.ca)
    service = await startMailingService({ port: server.port, ...login })
    serialNumber = (await service.api.createPass({ title })).serialNumber
  })
  afterAll(async () => {
    await service.stop()
    await server.close()
  })

  const recordRecipients = async (work: () => Promise<void>): Promise<string[]> => {
    const before = server.getActivity().commands.length
    await work()
    const { emailId } = await service.api.sendEmail(serialNumber, { to: 'last@wallet.test' })
    await waitForFinalStatus(service.api, emailId)
    return server
      .getActivity()
      .commands.slice(before)
      .filter((line) => /^RCPT/i.test(line))
  }

  it('that is not exactly one address is rejected with the name of the field, and no email is sent', async () => {
    const rcpts = await recordRecipients(async () => {
      for (const to of invalidAddresses) {
        const creating = { json: { title, email: { to } }, path: 'email.to', url: '/api/passes' }
        const sending = { json: { to }, path: 'to', url: `/api/passes/${serialNumber}/email` }
        for (const { url, json, path } of [creating, sending]) {
          const response = await service.fetch(url, { key: service.key, json })
          const reply = [response.status, await response.json()]
          expect(reply, JSON.stringify(to)).toMatchObject([400, { issues: [{ path }] }])
        }
      }
    })
    expect(rcpts).toEqual(['RCPT TO:<last@wallet.test>'])
  })

  it('is exactly the mailbox in the address, however odd its local part', async () => {
    const mailboxes: [to: string, wire: string][] = [
      ['anna%eve.test@wallet.test', 'anna%eve.test@wallet.test'],
      ['eve!anna@wallet.test', 'eve!anna@wallet.test'],
      ["o'brien+a=b|c/d{e}^~`@wallet.test", "o'brien+a=b|c/d{e}^~`@wallet.test"],
      ['=?utf-8?q?eve=2C?=@wallet.test', '=?utf-8?q?eve=2C?=@wallet.test'],
      ['Anna@WALLET.Test', 'Anna@wallet.test'],
      ['anna@bücher.test', 'anna@xn--bcher-kva.test'],
      ['anna@例え.test', 'anna@xn--r8jz45g.test'],
    ]
    const before = server.messages.length
    const rcpts = await recordRecipients(async () => {
      for (const [to] of mailboxes) {
        const { emailId } = await service.api.sendEmail(serialNumber, { to })
        expect(await waitForFinalStatus(service.api, emailId)).toMatchObject({ status: 'sent', to })
      }
    })
    const wires = [...mailboxes.map(([, wire]) => wire), 'last@wallet.test']
    expect(rcpts).toEqual(wires.map((wire) => `RCPT TO:<${wire}>`))
    for (const [index, message] of server.messages.slice(before).entries()) {
      const { parsed, findings } = await inspectMail(message.raw)
      expect(findings).toEqual([])
      expect(parsed.to?.map(({ address }) => address)).toEqual([wires[index]])
    }
  })

  it('beyond ASCII fails with a clear reason if the server does not support it', async () => {
    await server.setBehaviour('no-smtputf8')
    server.dropConnections()
    const { emailId } = await service.api.sendEmail(serialNumber, { to: 'дмитрий@wallet.test' })
    expect(await waitForFinalStatus(service.api, emailId)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching('553 5.6.7 Addresses must be ASCII'),
    })
    await server.setBehaviour('good')
    server.dropConnections()
  })

  it('is either rejected or gets exactly one email', async () => {
    const addresses = fc.array(oddAddress, { minLength: 40, maxLength: 40 })
    let rejected = 0
    let mailed = 0
    const property = fc.asyncProperty(addresses, async (values) => {
      const accepted: string[] = []
      const rcpts = await recordRecipients(async () => {
        const ids = await Promise.all(
          values.map(async (to) => {
            const sent = await service.api.sendEmail(serialNumber, { to }).catch(toProblem)
            if (sent instanceof Problem) {
              expect(sent).toMatchObject({ code: 'invalid_request', issues: [{ path: 'to' }] })
              rejected += 1
              return []
            }
            accepted.push(toSmtpAddress(to.replace(/^[\s\u200b]+|[\s\u200b]+$/g, '')))
            return [sent.emailId]
          }),
        )
        for (const id of ids.flat()) await waitForFinalStatus(service.api, id)
      })
      mailed += accepted.length
      const expected = [...accepted, 'last@wallet.test'].map((wire) => `RCPT TO:<${wire}>`)
      expect(rcpts.toSorted()).toEqual(expected.toSorted())
    })
    await fc.assert(property, { numRuns: 4, endOnFailure: true })
    expect({ rejected: rejected > 20, mailed: mailed > 20 }).toEqual({
      rejected: true,
      mailed: true,
    })
  })
})

describe('a text from the request', () => {
  let server: FakeSmtpServer
  let service: MailingService

  beforeAll(async () => {
    server = await startFakeSmtpServer({ auth: login })
    trustCertificateAuthority(server.ca)
    service = await startMailingService({ port: server.port, ...login })
  })
  afterAll(async () => {
    await service.stop()
    await server.close()
  })

  /** Requests passes by email; each is rejected with the name of its field, or is sent as one harmless email. */
  const sendAll = async (requests: CallerTexts[]): Promise<'rejected' | 'mailed'> => {
    const before = server.messages.length
    const created = await Promise.all(
      requests.map(async ({ title, organizationName, logoText, ...email }, index) => {
        const to = `member-${before + index}@wallet.test`
        const body = { title, organizationName, logoText, email: { to, ...email } }
        const response = await service.api.createPass(body).catch(toProblem)
        if (!(response instanceof Problem)) return [{ to, emailId: response.email!.emailId }]
        expect(response.code).toBe('invalid_request')
        for (const { path } of response.issues ?? []) expect(path).toMatch(textPath)
        return []
      }),
    )
    const mailed = created.flat()
    for (const { emailId } of mailed) {
      expect(await waitForFinalStatus(service.api, emailId)).toMatchObject({ status: 'sent' })
    }
    const messages = server.messages.slice(before)
    expect(messages.map(({ to }) => to.join()).toSorted()).toEqual(
      mailed.map(({ to }) => to).toSorted(),
    )
    for (const message of messages) await expectHarmless(message)
    return mailed.length > 0 ? 'mailed' : 'rejected'
  }

  it.each<[string, (text: string) => CallerTexts]>([
    ['title', (text) => ({ title: text })],
    ['organization’s name', (text) => ({ title, organizationName: text })],
    ['logo text', (text) => ({ title, logoText: text })],
    ['recipient’s name', (text) => ({ title, name: text })],
    ['subject', (text) => ({ title, subject: text })],
    ['message', (text) => ({ title, message: text })],
    [
      'whole request',
      (text) => ({ title, organizationName: text, name: text, subject: text, message: text }),
    ],
  ])('as the %s changes no header and adds no recipient', async (_place, buildTexts) => {
    expect(await sendAll(hostileTexts.map(buildTexts))).toBe('mailed')
  })

  it('is rejected with the name of its field, or sent as one email with only our headers', async () => {
    const requests = fc.array(oddTexts, { minLength: 25, maxLength: 25 })
    const tally = { rejected: 0, mailed: 0 }
    const property = fc.asyncProperty(requests, async (values) => {
      tally[await sendAll(values)] += 1
    })
    await fc.assert(property, { numRuns: 4, endOnFailure: true })
    expect(tally.mailed).toBe(4)
  })
})

const textPath = /^(title|organizationName|logoText|email\.(name|subject|message))$/

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  throw error
}

/** A local part beyond ASCII needs SMTPUTF8, which also allows Unicode domains (RFC 6531, section 3.2). */
function toSmtpAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const [name, domain] = [address.slice(0, at), domainToASCII(address.slice(at + 1))]
  return `${name}@${/^[ -~]*$/.test(name) ? domain : domainToUnicode(domain)}`
}

/** Asserts one recipient, our headers, our two images and one pass with a plain file name: the caller's texts are only text. */
async function expectHarmless(message: ReceivedMessage): Promise<void> {
  const { headers, parsed, tree, attachments, findings } = await inspectMail(message.raw)
  expect(findings).toEqual([])
  expect(message.from).toBe('press@wallet.test')
  expect(headers.map(({ name }) => name)).toEqual(ourHeaders)
  expect([parsed.from?.address, parsed.to?.map(({ address }) => address)]).toEqual([
    'press@wallet.test',
    message.to,
  ])
  expect(tree).toBe(
    'multipart/mixed[multipart/alternative[text/plain, multipart/related[text/html, image/png, image/png]], application/vnd.apple.pkpass]',
  )
  expect(attachments.at(-1)?.fileName).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.pkpass$/)
}
