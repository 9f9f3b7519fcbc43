import { domainToASCII, domainToUnicode } from 'node:url'
import { Problem } from '@passwright/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilEnded } from '../support/email-status.ts'
import type { TakenMessage } from '../support/mail/failing-smtp-server.ts'
import { type SmtpFaults, startSmtpFaults } from '../support/mail/fake-smtp-server.ts'
import {
  hostileTexts,
  nobodies,
  oddAddress,
  oddWish,
  type Said,
} from '../support/mail/hostile-mail.ts'
import { type MailingService, startMailingService, trust } from '../support/mail/mailing-service.ts'
import { judgeMail } from '../support/mail/verify-mail.ts'

const title = 'Riverside Climbing Club'
const login = { user: 'press@wallet.test', password: 'open sesame' }

/** Every mail has these headers, in this order, whatever was asked for. */
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

describe('whoever is asked for', () => {
  let server: SmtpFaults
  let service: MailingService
  let serialNumber: string

  beforeAll(async () => {
    server = await startSmtpFaults({ auth: login })
    trust(server.ca)
    service = await startMailingService({ port: server.port, ...login })
    serialNumber = (await service.ours.createPass({ title })).serialNumber
  })
  afterAll(async () => {
    await service.stop()
    await server.close()
  })

  const commandsOf = async (work: () => Promise<void>): Promise<string[]> => {
    const before = server.seen().commands.length
    await work()
    const { emailId } = await service.ours.sendEmail(serialNumber, { to: 'last@wallet.test' })
    await untilEnded(service.ours, emailId)
    return server
      .seen()
      .commands.slice(before)
      .filter((line) => /^RCPT/i.test(line))
  }

  it('is refused by the name of the field when that is not exactly one address, and nobody gets a mail', async () => {
    const rcpts = await commandsOf(async () => {
      for (const to of nobodies) {
        const creating = { json: { title, email: { to } }, path: 'email.to', at: '/api/passes' }
        const sending = { json: { to }, path: 'to', at: `/api/passes/${serialNumber}/email` }
        for (const { at, json, path } of [creating, sending]) {
          const answer = await service.fetch(at, { key: service.key, json })
          const told = [answer.status, await answer.json()]
          expect(told, JSON.stringify(to)).toMatchObject([400, { issues: [{ path }] }])
        }
      }
    })
    expect(rcpts).toEqual(['RCPT TO:<last@wallet.test>'])
  })

  it('is the one mailbox that the address names, however odd its name', async () => {
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
    const rcpts = await commandsOf(async () => {
      for (const [to] of mailboxes) {
        const { emailId } = await service.ours.sendEmail(serialNumber, { to })
        expect(await untilEnded(service.ours, emailId)).toMatchObject({ status: 'sent', to })
      }
    })
    const wires = [...mailboxes.map(([, wire]) => wire), 'last@wallet.test']
    expect(rcpts).toEqual(wires.map((wire) => `RCPT TO:<${wire}>`))
    for (const [index, message] of server.messages.slice(before).entries()) {
      const { parsed, findings } = await judgeMail(message.raw)
      expect(findings).toEqual([])
      expect(parsed.to?.map(({ address }) => address)).toEqual([wires[index]])
    }
  })

  it('fails clearly in another script where the server knows none', async () => {
    await server.behave('no-smtputf8')
    server.hangUp()
    const { emailId } = await service.ours.sendEmail(serialNumber, { to: 'дмитрий@wallet.test' })
    expect(await untilEnded(service.ours, emailId)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching('553 5.6.7 Addresses must be ASCII'),
    })
    await server.behave('good')
    server.hangUp()
  })

  it('is refused, or is exactly who gets the mail', async () => {
    const addresses = fc.array(oddAddress, { minLength: 40, maxLength: 40 })
    let refused = 0
    let mailed = 0
    const property = fc.asyncProperty(addresses, async (asked) => {
      const accepted: string[] = []
      const rcpts = await commandsOf(async () => {
        const ids = await Promise.all(
          asked.map(async (to) => {
            const sent = await service.ours.sendEmail(serialNumber, { to }).catch(problem)
            if (sent instanceof Problem) {
              expect(sent).toMatchObject({ code: 'invalid_request', issues: [{ path: 'to' }] })
              refused += 1
              return []
            }
            accepted.push(wireOf(to))
            return [sent.emailId]
          }),
        )
        for (const id of ids.flat()) await untilEnded(service.ours, id)
      })
      mailed += accepted.length
      const wanted = [...accepted, 'last@wallet.test'].map((wire) => `RCPT TO:<${wire}>`)
      expect(rcpts.toSorted()).toEqual(wanted.toSorted())
    })
    await fc.assert(property, { numRuns: 4, endOnFailure: true })
    expect({ refused: refused > 20, mailed: mailed > 20 }).toEqual({ refused: true, mailed: true })
  })
})

describe('whatever is said', () => {
  let server: SmtpFaults
  let service: MailingService

  beforeAll(async () => {
    server = await startSmtpFaults({ auth: login })
    trust(server.ca)
    service = await startMailingService({ port: server.port, ...login })
  })
  afterAll(async () => {
    await service.stop()
    await server.close()
  })

  /** Asks for passes by mail; each is refused with its field named, or is one harmless mail. */
  const ask = async (wishes: Said[]): Promise<'refused' | 'mailed'> => {
    const before = server.messages.length
    const made = await Promise.all(
      wishes.map(async ({ title, organizationName, logoText, ...email }, index) => {
        const to = `member-${before + index}@wallet.test`
        const body = { title, organizationName, logoText, email: { to, ...email } }
        const answer = await service.ours.createPass(body).catch(problem)
        if (!(answer instanceof Problem)) return [{ to, emailId: answer.email!.emailId }]
        expect(answer.code).toBe('invalid_request')
        for (const { path } of answer.issues ?? []) expect(path).toMatch(saidPath)
        return []
      }),
    )
    const mailed = made.flat()
    for (const { emailId } of mailed) {
      expect(await untilEnded(service.ours, emailId)).toMatchObject({ status: 'sent' })
    }
    const messages = server.messages.slice(before)
    expect(messages.map(({ to }) => to.join()).toSorted()).toEqual(
      mailed.map(({ to }) => to).toSorted(),
    )
    for (const message of messages) await expectHarmless(message)
    return mailed.length > 0 ? 'mailed' : 'refused'
  }

  it.each<[string, (text: string) => Said]>([
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
  ])('as the %s changes no header and reaches nobody else', async (_place, say) => {
    expect(await ask(hostileTexts.map(say))).toBe('mailed')
  })

  it('is refused with its field, or is one mail with only our headers', async () => {
    const wishes = fc.array(oddWish, { minLength: 25, maxLength: 25 })
    const tally = { refused: 0, mailed: 0 }
    const property = fc.asyncProperty(wishes, async (asked) => {
      tally[await ask(asked)] += 1
    })
    await fc.assert(property, { numRuns: 4, endOnFailure: true })
    expect(tally.mailed).toBe(4)
  })
})

const saidPath = /^(title|organizationName|logoText|email\.(name|subject|message))$/

function problem(error: unknown): Problem {
  if (error instanceof Problem) return error
  throw error
}

/** A name beyond ASCII needs SMTPUTF8, under which domains are written out too (RFC 6531, 3.2). */
function wireOf(address: string): string {
  const at = address.lastIndexOf('@')
  const [name, domain] = [address.slice(0, at), domainToASCII(address.slice(at + 1))]
  return `${name}@${/^[ -~]*$/.test(name) ? domain : domainToUnicode(domain)}`
}

/** One recipient, our headers, our two pictures and one pass with a plain name: nothing that anybody said is more than text. */
async function expectHarmless(message: TakenMessage): Promise<void> {
  const { headers, parsed, tree, attachments, findings } = await judgeMail(message.raw)
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
