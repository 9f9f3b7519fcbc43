import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Config } from '../../src/config.ts'
import type { EmailMessage } from '../../src/email/mailer.ts'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { eventually } from '../support/eventually.ts'
import { type ScriptedMailer, scriptedMailer } from '../support/fake-mailer.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const MINUTE = 60_000
const open = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'keys@example.com', SIGNUP: 'open' }

describe.each(databases)('a key by mail, on $name', ({ url: newUrl }) => {
  let databaseUrl: string
  let mailer: ScriptedMailer
  let later = 0

  beforeEach(async () => {
    databaseUrl = await newUrl()
    mailer = scriptedMailer()
    later = 0
  })

  const start = async (env: Partial<Record<keyof typeof open | string, string>> = open) => {
    const change = () => ({ mailer, now: () => new Date(Date.now() + later) })
    const service = await startTestService({
      databaseUrl,
      env: env as Record<string, string>,
      change,
    })
    onTestFinished(() => service.stop())
    return service
  }
  const ask = (service: TestService, email: unknown, init: RequestInit = {}) =>
    service.fetch('/api/keys/request', { json: { email }, ...init })
  const mailsTo = (address: string) => mailer.messages.filter(({ to }) => to.address === address)
  const arrive = (address: string, count = 1) =>
    eventually(
      () => mailsTo(address),
      (messages) => messages.length === count,
    )
  const keyIn = ({ email }: EmailMessage) => /pw_live_[0-9a-f]{48}/.exec(email.text)?.[0] ?? ''
  const jobsDone = (service: TestService, count: number) =>
    eventually(
      () => service.ctx.db.selectFrom('job').select('state').execute(),
      (jobs) => jobs.length === count && jobs.every(({ state }) => state === 'done'),
    )

  it('comes at once, on the free plan, and works', async () => {
    const service = await start()
    const answer = await ask(service, 'Ada@Example.com')
    expect(answer.status).toBe(202)
    const [message] = await arrive('Ada@example.com')
    expect(message?.email.html).toContain(keyIn(message!))
    const usage = await service.client(keyIn(message!)).getUsage()
    expect(usage).toMatchObject({ plan: 'free', limit: 1000, name: 'ada@example.com' })
  })

  it('is one per address, and no answer tells whether there is one', async () => {
    const service = await start()
    const first = await ask(service, 'ada@bücher.example')
    await arrive('ada@xn--bcher-kva.example')
    await jobsDone(service, 1)
    const second = await ask(service, 'ADA@BÜCHER.example')
    expect([second.status, await second.text()]).toEqual([first.status, await first.text()])
    const [known] = await arrive('ADA@xn--bcher-kva.example')
    expect(keyIn(known!)).toBe('')
    expect(known?.email.text).toContain('passwright keys rotate')
    const keys = await service.ctx.db
      .selectFrom('api_key')
      .where('plan', '=', 'free')
      .select('id')
      .execute()
    expect(keys).toHaveLength(1)
  })

  it('is told of once an hour at most to whoever has it: nobody can flood a mailbox through us', async () => {
    const service = await start()
    await ask(service, 'ada@example.com')
    await jobsDone(service, 1)
    for (let count = 2; count < 5; count += 1) {
      expect((await ask(service, 'ada@example.com')).status).toBe(202)
      await jobsDone(service, count)
    }
    expect(mailsTo('ada@example.com').map(keyIn).map(Boolean)).toEqual([true, false])
    later = 61 * MINUTE
    await ask(service, 'ada@example.com')
    await jobsDone(service, 5)
    expect(mailsTo('ada@example.com')).toHaveLength(3)
  })

  it('is the same one when the mail has to be sent again, also by another process', async () => {
    const service = await start()
    const refusal = { result: 'retry', reason: '451 Try again', outage: false } as const
    mailer.results.push(refusal)
    await ask(service, 'ada@example.com')
    const [first] = await arrive('ada@example.com')
    await eventually(
      () => service.ctx.db.selectFrom('job').select('claim').executeTakeFirstOrThrow(),
      ({ claim }) => claim === null,
    )
    await service.stop()
    later = 2 * MINUTE
    const other = await startTestService({
      databaseUrl,
      env: { ...open, CERTIFICATES_DIR: service.ctx.config.certificatesDir },
      change: () => ({ mailer, now: () => new Date(Date.now() + later) }),
    })
    onTestFinished(() => other.stop())
    const [, second] = await arrive('ada@example.com', 2)
    expect(keyIn(first!)).not.toBe('')
    expect(keyIn(second!)).toBe(keyIn(first!))
    expect(second?.id).toBe(first?.id)
    expect((await other.client(keyIn(second!)).getUsage()).plan).toBe('free')
  })

  it('is still given when all tries of the first mail failed and it is asked for anew', async () => {
    const service = await start()
    mailer.results.push({ result: 'failed', reason: '550 No such user', outage: false })
    await ask(service, 'ada@example.com')
    const [first] = await arrive('ada@example.com')
    await eventually(
      () => service.ctx.db.selectFrom('job').select('state').executeTakeFirstOrThrow(),
      ({ state }) => state === 'failed',
    )
    await ask(service, 'ada@example.com')
    const [, second] = await arrive('ada@example.com', 2)
    expect(keyIn(second!)).toBe(keyIn(first!))
  })

  it('stands in no table and no log line', async () => {
    const service = await start()
    await ask(service, 'ada@example.com')
    const [message] = await arrive('ada@example.com')
    await jobsDone(service, 1)
    const tables = ['job', 'signup', 'api_key', 'api_secret', 'lane', 'once'] as const
    const rows = await Promise.all(
      tables.map((table) => service.ctx.db.selectFrom(table).selectAll().execute()),
    )
    const secret = keyIn(message!).slice('pw_live_'.length)
    expect(secret).toHaveLength(48)
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(service.logs.join('')).not.toContain(secret)
    expect(service.logs.join('')).not.toContain('ada@example.com')
  })

  it('is made once when many ask for one address at once', async () => {
    const services = [await start(), await start()] as const
    await Promise.all(Array.from({ length: 8 }, (_, n) => ask(services[n % 2]!, 'ada@example.com')))
    await jobsDone(services[0], 8)
    const keys = new Set(
      mailsTo('ada@example.com')
        .map(keyIn)
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

  it('is not given out where the operator has not opened it', async () => {
    const service = await start({})
    for (const email of ['ada@example.com', 'nonsense']) {
      expect(await problemIn(await ask(service, email))).toMatchObject({
        status: 403,
        code: 'signup_closed',
      })
    }
    expect(await (await service.fetch('/')).text()).not.toContain('<form')
  })
})

describe('asking for a key', () => {
  const start = async (env = {}) => {
    const mailer = scriptedMailer()
    const service = await startTestService({ env: { ...open, ...env }, change: () => ({ mailer }) })
    onTestFinished(() => service.stop())
    return { service, mailer }
  }

  it('is possible with the form of the front page, without scripts', async () => {
    const { service, mailer } = await start()
    expect(await (await service.fetch('/')).text()).toContain('<form method="post" action="keys">')
    const form = new URLSearchParams({ email: 'ada@example.com' })
    const answer = await service.fetch('/keys', { method: 'POST', body: form })
    expect(answer.status).toBe(202)
    expect(await answer.text()).toContain('Look into your mailbox')
    await eventually(
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

  it('speaks the language of the browser', async () => {
    const { service, mailer } = await start()
    const headers = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' }
    await service.fetch('/api/keys/request', { headers, json: { email: 'ada@example.com' } })
    const [message] = await eventually(
      () => mailer.messages,
      (messages) => messages.length === 1,
    )
    expect(message?.email.html).toContain('lang="de"')
  })

  it('is refused when one address asks too often, and says when to come back', async () => {
    const { service } = await start()
    const ask = () => service.fetch('/api/keys/request', { json: { email: 'ada@example.com' } })
    const answers = await Promise.all(Array.from({ length: 12 }, ask))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(10).fill(202), 429, 429])
    const refused = await problemIn(await ask())
    expect(refused.code).toBe('rate_limited')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800)
  })

  it('takes one address and nothing else', async () => {
    const { service } = await start()
    for (const email of ['', 'a@b@c.example', 'ada@example.com, eve@example.com', 7, null]) {
      const problem = await problemIn(await service.fetch('/api/keys/request', { json: { email } }))
      expect(problem).toMatchObject({ status: 400, issues: [{ path: 'email' }] })
    }
  })

  it('needs a mail server, which the start says', async () => {
    const { SMTP_URL, ...without } = open
    const settings = async () => (await import('../../src/config.ts')).readConfig(without) as Config
    await expect(settings()).rejects.toThrow('SIGNUP open needs SMTP_URL')
  })
})
