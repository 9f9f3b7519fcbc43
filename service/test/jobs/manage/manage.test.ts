import type { Delivery } from '@passwright/shared/schema'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { findApiKey } from '../../../src/accounts/auth.ts'
import { queues } from '../../../src/job-handlers.ts'
import { dropJobs, retryJob } from '../../../src/jobs/manage/manage.ts'
import { claimJobs } from '../../../src/jobs/queue/claim.ts'
import { databases } from '../../support/databases/databases.ts'
import { createTestClock, type TestClock } from '../../support/environment/test-clock.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { waitFor } from '../../support/environment/wait-for.ts'
import { createFakeMailer, type FakeMailer } from '../../support/mail/fake-mailer.ts'
import { createFakePost, type FakePost } from '../../support/webhooks/fake-post.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY
const env = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }
const url = 'https://one.example/hook'

describe.each(databases)('a waiting job on $name', ({ createDatabase }) => {
  let service: TestService
  let mailer: FakeMailer
  let network: FakePost
  let clock: TestClock
  let key: string
  let databaseUrl: string

  beforeEach(async () => {
    mailer = createFakeMailer()
    network = createFakePost()
    clock = createTestClock()
    databaseUrl = await createDatabase()
    service = await start()
    key = await service.createKey()
  })

  const start = async () => {
    const overrides = () => ({
      mailer,
      now: clock.now,
      post: network.post,
      checkEndpointUrl: async () => undefined,
    })
    const started = await startTestService({ databaseUrl, env, overrides })
    onTestFinished(() => started.stop())
    return started
  }
  const listJobs = () =>
    service.ctx.db.selectFrom('job').selectAll().orderBy('created_at').execute()
  const findJobs = async (kind: string) => (await listJobs()).filter((job) => job.kind === kind)
  /** Sends an email whose first attempt the mail server puts off; waits until then. */
  const sendGreylisted = async (to = 'ada@example.com') => {
    mailer.results.push({ result: 'retry', reason: '450 Greylisted', outage: false })
    const { email } = await service.client(key).createPass({ title: 'Club', email: { to } })
    const read = () => service.client(key).getEmail(email?.emailId ?? '')
    await waitFor(read, ({ reason }) => reason === '450 Greylisted')
    return read
  }
  const getKeyId = async () => (await findApiKey(service.ctx.db, key, clock.now()))?.id ?? ''
  const isAttempted = (job: { claim: string | null; attempts: number }) =>
    job.claim === null && job.attempts > 0
  const isSent = ({ status }: { status: string }) => status === 'sent'

  it('that is dropped fails with the reason, and its email is never sent', async () => {
    const readEmail = await sendGreylisted()
    const [job] = await listJobs()
    expect(await dropJobs(service.ctx, queues, { id: job?.id ?? '' })).toEqual({
      dropped: 1,
      running: 0,
    })
    expect(await readEmail()).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('operator of this service dropped it'),
    })
    const { events } = await service.client(key).listEvents({ type: 'email.failed' })
    expect(events).toHaveLength(1)
    clock.advance(DAY)
    await clock.waitForReads(10)
    expect(mailer.messages).toHaveLength(1)
    expect(await dropJobs(service.ctx, queues, { id: job?.id ?? '' })).toMatchObject({ dropped: 0 })
  })

  it('of a key is dropped with all others of that key, emails and deliveries, and tests too', async () => {
    const other = await service.createKey()
    network.respondAlways(url, 500)
    const created = await service.fetch('/api/webhooks', { key, json: { url } })
    const { id } = (await created.json()) as { id: string }
    for (let count = 0; count < 60; count += 1) await sendGreylisted(`ada${count}@example.com`)
    await service.fetch(`/api/webhooks/${id}/test`, { key, method: 'POST' })
    await waitFor(listJobs, (jobs) => jobs.length === 121 && jobs.every(isAttempted))
    mailer.results.push({ result: 'retry', reason: '450 Greylisted', outage: false })
    await service.client(other).createPass({ title: 'Club', email: { to: 'bob@example.com' } })

    const keyId = await getKeyId()
    await service.ctx.db
      .updateTable('api_key')
      .set({ revoked_at: clock.now().toISOString() })
      .where('id', '=', keyId)
      .execute()
    expect(await dropJobs(service.ctx, queues, { keyId })).toEqual({ dropped: 121, running: 0 })
    const deliveries = await service.ctx.db.selectFrom('delivery').selectAll().execute()
    expect(deliveries.map(({ state }) => state)).toEqual(
      Array<Delivery['state']>(61).fill('failed'),
    )
    expect(deliveries[0]?.reason).toContain('operator of this service dropped it')
    const waiting = (await listJobs()).filter(({ state }) => state === 'waiting')
    expect(waiting).toHaveLength(1)
  })

  it('that the service is running just now is not dropped', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(() => promise.then(() => ({ result: 'succeeded' })))
    await service.client(key).createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    await waitFor(
      () => mailer.messages.length,
      (count) => count === 1,
    )
    const [job] = await listJobs()
    const id = job?.id ?? ''
    expect(await dropJobs(service.ctx, queues, { id })).toEqual({ dropped: 0, running: 1 })
    expect(await retryJob(service.ctx, queues, id)).toBe(false)
    resolve()
    await waitFor(listJobs, ([only]) => only?.state === 'done')
  })

  it('runs at once when it is retried, also while an outage pauses its queue', async () => {
    const readEmail = await sendGreylisted()
    const [job] = await listJobs()
    await service.ctx.db
      .insertInto('outage')
      .values({
        name: 'mail',
        reason: 'test',
        since: clock.now().toISOString(),
        paused_until: new Date(clock.now().getTime() + 10 * MINUTE).toISOString(),
        pauses: 3,
      })
      .execute()
    expect(await retryJob(service.ctx, queues, job?.id ?? '')).toBe(true)
    await waitFor(readEmail, isSent)
    const [sent] = await listJobs()
    expect(sent?.attempts).toBe(1)
  })

  it('that was parked by a clock that was a year ahead is due once the clock is right', async () => {
    clock.advance(YEAR)
    const readEmail = await sendGreylisted()
    const created = await service.fetch('/api/webhooks', { key, json: { url } })
    expect(created.status).toBe(201)
    network.respondOnce(url, 500)
    await service.client(key).createPass({ title: 'Club' })
    await waitFor(
      () => findJobs('webhook'),
      ([one]) => one?.attempts === 1 && one.claim === null,
    )
    mailer.results.push({ result: 'paused', reason: '535 No such user', outage: true })
    const { email: second } = await service
      .client(key)
      .createPass({ title: 'Club', email: { to: 'bob@example.com' } })
    await waitFor(
      () => service.ctx.db.selectFrom('outage').select('paused_until').executeTakeFirst(),
      (outage) => outage !== undefined,
    )
    await service.stop()

    clock.advance(-YEAR)
    service = await start()
    await waitFor(readEmail, isSent)
    await waitFor(() => service.client(key).getEmail(second?.emailId ?? ''), isSent)
    await waitFor(
      () => findJobs('webhook'),
      (jobs) => jobs.length > 0 && jobs.every(({ state }) => state === 'done'),
    )
  })

  it('that a worker claimed while the clock was a year ahead runs again', async () => {
    await service.ctx.db
      .insertInto('outage')
      .values({
        name: 'mail',
        reason: 'test',
        since: clock.now().toISOString(),
        paused_until: new Date(clock.now().getTime() + 10 * MINUTE).toISOString(),
        pauses: 1,
      })
      .execute()
    const { email } = await service
      .client(key)
      .createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    const now = new Date(clock.now().getTime() + YEAR)
    const { db, config } = service.ctx
    const claim = { worker: 'dead', kinds: ['email'], limit: 1, now }
    expect(await claimJobs(db, config.database.kind, claim)).toHaveLength(1)
    await service.stop()
    service = await start()
    await waitFor(() => service.client(key).getEmail(email?.emailId ?? ''), isSent)
  })

  it('in a pause that a clock set a year ahead is not paused', async () => {
    await service.ctx.db
      .insertInto('outage')
      .values({
        name: 'mail',
        reason: 'test',
        since: clock.now().toISOString(),
        paused_until: new Date(clock.now().getTime() + YEAR).toISOString(),
        pauses: 1,
      })
      .execute()
    const { email } = await service
      .client(key)
      .createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    await waitFor(() => service.client(key).getEmail(email?.emailId ?? ''), isSent)
  })
})
