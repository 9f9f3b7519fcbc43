import { once } from 'node:events'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { queues } from '../../src/job-handlers.ts'
import { attemptJob } from '../../src/jobs/attempt.ts'
import type { Job } from '../../src/jobs/job.ts'
import { claimJobs, renewLeases } from '../../src/jobs/queue.ts'
import { deleteExpiredRows } from '../../src/jobs/retention.ts'
import { retryJob } from '../../src/jobs/retry.ts'
import { databases } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { type ScriptedMailer, scriptedMailer } from '../support/fake-mailer.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }

describe.each(databases)('what shall happen later, on $name', ({ url: newUrl }) => {
  let databaseUrl: string
  let mailer: ScriptedMailer
  let later = 0
  let begun = Date.now()
  /** The clock stands still but for what a test adds. */
  const now = () => new Date(begun + later)

  beforeEach(async () => {
    databaseUrl = await newUrl()
    mailer = scriptedMailer()
    later = 0
    begun = Date.now()
  })

  const start = async (env: Record<string, string> = {}): Promise<TestService> => {
    const change = () => ({ now, mailer })
    const service = await startTestService({ databaseUrl, env: { ...mail, ...env }, change })
    onTestFinished(() => service.stop())
    return service
  }
  const ask = async (service: TestService, key: string, to = 'ada@example.com') => {
    const { email } = await service.client(key).createPass({ title: 'Club', email: { to } })
    return email?.emailId ?? ''
  }
  const statusOf = (service: TestService, key: string, emailId: string) => () =>
    service.client(key).getEmail(emailId)
  const isSent = ({ status }: { status: string }) => status === 'sent'

  /** Takes what is due in the place of a worker that then dies. */
  const claimAndDie = async ({ ctx }: TestService, worker = 'dead'): Promise<Job> => {
    const [job] = await claimJobs(ctx.db, ctx.config.database.kind, {
      worker,
      kinds: ['email'],
      limit: 1,
      now: now(),
    })
    return job!
  }
  /** A service whose worker does not run, so that the test can be the worker. */
  const startIdle = async (): Promise<TestService> => {
    const service = await start()
    await service.ctx.db
      .insertInto('lane')
      .values({ name: 'mail', trouble: 'test', since: '', paused_until: '9999', pauses: 1 })
      .execute()
    return service
  }

  it('is taken over when the worker that had it died, after its lease and not before', async () => {
    const service = await startIdle()
    const key = await service.createKey()
    const emailId = await ask(service, key)
    await claimAndDie(service)
    await service.ctx.db.deleteFrom('lane').execute()

    const second = await ask(service, key)
    await eventually(statusOf(service, key, second), isSent)
    expect(mailer.messages.map(({ id }) => id)).toEqual([second])
    later = 31 * SECOND
    await eventually(statusOf(service, key, emailId), isSent)
    expect(mailer.messages.map(({ id }) => id)).toEqual([second, emailId])
  })

  it('is not begun a second time by the worker that has it, though its lease ended under it', async () => {
    const service = await start()
    const key = await service.createKey()
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(() => promise.then(() => ({ result: 'succeeded' })))
    const slow = await ask(service, key)
    await eventually(
      () => mailer.messages.length,
      (tries) => tries === 1,
    )
    later = 40 * SECOND
    // What comes later is done: the worker has looked, and found the first one due as well.
    const next = await ask(service, key)
    await eventually(statusOf(service, key, next), isSent)
    resolve()
    await eventually(statusOf(service, key, slow), isSent)
    expect(mailer.messages.map(({ id }) => id)).toEqual([slow, next])
  })

  it('stays with a worker that renews its lease', async () => {
    const service = await startIdle()
    const key = await service.createKey()
    await ask(service, key)
    const { id } = await claimAndDie(service, 'slow')
    later = 25 * SECOND
    await renewLeases(service.ctx.db, 'slow', now())
    later = 50 * SECOND
    expect(await claimAndDie(service, 'other')).toBeUndefined()
    later = 56 * SECOND
    expect((await claimAndDie(service, 'other')).id).toBe(id)
  })

  it('is written down by the one that has it: who lost the lease changes nothing', async () => {
    const service = await startIdle()
    const { ctx } = service
    const key = await service.createKey()
    const emailId = await ask(service, key)
    const job = await claimAndDie(service, 'slow')
    later = 31 * SECOND
    await claimAndDie(service, 'other')

    await attemptJob(ctx, 'slow', queues[0]!, job)
    expect(mailer.messages).toHaveLength(1)
    expect(await statusOf(service, key, emailId)()).toMatchObject({ status: 'queued' })
    await attemptJob(ctx, 'other', queues[0]!, job)
    expect(await statusOf(service, key, emailId)()).toMatchObject({ status: 'sent' })
    const { events } = await service.client(key).listEvents({ type: 'email.sent' })
    expect(events).toHaveLength(1)
  })

  it('happens once, however many processes look for work', async () => {
    const services = [await start(), await start(), await start()]
    const [service] = services as [TestService]
    const key = await service.createKey()
    const ids = await Promise.all(
      Array.from({ length: 45 }, (_, n) => ask(services[n % 3]!, key, `ada${n}@example.com`)),
    )
    const count = async () =>
      (await service.client(key).listEvents({ type: 'email.sent', limit: 100 })).events.length
    await eventually(count, (sent) => sent === ids.length)
    expect(mailer.messages.map(({ id }) => id).sort()).toEqual([...ids].sort())
  })

  it('that fails on our side is tried again by the schedule, and says so without the insides', async () => {
    const service = await start()
    const key = await service.createKey()
    mailer.results.push(async () => {
      throw new Error('secret insides')
    })
    const emailId = await ask(service, key)
    const { reason } = await eventually(
      statusOf(service, key, emailId),
      (email) => email.reason !== undefined,
    )
    expect(reason).toBe('Something went wrong on our side')
    later = MINUTE
    expect(await eventually(statusOf(service, key, emailId), isSent)).not.toHaveProperty('reason')
  })

  it('is given up after the last wait, is visible then, and can be tried again', async () => {
    const service = await start()
    const key = await service.createKey()
    const emailId = await ask(service, key)
    const refusal = { result: 'retry', reason: '450 4.2.0 Greylisted', outage: false } as const
    mailer.results.push(...Array<typeof refusal>(7).fill(refusal))
    const waits = [0, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR]
    const tries = () => service.ctx.db.selectFrom('job').selectAll().executeTakeFirstOrThrow()
    for (const [index, wait] of waits.entries()) {
      later += wait
      await eventually(tries, ({ attempts, claim }) => attempts === index + 1 && claim === null)
    }
    const failed = await eventually(
      statusOf(service, key, emailId),
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
    expect(await retryJob(service.ctx, row.id)).toBe(true)
    const begunAnew = await statusOf(service, key, emailId)()
    expect([begunAnew.status, begunAnew.reason]).toEqual(['queued', undefined])
    resolve()
    await eventually(statusOf(service, key, emailId), isSent)
    expect(await retryJob(service.ctx, row.id)).toBe(false)
    expect(new Set(mailer.messages.map(({ id }) => id))).toEqual(new Set([emailId]))
  })

  it('rests as a whole when the way out refuses us, costs no attempt, and goes on by itself', async () => {
    const service = await start()
    const key = await service.createKey()
    const refusal = { result: 'paused', reason: '535 No such user', outage: true } as const
    mailer.results.push(...Array<typeof refusal>(5).fill(refusal))
    const ids = [await ask(service, key)]
    await eventually(
      () => mailer.messages.length,
      (tries) => tries === 1,
    )
    const warnings = async () =>
      ((await (await service.fetch('/ready')).json()) as { warnings: string[] }).warnings.join()
    await eventually(warnings, (text) => text.includes('mail: 535 No such user'))

    for (let count = 0; count < 8; count += 1) ids.push(await ask(service, key))
    const pause = async () => {
      const query = service.ctx.db.selectFrom('lane').select(['pauses', 'paused_until'])
      const { pauses, paused_until } = await query.executeTakeFirstOrThrow()
      return { pauses, ms: Date.parse(paused_until ?? '') - now().getTime() }
    }
    expect(await pause()).toEqual({ pauses: 1, ms: MINUTE })
    const [first] = ids as [string]
    expect(await statusOf(service, key, first)()).toMatchObject({
      status: 'queued',
      reason: '535 No such user',
    })
    // After the pause one goes ahead and looks; the next pause is longer.
    later = MINUTE
    await eventually(pause, ({ pauses }) => pauses === 2)
    expect((await pause()).ms).toBe(2 * MINUTE)
    expect(mailer.messages).toHaveLength(2)
    mailer.results.length = 0
    later = 10 * MINUTE
    for (const id of ids) await eventually(statusOf(service, key, id), isSent)
    // What is refused now is one mail's own matter.
    mailer.results.push({ result: 'retry', reason: '450 Greylisted', outage: false })
    const greylisted = await ask(service, key)
    await eventually(statusOf(service, key, greylisted), (email) => email.reason !== undefined)
    expect(await warnings()).not.toContain('mail:')
    const rows = await service.ctx.db.selectFrom('job').select('attempts').execute()
    expect(rows.map(({ attempts }) => attempts)).toEqual([...ids, greylisted].map(() => 1))
  })

  it('goes on at once as the service starts, since what was wrong may have been mended', async () => {
    const service = await start()
    const key = await service.createKey()
    mailer.results.push({ result: 'paused', reason: '535 No such user', outage: true })
    const emailId = await ask(service, key)
    await eventually(statusOf(service, key, emailId), ({ reason }) => reason !== undefined)
    await service.stop()
    const mended = await start()
    await eventually(statusOf(mended, key, emailId), isSent)
  })

  it('is finished before the service stops, and nothing new is begun', async () => {
    const service = await start()
    const key = await service.createKey()
    const { promise, resolve } = Promise.withResolvers<void>()
    mailer.results.push(async () => {
      await promise
      return { result: 'succeeded' }
    })
    const emailId = await ask(service, key)
    await eventually(
      () => mailer.messages.length,
      (tries) => tries === 1,
    )
    const stopped = service.stop()
    await once(service.server, 'close')
    resolve()
    await stopped
    const next = await start()
    expect(await statusOf(next, key, emailId)()).toMatchObject({ status: 'sent' })
  })

  it('goes from the books in its time: answers after a day, events and jobs after thirty', async () => {
    const service = await start()
    const { db } = service.ctx
    const key = await service.createKey()
    const emailId = await ask(service, key)
    await service.client(key).createPass({ title: 'Club' }, 'once')
    await eventually(statusOf(service, key, emailId), isSent)
    const rows = async () => [
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
      await deleteExpiredRows(db, new Date(Date.now() + age))
      counts[when] = await rows()
    }
    expect(counts).toEqual({
      'before a day': [1, 3, 1, 1],
      'after a day': [0, 3, 1, 1],
      'before thirty': [0, 3, 1, 1],
      'after thirty': [0, 0, 0, 1],
    })
  })
})

describe('a process for the web alone', () => {
  it('leaves to workers what shall happen later, and a worker tells of its health alone', async () => {
    const mailer = scriptedMailer()
    const databaseUrl = (await databases.find(({ name }) => name === 'postgres')?.url()) ?? ''
    const start = async (ROLE: string) => {
      const change = () => ({ mailer })
      const service = await startTestService({ databaseUrl, env: { ...mail, ROLE }, change })
      onTestFinished(() => service.stop())
      return service
    }
    const web = await start('web')
    const client = web.client(await web.createKey())
    const made = await client.createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    const worker = await start('worker')
    expect((await worker.fetch('/health')).status).toBe(200)
    expect((await worker.fetch('/ready')).status).toBe(200)
    for (const path of ['/', '/api/auth/usage', '/openapi.json']) {
      expect((await worker.fetch(path)).status).toBe(404)
    }
    const { emailId = '' } = made.email ?? {}
    await eventually(
      () => client.getEmail(emailId),
      ({ status }) => status === 'sent',
    )
  })
})
