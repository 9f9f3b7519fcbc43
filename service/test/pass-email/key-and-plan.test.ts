import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { findApiKey } from '../../src/accounts/auth.ts'
import { databases } from '../support/databases/databases.ts'
import { createTestClock, type TestClock } from '../support/environment/test-clock.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakeMailer, type FakeMailer } from '../support/mail/fake-mailer.ts'

const MINUTE = 60_000
const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }
const to = 'ada@example.com'
const ownTexts = { subject: 'Your parcel', message: 'Pay the customs fee at https://evil.example' }

describe.each(databases)('an email with a pass on $name', ({ createDatabase }) => {
  let service: TestService
  let mailer: FakeMailer
  let clock: TestClock

  beforeEach(async () => {
    mailer = createFakeMailer()
    clock = createTestClock()
    const databaseUrl = await createDatabase()
    const overrides = () => ({ mailer, now: clock.now })
    const env = { ...mail, MAIL_FREE_DAILY_LIMIT: '3', MAIL_DAILY_LIMIT: '5' }
    service = await startTestService({ databaseUrl, env, overrides })
    onTestFinished(() => service.stop())
  })

  const pauseMail = () =>
    service.ctx.db
      .insertInto('outage')
      .values({
        name: 'mail',
        reason: 'test',
        since: clock.now().toISOString(),
        paused_until: new Date(clock.now().getTime() + MINUTE).toISOString(),
        pauses: 1,
      })
      .execute()
  const changeKey = async (key: string, change: { plan?: string; revoked_at?: string }) => {
    const { id = '' } = (await findApiKey(service.ctx.db, key, clock.now())) ?? {}
    await service.ctx.db.updateTable('api_key').set(change).where('id', '=', id).execute()
    return id
  }
  const findEmails = (state: string) =>
    service.ctx.db.selectFrom('email').selectAll().where('status', '=', state).execute()
  const listEventsOf = (keyId: string, type: string) =>
    service.ctx.db
      .selectFrom('event')
      .select('data')
      .where('key_id', '=', keyId)
      .where('type', '=', type)
      .execute()

  it('is not sent once its key is revoked, and email.failed says why', async () => {
    const key = await service.createKey()
    const client = service.client(key)
    await pauseMail()
    for (let count = 0; count < 4; count += 1) {
      await client.createPass({ title: 'Club', email: { to: `ada${count}@example.com` } })
    }
    const keyId = await changeKey(key, { revoked_at: clock.now().toISOString() })
    clock.advance(2 * MINUTE)
    await waitFor(
      () => findEmails('failed'),
      ({ length }) => length === 4,
    )
    expect(mailer.messages).toEqual([])
    expect((await findEmails('failed')).map(({ reason }) => reason)).toEqual(
      Array(4).fill('The API key of the email was revoked or has ended'),
    )
    const events = await listEventsOf(keyId, 'email.failed')
    expect(events).toHaveLength(4)
    expect(JSON.parse(events[0]?.data ?? '').email.reason).toContain('was revoked')
  })

  it('is not retried once its key is revoked', async () => {
    const key = await service.createKey()
    mailer.results.push({ result: 'retry', reason: '450 Greylisted', outage: false })
    const { email } = await service.client(key).createPass({ title: 'Club', email: { to } })
    await waitFor(
      () => service.client(key).getEmail(email?.emailId ?? ''),
      ({ reason }) => reason === '450 Greylisted',
    )
    await changeKey(key, { revoked_at: clock.now().toISOString() })
    clock.advance(2 * MINUTE)
    await waitFor(
      () => findEmails('failed'),
      ({ length }) => length === 1,
    )
    expect(mailer.messages).toHaveLength(1)
  })

  it('of the free plan has no subject or message of its own: a 400 at their paths', async () => {
    const key = await service.createKey('free')
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const body = { title: 'Club', barcodeValue: '1', barcodeFormat: 'QR' }
    const email = { to, ...ownTexts }
    for (const [path, json, prefix] of [
      ['/api/passes', { ...body, email }, 'email.'],
      ['/api/pkpass', { ...body, email }, 'email.'],
      [`/api/passes/${serialNumber}/email`, email, ''],
    ] as const) {
      const { status, issues } = await readErrorResponse(await service.fetch(path, { key, json }))
      expect([path, status]).toEqual([path, 400])
      const message = expect.stringContaining('is not part of the free plan; ')
      expect(issues).toEqual([
        { path: `${prefix}subject`, message },
        { path: `${prefix}message`, message },
      ])
    }
    const pro = await service.createKey('pro')
    expect(
      (await service.fetch('/api/passes', { key: pro, json: { ...body, email } })).status,
    ).toBe(201)
  })

  it('of the free plan never has a sender name of the caller', async () => {
    const pass = { title: 'Club', organizationName: 'Your Bank' }
    for (const plan of ['free', 'pro'] as const) {
      const client = service.client(await service.createKey(plan))
      await client.createPass({ ...pass, email: { to: `${plan}@example.com` } })
    }
    await waitFor(
      () => mailer.messages,
      ({ length }) => length === 2,
    )
    const senders = Object.fromEntries(
      mailer.messages.map(({ to: { address }, senderName }) => [address, senderName]),
    )
    const [identity] = service.ctx.identities()
    expect(senders).toEqual({
      'free@example.com': identity?.organizationName,
      'pro@example.com': 'Your Bank',
    })
  })

  it('with a text of its own fails if its key has the free plan by now', async () => {
    const key = await service.createKey('pro')
    await pauseMail()
    await service.client(key).createPass({ title: 'Club', email: { to, ...ownTexts } })
    await service.client(key).createPass({ title: 'Club', email: { to: 'bob@example.com' } })
    await changeKey(key, { plan: 'free' })
    clock.advance(2 * MINUTE)
    const [failed] = await waitFor(
      () => findEmails('failed'),
      ({ length }) => length === 1,
    )
    expect(failed?.reason).toContain('is not part of the free plan')
    await waitFor(
      () => findEmails('sent'),
      ({ length }) => length === 1,
    )
    expect(mailer.messages.map((message) => message.to.address)).toEqual(['bob@example.com'])
  })

  it('is limited by the day, on the free plan to fewer', async () => {
    for (const [plan, limit] of [
      ['free', 3],
      ['pro', 5],
      ['unlimited', 5],
    ] as const) {
      const key = await service.createKey(plan)
      const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
      const send = () => service.fetch(`/api/passes/${serialNumber}/email`, { key, json: { to } })
      for (let count = 0; count < limit; count += 1) expect((await send()).status).toBe(202)
      const { status, code, error } = await readErrorResponse(await send())
      expect([plan, status, code]).toEqual([plan, 429, 'email_limit'])
      expect(error).toContain(`Limit: ${limit}/day`)
    }
  })
})
