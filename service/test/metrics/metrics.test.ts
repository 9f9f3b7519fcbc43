import { describe, expect, it, onTestFinished } from 'vitest'
import type { Queue } from '../../src/jobs/job.ts'
import { countBacklog } from '../../src/jobs/manage/backlog.ts'
import { databases } from '../support/databases/databases.ts'
import { findFreePort } from '../support/environment/free-port.ts'
import { startTestService, type TestServiceOptions } from '../support/environment/test-service.ts'
import { findValue, parseMetrics, runPromtool } from '../support/metrics/scrape.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'

const hasPromtool = await ensureDebianPackages(
  ['prometheus'],
  "the check of the metrics by Prometheus's promtool",
)

const start = async (options: TestServiceOptions) => {
  const service = await startTestService(options)
  onTestFinished(() => service.stop())
  return service
}

describe.each(databases)('the metrics on $name', ({ name, createDatabase }) => {
  it('count what the service does, and show the state of queues, quotas and certificates', async () => {
    const databaseUrl = await createDatabase()
    const env = {
      METRICS: 'on',
      SMTP_URL: 'smtp://mail.example.com',
      MAIL_FROM: 'club@example.com',
      PLAN_FREE_LIMIT: '2',
    }
    const refused = { result: 'retry', reason: 'The mail server is away', outage: true } as const
    const mailer = { check: async () => refused, send: async () => refused, close: () => {} }
    const service = await start({ databaseUrl, env, overrides: () => ({ mailer }) })
    const free = await service.createKey('free')
    const pass = { title: 'Card', barcodeValue: 'SECRET-42', barcodeFormat: 'QR' }
    await service.fetch('/api/passes', { key: free, json: pass })
    const email = { to: 'ada@example.com' }
    const reply = await service.fetch('/api/passes', { key: free, json: { ...pass, email } })
    const { serialNumber, shareUrl } = (await reply.json()) as Record<string, string>
    await fetch(String(shareUrl).replace(/^http:\/\/[^/]+/, service.url))
    await service.fetch(`/api/passes/${serialNumber}`, { key: free })
    await service.fetch('/no/such/page/ada@example.com')
    await expect.poll(() => service.logs.join('')).toContain('"result":"retry"')

    const text = await (await service.fetch('/metrics')).text()
    const samples = parseMetrics(text)
    const value = (metric: string, labels: Record<string, string>) =>
      findValue(samples, `passwright_${metric}`, labels)
    const created = { method: 'POST', route: '/api/passes', status: '201' }
    expect(value('http_requests_total', created)).toBe(2)
    expect(value('http_requests_total', { route: '/p/:token', status: '200' })).toBe(1)
    expect(value('http_requests_total', { route: 'none', status: '404' })).toBe(1)
    expect(value('http_request_duration_seconds_count', { route: '/api/passes' })).toBe(2)
    expect(value('passes_created_this_month', { plan: 'free' })).toBe(2)
    expect(value('passes_created_ever', { plan: 'free' })).toBe(2)
    expect(value('keys_quota_used_up', { plan: 'free' })).toBe(1)
    expect(value('keys_quota_used_up', { plan: 'unlimited' })).toBe(0)
    expect(value('job_attempts_total', { queue: 'mail', kind: 'email', result: 'retry' })).toBe(1)
    expect(value('jobs_waiting', { queue: 'mail', kind: 'email' })).toBe(1)
    expect(value('jobs_oldest_due_seconds', { kind: 'email' })).toBe(0)
    expect(value('queue_outage', { queue: 'mail' })).toBe(1)
    expect(value('queue_outage', { queue: 'push' })).toBe(0)
    expect(value('signing_duration_seconds_count', { result: 'succeeded' })).toBeGreaterThan(1)
    expect(value('signing_queue_passes', {})).toBe(0)
    expect(value('database_up', {})).toBe(1)
    expect(value('certificate_expiry_timestamp_seconds', {})).toBeGreaterThan(Date.now() / 1000)
    expect(value('group_commit_transactions_count', {})).toEqual(
      name === 'sqlite' ? expect.toSatisfy((count: number) => count > 2) : 0,
    )
    expect(findValue(samples, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)

    const secrets = [free, serialNumber, shareUrl?.split('/p/')[1], 'example.com', 'SECRET', 'key_']
    expect(secrets.filter((secret) => text.includes(String(secret)))).toEqual([])
    if (hasPromtool) expect(runPromtool(['check', 'metrics'], text)).toBe('')
  })

  it('tell how long the job has been due that has been due longest, and how many have failed', async () => {
    const service = await start({ databaseUrl: await createDatabase() })
    const { db, now } = service.ctx
    const handler = { schedule: [], attempt: async () => retry, record: async () => {} }
    const retry = { result: 'retry' } as const
    const queue: Queue = { name: 'test', concurrency: 1, handlers: { other: handler } }
    const at = (seconds: number) => new Date(now().getTime() + seconds * 1000).toISOString()
    const job = { kind: 'other', payload: '{}', owner: 'key', attempts: 1, created_at: at(-999) }
    const rows = [
      { ...job, id: 'job_1', state: 'waiting', run_at: at(-90) },
      { ...job, id: 'job_2', state: 'waiting', run_at: at(-10) },
      { ...job, id: 'job_3', state: 'failed', run_at: at(-900) },
    ]
    await db.insertInto('job').values(rows).execute()
    const { kinds } = await countBacklog(db, [queue], now())
    expect(kinds).toEqual([
      {
        queue: 'test',
        kind: 'other',
        waiting: 2,
        failed: 1,
        oldestDueSeconds: expect.closeTo(90, -1),
      },
    ])
  })
})

it('the metrics are a 404 where METRICS is off, and at a port of their own only there', async () => {
  const off = await start({})
  expect((await off.fetch('/metrics')).status).toBe(404)
  const port = await findFreePort()
  const own = await start({ env: { METRICS: String(port) } })
  expect((await own.fetch('/metrics')).status).toBe(404)
  const page = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(page.headers.get('content-type')).toMatch(/^text\/plain; version=/)
  expect(await page.text()).toContain('passwright_http_requests_total')
  expect((await fetch(`http://127.0.0.1:${port}/api/passes`)).status).toBe(404)
  await own.stop()
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow()
})

/** A service with metrics, and a clock that can be put ahead. */
const startWithClock = async () => {
  const clock = { aheadMs: 0 }
  const now = () => new Date(Date.now() + clock.aheadMs)
  const service = await start({ env: { METRICS: 'on' }, overrides: () => ({ now }) })
  const scrape = async () => parseMetrics(await (await service.fetch('/metrics')).text())
  return { service, clock, scrape }
}

it('the metrics of a process can be read while the database is away', async () => {
  const { service, clock, scrape } = await startWithClock()
  expect(findValue(await scrape(), 'passwright_jobs_waiting')).toBe(0)
  await service.ctx.db.destroy()
  clock.aheadMs = 60_000
  const samples = await scrape()
  expect(findValue(samples, 'passwright_database_up')).toBe(0)
  expect(findValue(samples, 'passwright_jobs_waiting')).toBeUndefined()
  expect(findValue(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0)
})

it('many addresses that nobody knows make no new series of metrics', async () => {
  const { service, clock, scrape } = await startWithClock()
  await service.fetch('/no/such/page')
  await service.fetch('/p/none')
  await scrape()
  clock.aheadMs = 60_000
  const before = (await scrape()).length
  for (let index = 0; index < 50; index += 1) {
    await service.fetch(`/no/such/page/${index}`)
    await service.fetch(`/p/none${index}`, { method: 'PROPFIND' })
    await service.fetch(`/p/none${index}`)
  }
  clock.aheadMs = 120_000
  // Those of the other method are new.
  expect((await scrape()).length).toBeLessThan(before + 40)
})

it('scraping often does not ask the database often', async () => {
  const { service, clock, scrape } = await startWithClock()
  const counted = async () => findValue(await scrape(), 'passwright_jobs_failed', { kind: 'email' })
  expect(await counted()).toBe(0)
  const at = new Date().toISOString()
  const job = {
    kind: 'email',
    payload: '{}',
    owner: 'key',
    attempts: 1,
    run_at: at,
    created_at: at,
  }
  await service.ctx.db
    .insertInto('job')
    .values({ ...job, id: 'job_1', state: 'failed' })
    .execute()
  clock.aheadMs = 5_000
  expect(await counted()).toBe(0)
  clock.aheadMs = 20_000
  expect(await counted()).toBe(1)
})

it('an instance that only sends has health and metrics, and no API', async () => {
  const databaseUrl = await databases.find(({ name }) => name === 'postgres')!.createDatabase()
  const service = await start({ databaseUrl, env: { ROLE: 'worker', METRICS: 'on' } })
  const addresses = ['/health', '/ready', '/metrics', '/', '/api/passes', '/p/none', '/docs']
  const statuses = await Promise.all(
    addresses.map(async (address) => (await service.fetch(address)).status),
  )
  expect(statuses).toEqual([200, 200, 200, 404, 404, 404, 404])
})
