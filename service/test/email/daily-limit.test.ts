import { Problem } from '@passwright/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type SmtpFaults, startSmtpFaults } from '../support/mail/fake-smtp-server.ts'
import { type MailingService, startMailingService } from '../support/mail/mailing-service.ts'

const title = 'Riverside Climbing Club'

describe.each(databases)('the mails of a day on $name', ({ url: newUrl }) => {
  let server: SmtpFaults
  let service: MailingService
  let databaseUrl: string

  beforeAll(async () => {
    server = await startSmtpFaults()
    databaseUrl = await newUrl()
  })
  beforeEach(async () => {
    service = await startMailingService({
      port: server.port,
      databaseUrl,
      env: { MAIL_DAILY_LIMIT: '5' },
    })
    return () => service.stop()
  })
  afterAll(() => server.close())

  it('end at the limit; then a call that wants one more makes and counts nothing', async () => {
    const { ours, clock } = service
    const { serialNumber } = await ours.createPass({ title })
    for (let count = 0; count < 5; count += 1) {
      await ours.sendEmail(serialNumber, { to: `member-${count}@wallet.test` })
    }
    const midnight = new Date(clock.now()).setUTCHours(24, 0, 0, 0)
    const seconds = Math.ceil((midnight - clock.now().getTime()) / 1000)
    const before = [await ours.listPasses(), await ours.getUsage(), await ours.listEvents()]
    const tries = [
      [`/api/passes/${serialNumber}/email`, { to: 'eve@wallet.test' }],
      ['/api/passes', { title, email: { to: 'eve@wallet.test' } }],
      [
        '/api/pkpass',
        { title, barcodeValue: '1', barcodeFormat: 'QR', email: { to: 'eve@wallet.test' } },
      ],
    ] as const
    for (const [path, json] of tries) {
      const answer = await service.fetch(path, { key: service.key, json })
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, String(seconds)])
      expect(await answer.json()).toMatchObject({
        code: 'email_limit',
        error: expect.stringContaining(`5/day. Resets: ${new Date(midnight).toISOString()}`),
      })
    }
    const { events } = await ours.listEvents()
    expect([await ours.listPasses(), await ours.getUsage()]).toMatchObject([
      { passes: [{ serialNumber }] },
      before[1],
    ])
    expect(events.filter(({ type }) => type === 'pass.created')).toHaveLength(1)

    await ours.createPass({ title })
    const other = service.client(await service.createKey())
    await other.createPass({ title, email: { to: 'carl@wallet.test' } })
    clock.move(seconds * 1000)
    await ours.sendEmail(serialNumber, { to: 'dora@wallet.test' })
    expect(server.seen().commands.join()).not.toContain('eve@')
  })

  it('end at the limit when all ask at once, on two instances too', async () => {
    const second = await startMailingService({
      port: server.port,
      databaseUrl,
      env: { MAIL_DAILY_LIMIT: '5' },
      clock: service.clock,
    })
    try {
      const { key } = service
      const { serialNumber } = await service.ours.createPass({ title })
      const answers = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const ours = [service, second][index % 2]!.client(key)
          const to = `race-${index}@wallet.test`
          const asking =
            index % 4 < 2
              ? ours.sendEmail(serialNumber, { to })
              : ours.createPass({ title, email: { to } })
          const answer = await asking.catch(problem)
          if (answer instanceof Problem) expect(answer.code).toBe('email_limit')
          return answer
        }),
      )
      const taken = answers.filter((answer) => !(answer instanceof Problem))
      expect(taken).toHaveLength(5)
      const made = taken.filter((answer) => 'serialNumber' in answer)
      const { passes } = await service.ours.listPasses({ limit: 100 })
      expect(passes).toHaveLength(1 + made.length)
      expect((await service.ours.getUsage()).count).toBe(1 + made.length)
    } finally {
      await second.stop()
    }
  })
})

function problem(error: unknown): Problem {
  if (error instanceof Problem) return error
  throw error
}
