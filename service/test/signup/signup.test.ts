import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Config } from '../../src/config.ts'
import type { EmailMessage } from '../../src/email/mailer.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakeMailer, type FakeMailer } from '../support/mail/fake-mailer.ts'

const MINUTE = 60_000
const open = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'keys@example.com', SIGNUP: 'open' }

describe.each(databases)('an API key by email on $name', ({ createDatabase: newUrl }) => {
  let databaseUrl: string
  let mailer: FakeMailer
  let later = 0

  beforeEach(async () => {
    databaseUrl = await newUrl()
    mailer = createFakeMailer()
    later = 0
  })

  const start = async (env: Partial<Record<keyof typeof open | string, string>> = open) => {
    const overrides = () => ({ mailer, now: () => new Date(Date.now() + later) })
    const service = await startTestService({
      databaseUrl,
      env: env as Record<string, string>,
      overrides,
    })
    onTestFinished(() => service.stop())
    return service
  }
  const requestKey = (service: TestService, email: unknown, init: RequestInit = {}) =>
    service.fetch('/api/keys/request', { json: { email }, ...init })
  const listMailsTo = (address: string) =>
    mailer.messages.filter(({ to }) => to.address === address)
  const waitForMails = (address: string, count = 1) =>
    waitFor(
      () => listMailsTo(address),
      (messages) => messages.length === count,
    )
  const findKey = ({ email }: EmailMessage) => /pw_live_[0-9a-f]{48}/.exec(email.text)?.[0] ?? ''
  const waitForJobs = (service: TestService, count: number) =>
    waitFor(
      () => service.ctx.db.selectFrom('job').select('state').execute(),
      (jobs) => jobs.length === count && jobs.every(({ state }) => state === 'done'),
    )

  it('arrives at once, is on the free plan, and works', async () => {
    const service = await start()
    const response = await requestKey(service, 'Ada@Example.com')
    expect(response.status).toBe(202)
    const [message] = await waitForMails('Ada@example.com')
    expect(message?.email.html).toContain(findKey(message!))
    const usage = await service.client(findKey(message!)).getUsage()
    expect(usage).toMatchObject({ plan: 'free', limit: 1000, name: 'ada@example.com' })
  })

  it('exists once per address, and no reply reveals whether it exists', async () => {
    const service = await start()
    const first = await requestKey(service, 'ada@bücher.example')
    await waitForMails('ada@xn--bcher-kva.example')
    await waitForJobs(service, 1)
    const second = await requestKey(service, 'ADA@BÜCHER.example')
    expect([second.status, await second.text()]).toEqual([first.status, await first.text()])
    const [known] = await waitForMails('ADA@xn--bcher-kva.example')
    expect(findKey(known!)).toBe('')
    expect(known?.email.text).toContain('passwright keys rotate')
    const keys = await service.ctx.db
      .selectFrom('api_key')
      .where('plan', '=', 'free')
      .select('id')
      .execute()
    expect(keys).toHaveLength(1)
  })

  it('is mentioned to its owner at most once an hour, so that requests cannot flood a mailbox', async () => {
    const service = await start()
    await requestKey(service, 'ada@example.com')
    await waitForJobs(service, 1)
    for (let count = 2; count < 5; count += 1) {
      expect((await requestKey(service, 'ada@example.com')).status).toBe(202)
      await waitForJobs(service, count)
    }
    expect(listMailsTo('ada@example.com').map(findKey).map(Boolean)).toEqual([true, false])
    later = 61 * MINUTE
    await requestKey(service, 'ada@example.com')
    await waitForJobs(service, 5)
    expect(listMailsTo('ada@example.com')).toHaveLength(3)
  })

  it('exists once per mailbox, whatever follows a plus, and goes to the address that was typed', async () => {
    const service = await start()
    const addresses = ['ada+1@example.com', 'ADA+2@example.com', 'ada@example.com']
    for (const [index, address] of addresses.entries()) {
      await requestKey(service, address)
      await waitForJobs(service, index + 1)
    }
    const sent = mailer.messages.map((message) => [message.to.address, findKey(message) !== ''])
    expect(sent).toEqual([
      ['ada+1@example.com', true],
      ['ADA+2@example.com', false],
    ])
  })

  it('goes to each of two mailboxes whose letters only look alike', async () => {
    const service = await start()
    const addresses = ['kate@example.com', '\u212aate@example.com']
    for (const [index, address] of addresses.entries()) {
      await requestKey(service, address)
      await waitForJobs(service, index + 1)
    }
    expect(mailer.messages.map(findKey).map(Boolean)).toEqual([true, true])
  })

  it('is not sent to a mailbox whose key was revoked, and neither is a reminder', async () => {
    const service = await start()
    mailer.results.push({ result: 'retry', reason: '451 Try again', outage: false })
    await requestKey(service, 'ada@example.com')
    await waitFor(
      () => service.ctx.db.selectFrom('job').select('reason').executeTakeFirstOrThrow(),
      ({ reason }) => reason === '451 Try again',
    )
    const change = { revoked_at: new Date().toISOString() }
    await service.ctx.db.updateTable('api_key').set(change).where('plan', '=', 'free').execute()
    expect((await requestKey(service, 'ada@example.com')).status).toBe(202)
    later = 2 * MINUTE
    const jobs = await waitFor(
      () => service.ctx.db.selectFrom('job').select(['state', 'reason']).execute(),
      (all) => all.length === 2 && all.every(({ state }) => state === 'failed'),
    )
    expect(jobs.map(({ reason }) => reason)).toEqual(
      Array(2).fill('The API key of this address was revoked'),
    )
    expect(mailer.messages).toHaveLength(1)
  })

  it('is the same when the email is retried, also by another process', async () => {
    const service = await start()
    const refusal = { result: 'retry', reason: '451 Try again', outage: false } as const
    mailer.results.push(refusal)
    await requestKey(service, 'ada@example.com')
    const [first] = await waitForMails('ada@example.com')
    await waitFor(
      () => service.ctx.db.selectFrom('job').select('claim').executeTakeFirstOrThrow(),
      ({ claim }) => claim === null,
    )
    await service.stop()
    later = 2 * MINUTE
    const other = await startTestService({
      databaseUrl,
      env: { ...open, CERTIFICATES_DIR: service.ctx.config.certificatesDir },
      overrides: () => ({ mailer, now: () => new Date(Date.now() + later) }),
    })
    onTestFinished(() => other.stop())
    const [, second] = await waitForMails('ada@example.com', 2)
    expect(findKey(first!)).not.toBe('')
    expect(findKey(second!)).toBe(findKey(first!))
    expect(second?.id).toBe(first?.id)
    expect((await other.client(findKey(second!)).getUsage()).plan).toBe('free')
  })

  it('is sent on a new request when the first email failed', async () => {
    const service = await start()
    mailer.results.push({ result: 'failed', reason: '550 No such user', outage: false })
    await requestKey(service, 'ada@example.com')
    const [first] = await waitForMails('ada@example.com')
    await waitFor(
      () => service.ctx.db.selectFrom('job').select('state').executeTakeFirstOrThrow(),
      ({ state }) => state === 'failed',
    )
    await requestKey(service, 'ada@example.com')
    const [, second] = await waitForMails('ada@example.com', 2)
    expect(findKey(second!)).toBe(findKey(first!))
  })

  it('appears in no table and no log line', async () => {
    const service = await start()
    await requestKey(service, 'ada@example.com')
    const [message] = await waitForMails('ada@example.com')
    await waitForJobs(service, 1)
    const tables = ['job', 'signup', 'api_key', 'api_secret', 'outage', 'once'] as const
    const rows = await Promise.all(
      tables.map((table) => service.ctx.db.selectFrom(table).selectAll().execute()),
    )
    const secret = findKey(message!).slice('pw_live_'.length)
    expect(secret).toHaveLength(48)
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(service.logs.join('')).not.toContain(secret)
    expect(service.logs.join('')).not.toContain('ada@example.com')
  })

  it('is created once for many concurrent requests for one address', async () => {
    const services = [await start(), await start()] as const
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => requestKey(services[n % 2]!, 'ada@example.com')),
    )
    await waitForJobs(services[0], 8)
    const keys = new Set(
      listMailsTo('ada@example.com')
        .map(findKey)
        .filter((key) => key !== ''),
    )
    expect(keys.size).toBe(1)
    const rows = await services[0].ctx.db
      .selectFrom('api_key')
      .where('plan', '=', 'free')
      .select('id')
      .execute()
    expect(rows).toHaveLength(1)
  })

  it('is not available unless the operator opens signup', async () => {
    const service = await start({})
    for (const email of ['ada@example.com', 'nonsense']) {
      expect(await readErrorResponse(await requestKey(service, email))).toMatchObject({
        status: 403,
        code: 'signup_closed',
      })
    }
    expect(await (await service.fetch('/')).text()).not.toContain('<form')
  })
})

describe('requesting an API key', () => {
  const start = async (env = {}) => {
    const mailer = createFakeMailer()
    const service = await startTestService({
      env: { ...open, ...env },
      overrides: () => ({ mailer }),
    })
    onTestFinished(() => service.stop())
    return { service, mailer }
  }

  it('works with the form of the home page, without scripts', async () => {
    const { service, mailer } = await start()
    expect(await (await service.fetch('/')).text()).toContain('<form method="post" action="keys">')
    const form = new URLSearchParams({ email: 'ada@example.com' })
    const response = await service.fetch('/keys', { method: 'POST', body: form })
    expect(response.status).toBe(202)
    expect(await response.text()).toContain('Check your inbox')
    await waitFor(
      () => mailer.messages,
      (messages) => messages.length === 1,
    )
    const wrong = await service.fetch('/keys', {
      method: 'POST',
      body: new URLSearchParams({ email: 'x' }),
    })
    expect(wrong.status).toBe(400)
    expect(await wrong.text()).toContain('must be one e-mail address')
  })

  it('refuses a form that was sent from another site, as a page that says what to do', async () => {
    const { service, mailer } = await start()
    const host = new URL(service.url).host
    const submit = (headers: Record<string, string>) =>
      service.fetch('/keys', {
        method: 'POST',
        headers,
        body: new URLSearchParams({ email: 'ada@example.com' }),
      })
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': '' },
      { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://${host}.evil.example` },
    ]
    for (const headers of foreign) {
      const response = await submit(headers)
      expect([headers, response.status]).toEqual([headers, 403])
      expect(await response.text()).toContain('open http://localhost:3000/ and send it')
    }
    const own: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin', origin: 'null' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://localhost:3000' },
      { origin: `http://${host}` },
      {},
    ]
    expect(mailer.messages).toEqual([])
    for (const headers of own) expect((await submit(headers)).status).toBe(202)
    const home = await service.fetch('/')
    expect(home.headers.get('referrer-policy')).toBe('same-origin')
  })

  it('sends the email in the language of the browser', async () => {
    const { service, mailer } = await start()
    const headers = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' }
    await service.fetch('/api/keys/request', { headers, json: { email: 'ada@example.com' } })
    const [message] = await waitFor(
      () => mailer.messages,
      (messages) => messages.length === 1,
    )
    expect(message?.email.html).toContain('lang="de"')
  })

  it('is rejected when one IP address does it too often, with the time to retry', async () => {
    const { service } = await start()
    const request = () => service.fetch('/api/keys/request', { json: { email: 'ada@example.com' } })
    const responses = await Promise.all(Array.from({ length: 12 }, request))
    const statuses = responses.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(10).fill(202), 429, 429])
    const rejected = await readErrorResponse(await request())
    expect(rejected.code).toBe('too_many_requests')
    expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThan(800)
  })

  it('accepts exactly one email address', async () => {
    const { service } = await start()
    for (const email of ['', 'a@b@c.example', 'ada@example.com, eve@example.com', 7, null]) {
      const problem = await readErrorResponse(
        await service.fetch('/api/keys/request', { json: { email } }),
      )
      expect(problem).toMatchObject({ status: 400, issues: [{ path: 'email' }] })
    }
  })

  it('is announced to the operator in the log while sign-up is open', async () => {
    const { service } = await start()
    expect(service.logs.filter((line) => line.includes('SIGNUP is open'))).toHaveLength(1)
    const { service: closed } = await start({ SIGNUP: 'closed' })
    expect(closed.logs.join('')).not.toContain('SIGNUP')
  })

  it('needs a mail server, as the error at the start says', async () => {
    const { SMTP_URL, ...without } = open
    const readSettings = async () =>
      (await import('../../src/config.ts')).readConfig(without) as Config
    await expect(readSettings()).rejects.toThrow('SIGNUP open needs SMTP_URL')
  })
})
