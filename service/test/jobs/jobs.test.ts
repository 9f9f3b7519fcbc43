import { once } from 'node:events'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { deleteExpiredData } from '../../src/db/retention.ts'
import { queues } from '../../src/job-handlers.ts'
import type { Job } from '../../src/jobs/job.ts'
import { retryJob } from '../../src/jobs/manage/manage.ts'
import { claimJobs, renewLeases } from '../../src/jobs/queue/claim.ts'
import { attemptJob } from '../../src/jobs/worker/attempt.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer, type FakeMailer } from '../support/mail/fake-mailer.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }

describe.each(databases)('a job on $name', ({ createDatabase: newUrl }) => {
  let databaseUrl: string
  let mailer: FakeMailer
  let later = 0
  let startedAt = Date.now()
  /** The clock only moves when a test changes `later`. */
  const now = () => new Date(startedAt + later)

  beforeEach(async () => {
    databaseUrl = await newUrl()
    mailer = createFakeMailer()
    later = 0
    startedAt = Date.now()
  })

  const start = async (env: Record<string, string> = {}): Promise<TestService> => {
    const overrides = () => ({ now, mailer })
    const service = await startTestService({ databaseUrl, env: { ...mail, ...env }, overrides })
    onTestFinished(() => service.stop())
    return service
  }
  const sendEmail = async (service: TestService, key: string, to = 'ada@example.com') => {
    const { email } = await service.client(key).createPass({ title: 'Club', email: { to } })
    return email?.emailId ?? ''
  }
  const createEmailReader = (service: TestService, key: string, emailId: string) => () =>
    service.client(key).getEmail(emailId)
  const isSent = ({ status }: { status: string }) => status === 'sent'

  /** Claims the due job like a worker that then dies. */
  const claimAndDie = async ({ ctx }: TestService, worker = 'dead'): Promise<Job> => {
    const [job] = await claimJobs(ctx.db, ctx.config.database.kind, {
      worker,
      kinds: ['email'],
      limit: 1,
      now: now(),
    })
    return job!
  }
  /** A service with a paused queue, so that the test can act as the worker. */
  const startIdle = async (): Promise<TestService> => {
    const service = await start()
    await service.ctx.db
      .insertInto('outage')
      .values({
        name: 'mail',
        reason: 'test',
        since: '',
        paused_until: new Date(startedAt + 10 * MINUTE).toISOString(),
        pauses: 1,
      })
      .execute()
    return service
  }

  it('of a dead worker runs again after its lease has expired, and not before', async () => {
    const service = await startIdle()
    const key = await service.createKey()
    const emailId = await sendEmail(service, key)
    await claimAndDie(service)
    await service.ctx.db.deleteFrom('outage').execute()

    const second = await sendEmail(service, key)
    await waitFor(createEmailReader(service, key, second), isSent)
    expect(mailer.messages.map(({ id }) => id)).toEqual([second])
    later = 31 * SECOND
    await waitFor(createEmailReader(service, key, emailId), isSent)
    expect(mailer.messages.map(({ id }) => id)).toEqual([second, emailId])
  })

  it('does not run a second time in the same worker when its lease expires while it runs', async () => {
    const service = await start()
    const key = await service.createKey()
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(() => promise.then(() => ({ result: 'succeeded' })))
    const slow = await sendEmail(service, key)
    await waitFor(
      () => mailer.messages.length,
      (attempts) => attempts === 1,
    )
    later = 40 * SECOND
    // The worker has run a later job, so it has polled again and found the first one due.
    const next = await sendEmail(service, key)
    await waitFor(createEmailReader(service, key, next), isSent)
    resolve()
    await waitFor(createEmailReader(service, key, slow), isSent)
    expect(mailer.messages.map(({ id }) => id)).toEqual([slow, next])
  })

  it('stays with a worker that renews its lease', async () => {
    const service = await startIdle()
    const key = await service.createKey()
    await sendEmail(service, key)
    const job = await claimAndDie(service, 'slow')
    later = 25 * SECOND
    await renewLeases(service.ctx.db, service.ctx.config.database.kind, 'slow', [job], now())
    later = 50 * SECOND
    expect(await claimAndDie(service, 'other')).toBeUndefined()
    later = 56 * SECOND
    expect((await claimAndDie(service, 'other')).id).toBe(job.id)
  })

  it('whose outcome its worker could not record runs again after its lease, although that worker lives on', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const service = await start()
    const { db } = service.ctx
    const key = await service.createKey()
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(() => promise.then(() => ({ result: 'succeeded' })))
    const running = await sendEmail(service, key)
    const readJob = (emailId: string) =>
      db
        .selectFrom('job')
        .select(['claim', 'run_at'])
        .where('payload', '=', JSON.stringify({ emailId }))
        .executeTakeFirstOrThrow()
    const { claim, run_at: leaseEnd } = await waitFor(
      () => readJob(running),
      (job) => job.claim !== null,
    )
    // Claimed by a worker that knows nothing of it.
    const lost = await sendEmail(service, key)
    await waitFor(createEmailReader(service, key, lost), isSent)
    await db
      .updateTable('job')
      .set({ state: 'waiting', claim, run_at: leaseEnd, finished_at: null })
      .where('payload', '=', JSON.stringify({ emailId: lost }))
      .execute()
    later = 20 * SECOND
    vi.advanceTimersByTime(10 * SECOND)
    await waitFor(
      () => readJob(running),
      (job) => job.run_at > leaseEnd,
    )
    expect((await readJob(lost)).run_at).toBe(leaseEnd)
    later = 31 * SECOND
    await waitFor(
      () => mailer.messages.map(({ id }) => id),
      (ids) => ids.length === 3,
    )
    expect(mailer.messages.map(({ id }) => id)).toEqual([running, lost, lost])
    resolve()
    await waitFor(createEmailReader(service, key, running), isSent)
  })

  it('is only updated by the worker that holds its lease', async () => {
    const service = await startIdle()
    const { ctx } = service
    const key = await service.createKey()
    const emailId = await sendEmail(service, key)
    const job = await claimAndDie(service, 'slow')
    later = 31 * SECOND
    await claimAndDie(service, 'other')

    await attemptJob(ctx, 'slow', queues[0]!, job)
    expect(mailer.messages).toHaveLength(1)
    expect(await createEmailReader(service, key, emailId)()).toMatchObject({ status: 'queued' })
    await attemptJob(ctx, 'other', queues[0]!, job)
    expect(await createEmailReader(service, key, emailId)()).toMatchObject({ status: 'sent' })
    const { events } = await service.client(key).listEvents({ type: 'email.sent' })
    expect(events).toHaveLength(1)
  })

  it('runs once, however many processes poll for jobs', async () => {
    const services = [await start(), await start(), await start()]
    const [service] = services as [TestService]
    const key = await service.createKey()
    const ids = await Promise.all(
      Array.from({ length: 45 }, (_, n) => sendEmail(services[n % 3]!, key, `ada${n}@example.com`)),
    )
    const count = async () =>
      (await service.client(key).listEvents({ type: 'email.sent', limit: 100 })).events.length
    await waitFor(count, (sent) => sent === ids.length)
    expect(mailer.messages.map(({ id }) => id).sort()).toEqual([...ids].sort())
  })

  it('that fails with an internal error is retried on schedule, and its reason exposes no internals', async () => {
    const service = await start()
    const key = await service.createKey()
    mailer.results.push(async () => {
      throw new Error('secret details')
    })
    const emailId = await sendEmail(service, key)
    const { reason } = await waitFor(
      createEmailReader(service, key, emailId),
      (email) => email.reason !== undefined,
    )
    expect(reason).toBe('An internal error occurred')
    later = MINUTE
    expect(await waitFor(createEmailReader(service, key, emailId), isSent)).not.toHaveProperty(
      'reason',
    )
  })

  it('fails after its last retry, is listed as failed, and can be retried by hand', async () => {
    const service = await start()
    const key = await service.createKey()
    const emailId = await sendEmail(service, key)
    const refusal = { result: 'retry', reason: '450 4.2.0 Greylisted', outage: false } as const
    mailer.results.push(...Array<typeof refusal>(7).fill(refusal))
    const waits = [0, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR]
    const getJob = () => service.ctx.db.selectFrom('job').selectAll().executeTakeFirstOrThrow()
    for (const [index, wait] of waits.entries()) {
      later += wait
      await waitFor(getJob, ({ attempts, claim }) => attempts === index + 1 && claim === null)
    }
    const failed = await waitFor(
      createEmailReader(service, key, emailId),
      ({ status }) => status === 'failed',
    )
    expect(failed.reason).toBe('450 4.2.0 Greylisted')
    const { events } = await service.client(key).listEvents({ type: 'email.failed' })
    expect(events.map(({ data }) => data.email)).toEqual([
      { emailId, to: 'ada@example.com', status: 'failed', reason: '450 4.2.0 Greylisted' },
    ])

    const row = await service.ctx.db.selectFrom('job').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'failed', attempts: 7 })
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(() => promise.then(() => ({ result: 'succeeded' })))
    expect(await retryJob(service.ctx, queues, row.id)).toBe(true)
    const retried = await createEmailReader(service, key, emailId)()
    expect([retried.status, retried.reason]).toEqual(['queued', undefined])
    resolve()
    await waitFor(createEmailReader(service, key, emailId), isSent)
    expect(await retryJob(service.ctx, queues, row.id)).toBe(false)
    expect(new Set(mailer.messages.map(({ id }) => id))).toEqual(new Set([emailId]))
  })

  it('waits while an outage pauses its queue, without using up an attempt, and then runs by itself', async () => {
    const service = await start()
    const key = await service.createKey()
    const refusal = { result: 'paused', reason: '535 No such user', outage: true } as const
    mailer.results.push(...Array<typeof refusal>(5).fill(refusal))
    const ids = [await sendEmail(service, key)]
    await waitFor(
      () => mailer.messages.length,
      (attempts) => attempts === 1,
    )
    const findPause = () => service.ctx.db.selectFrom('outage').select('name').executeTakeFirst()
    await waitFor(findPause, (pause) => pause !== undefined)
    // Only now: /ready remembers its warnings for a second, and here the clock stands still.
    const fetchWarnings = async () =>
      ((await (await service.fetch('/ready')).json()) as { warnings: string[] }).warnings.join()
    expect(await fetchWarnings()).toContain('mail: its jobs do not succeed')
    expect(await fetchWarnings()).not.toContain('535')

    for (let count = 0; count < 8; count += 1) ids.push(await sendEmail(service, key))
    const readPause = async () => {
      const query = service.ctx.db.selectFrom('outage').select(['pauses', 'paused_until'])
      const { pauses, paused_until } = await query.executeTakeFirstOrThrow()
      return { pauses, ms: Date.parse(paused_until ?? '') - now().getTime() }
    }
    expect(await readPause()).toEqual({ pauses: 1, ms: MINUTE })
    const [first] = ids as [string]
    expect(await createEmailReader(service, key, first)()).toMatchObject({
      status: 'queued',
      reason: '535 No such user',
    })
    // After the pause one job is tried; the next pause is longer.
    later = MINUTE
    await waitFor(readPause, ({ pauses }) => pauses === 2)
    expect((await readPause()).ms).toBe(2 * MINUTE)
    expect(mailer.messages).toHaveLength(2)
    mailer.results.length = 0
    later = 10 * MINUTE
    for (const id of ids) await waitFor(createEmailReader(service, key, id), isSent)
    // From now on a refusal concerns only its own email.
    mailer.results.push({ result: 'retry', reason: '450 Greylisted', outage: false })
    const greylisted = await sendEmail(service, key)
    await waitFor(
      createEmailReader(service, key, greylisted),
      (email) => email.reason !== undefined,
    )
    expect(await fetchWarnings()).not.toContain('mail:')
    const rows = await service.ctx.db.selectFrom('job').select('attempts').execute()
    expect(rows.map(({ attempts }) => attempts)).toEqual([...ids, greylisted].map(() => 1))
  })

  it('runs at once when the service starts, even if its queue was paused', async () => {
    const service = await start()
    const key = await service.createKey()
    mailer.results.push({ result: 'paused', reason: '535 No such user', outage: true })
    const emailId = await sendEmail(service, key)
    await waitFor(createEmailReader(service, key, emailId), ({ reason }) => reason !== undefined)
    await service.stop()
    const restarted = await start()
    await waitFor(createEmailReader(restarted, key, emailId), isSent)
  })

  it('is finished before the service stops, and no other job starts', async () => {
    const service = await start()
    const key = await service.createKey()
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(async () => {
      await promise
      return { result: 'succeeded' }
    })
    const emailId = await sendEmail(service, key)
    await waitFor(
      () => mailer.messages.length,
      (attempts) => attempts === 1,
    )
    const stopped = service.stop()
    await once(service.server, 'close')
    resolve()
    await stopped
    const next = await start()
    expect(await createEmailReader(next, key, emailId)()).toMatchObject({ status: 'sent' })
  })

  it('is deleted after thirty days, like events; idempotent replies after one day', async () => {
    const service = await start()
    const { db } = service.ctx
    const key = await service.createKey()
    const emailId = await sendEmail(service, key)
    await service.client(key).createPass({ title: 'Club' }, 'once')
    await waitFor(createEmailReader(service, key, emailId), isSent)
    const countRows = async () => [
      (await db.selectFrom('idempotency').select('created_at').execute()).length,
      (await db.selectFrom('event').select('id').execute()).length,
      (await db.selectFrom('job').select('id').execute()).length,
      (await db.selectFrom('email').select('id').execute()).length,
    ]
    const counts: Record<string, number[]> = {}
    for (const [when, age] of [
      ['before a day', DAY - MINUTE],
      ['after a day', DAY + MINUTE],
      ['before thirty', 30 * DAY - MINUTE],
      ['after thirty', 30 * DAY + MINUTE],
    ] as const) {
      await deleteExpiredData(db, new Date(Date.now() + age))
      counts[when] = await countRows()
    }
    expect(counts).toEqual({
      'before a day': [1, 3, 1, 1],
      'after a day': [0, 3, 1, 1],
      'before thirty': [0, 3, 1, 1],
      'after thirty': [0, 0, 0, 1],
    })
  })
})

describe('a process with ROLE=web', () => {
  it('leaves jobs to workers, which serve nothing but /health and /ready', async () => {
    const mailer = createFakeMailer()
    const databaseUrl =
      (await databases.find(({ name }) => name === 'postgres')?.createDatabase()) ?? ''
    const start = async (ROLE: string) => {
      const overrides = () => ({ mailer })
      const service = await startTestService({ databaseUrl, env: { ...mail, ROLE }, overrides })
      onTestFinished(() => service.stop())
      return service
    }
    const web = await start('web')
    const client = web.client(await web.createKey())
    const created = await client.createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    const worker = await start('worker')
    expect((await worker.fetch('/health')).status).toBe(200)
    expect((await worker.fetch('/ready')).status).toBe(200)
    for (const path of ['/', '/api/auth/usage', '/openapi.json']) {
      expect((await worker.fetch(path)).status).toBe(404)
    }
    const { emailId = '' } = created.email ?? {}
    await waitFor(
      () => client.getEmail(emailId),
      ({ status }) => status === 'sent',
    )
  })
})
