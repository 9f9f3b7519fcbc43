import { Problem } from '@passwright/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { type MailingService, startMailingService } from '../support/mail/mailing-service.ts'
import { type FakeSmtpServer, startFakeSmtpServer } from '../support/smtp/fake-smtp-server.ts'

const title = 'Riverside Climbing Club'

describe.each(databases)('the daily email limit on $name', ({ createDatabase: newUrl }) => {
  let server: FakeSmtpServer
  let service: MailingService
  let databaseUrl: string

  beforeAll(async () => {
    server = await startFakeSmtpServer()
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

  it('rejects the next email; the call creates and counts nothing', async () => {
    const { api, clock } = service
    const { serialNumber } = await api.createPass({ title })
    for (let count = 0; count < 5; count += 1) {
      await api.sendEmail(serialNumber, { to: `member-${count}@wallet.test` })
    }
    const midnight = new Date(clock.now()).setUTCHours(24, 0, 0, 0)
    const seconds = Math.ceil((midnight - clock.now().getTime()) / 1000)
    const before = [await api.listPasses(), await api.getUsage(), await api.listEvents()]
    const calls = [
      [`/api/passes/${serialNumber}/email`, { to: 'eve@wallet.test' }],
      ['/api/passes', { title, email: { to: 'eve@wallet.test' } }],
      [
        '/api/pkpass',
        { title, barcodeValue: '1', barcodeFormat: 'QR', email: { to: 'eve@wallet.test' } },
      ],
    ] as const
    for (const [path, json] of calls) {
      const response = await service.fetch(path, { key: service.key, json })
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, String(seconds)])
      expect(await response.json()).toMatchObject({
        code: 'email_limit',
        error: expect.stringContaining(`5/day. Resets: ${new Date(midnight).toISOString()}`),
      })
    }
    const { events } = await api.listEvents()
    expect([await api.listPasses(), await api.getUsage()]).toMatchObject([
      { passes: [{ serialNumber }] },
      before[1],
    ])
    expect(events.filter(({ type }) => type === 'pass.created')).toHaveLength(1)

    await api.createPass({ title })
    const other = service.client(await service.createKey())
    await other.createPass({ title, email: { to: 'carl@wallet.test' } })
    clock.advance(seconds * 1000)
    await api.sendEmail(serialNumber, { to: 'dora@wallet.test' })
    expect(server.getActivity().commands.join()).not.toContain('eve@')
  })

  it('holds for concurrent requests on two instances', async () => {
    const second = await startMailingService({
      port: server.port,
      databaseUrl,
      env: { MAIL_DAILY_LIMIT: '5' },
      clock: service.clock,
    })
    try {
      const { key } = service
      const { serialNumber } = await service.api.createPass({ title })
      const results = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const ours = [service, second][index % 2]!.client(key)
          const to = `race-${index}@wallet.test`
          const request =
            index % 4 < 2
              ? ours.sendEmail(serialNumber, { to })
              : ours.createPass({ title, email: { to } })
          const result = await request.catch(toProblem)
          if (result instanceof Problem) expect(result.code).toBe('email_limit')
          return result
        }),
      )
      const accepted = results.filter((result) => !(result instanceof Problem))
      expect(accepted).toHaveLength(5)
      const created = accepted.filter((result) => 'serialNumber' in result)
      const { passes } = await service.api.listPasses({ limit: 100 })
      expect(passes).toHaveLength(1 + created.length)
      expect((await service.api.getUsage()).count).toBe(1 + created.length)
    } finally {
      await second.stop()
    }
  })
})

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  throw error
}
