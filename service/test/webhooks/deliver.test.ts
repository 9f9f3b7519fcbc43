import type { Delivery, NewWebhook } from '@passwright/shared/schema'
import { Webhook as Verifier } from 'standardwebhooks'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { claimJobs, enqueue } from '../../src/jobs/queue.ts'
import { deleteExpiredRows } from '../../src/jobs/retention.ts'
import type { PostResult } from '../../src/net/safe-post.ts'
import { databases } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { answered, type ScriptedPost, type Sent, scriptedPost } from '../support/fake-post.ts'
import { startTestService, type TestService } from '../support/test-service.ts'
import { startReceiver } from '../support/webhook-receiver.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const waits = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR]

const url = 'https://one.example/hook'
const otherUrl = 'https://two.example/hook'

describe.each(databases)('an event on its way, on $name', ({ url: newUrl }) => {
  let network: ScriptedPost
  let service: TestService
  let key: string
  let later: number
  let begun: number
  /** The clock stands still but for what a test adds. */
  const now = () => new Date(begun + later)

  beforeEach(async () => {
    later = 0
    begun = Date.now()
    network = scriptedPost()
    const change = () => ({ now, post: network.post, judgeTarget: async () => undefined })
    service = await startTestService({ databaseUrl: await newUrl(), change })
    onTestFinished(() => service.stop())
    key = await service.createKey()
  })

  const ask = async <T>(method: string, path: string, body?: object, who = key): Promise<T> => {
    const init = { method, key: who, ...(body && { json: body }) }
    const response = await service.fetch(`/api/webhooks${path}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text || 'null')
  }
  const subscribe = (to = url, who = key) => ask<NewWebhook>('POST', '', { url: to }, who)
  const makePass = (who = key) => service.client(who).createPass({ title: 'Club' })
  const deliveriesOf = async (id: string) =>
    (await ask<{ deliveries: Delivery[] }>('GET', `/${id}/deliveries?limit=100`)).deliveries
  /** Waits until the only delivery of an endpoint is so. */
  const delivery = (id: string, isSo: (one: Delivery) => boolean) =>
    eventually(
      async () => (await deliveriesOf(id))[0]!,
      (one) => one !== undefined && isSo(one),
    )
  const afterAttempts = (id: string, count: number) => delivery(id, (one) => one.attempts === count)
  const isPending = ({ state }: Delivery) => state === 'pending'
  const isDelivered = ({ state }: Delivery) => state === 'delivered'
  const isFailed = ({ state }: Delivery) => state === 'failed'
  const jobs = () => service.ctx.db.selectFrom('job').selectAll().orderBy('id').execute()
  /** How long the only job waits from now, in milliseconds. */
  const waitOf = async () => Date.parse((await jobs())[0]?.run_at ?? '') - now().getTime()
  const retry = (id: string, { id: one }: Delivery) =>
    ask<Delivery>('POST', `/${id}/deliveries/${one}/retry`)
  const warnings = async () =>
    ((await (await service.fetch('/ready')).json()) as { warnings: string[] }).warnings.join()
  const verify = (secret: string, { body, headers }: Sent) =>
    new Verifier(secret).verify(body, headers)

  it('arrives as the very bytes that GET /api/events tells, under the id of the event, signed', async () => {
    const { id, secret = '' } = await subscribe()
    await service.client(key).createPass({ title: 'Ästhetik „Ω“ 🎟', metadata: { b: '1', 10: '2' } })
    await delivery(id, isDelivered)
    const told = (await (await service.fetch('/api/events', { key })).json()) as {
      events: { id: string }[]
    }
    const [sent] = network.to(url) as [Sent]
    expect(sent.body).toBe(JSON.stringify(told.events[0]))
    expect(sent.headers['webhook-id']).toBe(told.events[0]?.id)
    expect(verify(secret, sent)).toEqual(told.events[0])
    expect(() => verify(secret, { ...sent, body: `${sent.body} ` })).toThrow()
    expect(sent.body).not.toContain(key)
  })

  it('goes to those who want its type, once each, and to no other key', async () => {
    const all = await subscribe()
    await ask('POST', '', { url: otherUrl, events: ['email.sent'] })
    const stranger = await service.createKey()
    await subscribe('https://three.example/', stranger)
    await makePass()
    await delivery(all.id, isDelivered)
    expect(network.sent.map((sent) => sent.url)).toEqual([url])
    expect(await jobs()).toHaveLength(1)
    await makePass(stranger)
    await eventually(
      () => network.sent.length,
      (count) => count === 2,
    )
    expect(network.to('https://three.example/')).toHaveLength(1)
  })

  it('is tried again after 5 s, 5 min, 30 min, 2, 5, 10 and 10 h and a little, the same each time', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    await makePass()
    for (const [index, wait] of waits.entries()) {
      expect(await afterAttempts(id, index + 1)).toMatchObject({
        state: 'pending',
        status: 500,
        answer: 'said 500',
        reason: 'The endpoint answered 500',
      })
      expect(await waitOf()).toBeGreaterThanOrEqual(wait)
      expect(await waitOf()).toBeLessThanOrEqual(wait * 1.1)
      later += await waitOf()
    }
    const failed = await delivery(id, isFailed)
    expect(failed).toMatchObject({ attempts: 8, reason: 'The endpoint answered 500' })

    network.always(url, 200)
    expect(await retry(id, failed)).toMatchObject({ id: failed.id, state: 'pending', reason: null })
    expect(await delivery(id, isDelivered)).toMatchObject({
      attempts: 9,
      status: 200,
      reason: null,
    })
    // A delivered one may be sent again too.
    await retry(id, failed)
    await afterAttempts(id, 10)
    const sent = network.to(url)
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([failed.eventId]),
    )
    expect(new Set(sent.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8)
  })

  it('comes back by chance, so that what failed together does not come back together', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    for (let count = 0; count < 6; count += 1) await makePass()
    await eventually(
      () => deliveriesOf(id),
      (all) => all.every(({ attempts }) => attempts === 1),
    )
    expect(new Set((await jobs()).map(({ run_at }) => run_at)).size).toBeGreaterThan(2)
  })

  it('stays on its way when it is asked for again while it is', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    await makePass()
    const before = await afterAttempts(id, 1)
    expect(await retry(id, before)).toEqual(before)
    expect(await waitOf()).toBeGreaterThanOrEqual(5 * SECOND)
  })

  it.each([
    ['120', 120 * SECOND],
    ['a date', HOUR],
    ['1000000000', DAY],
    ['a far date', DAY],
    ['1', 5 * SECOND],
    ['99999999999999999999', DAY],
    ['soon', 5 * SECOND],
    ['-120', 5 * SECOND],
  ])('waits as long as the endpoint asks, up to a day (%s)', async (given, wait) => {
    const { id } = await subscribe()
    const dates: Record<string, number> = { 'a date': HOUR, 'a far date': 90 * DAY }
    const ahead = dates[given]
    const retryAfter = ahead ? new Date(now().getTime() + ahead).toUTCString() : given
    network.next(url, answered(503, retryAfter))
    await makePass()
    await afterAttempts(id, 1)
    // A date has whole seconds.
    expect(await waitOf()).toBeGreaterThan(wait - SECOND)
    expect(await waitOf()).toBeLessThanOrEqual(Math.max(wait, 5.5 * SECOND))
  })

  it('ends an endpoint that answers 410: nothing more is sent, and what waited says why', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    await makePass()
    await makePass()
    await eventually(
      () => deliveriesOf(id),
      (all) => all.every(({ attempts }) => attempts === 1),
    )
    network.always(url, 410)
    await makePass()
    const reason = 'The endpoint answered 410 Gone'
    const all = await eventually(
      () => deliveriesOf(id),
      (now) => now.every(isFailed),
    )
    expect(all.filter((one) => one.reason === reason)).toHaveLength(2)
    expect(all.filter(({ status }) => status === 410)).toHaveLength(1)
    const ended = await ask<NewWebhook>('GET', `/${id}`)
    expect([ended.enabled, ended.disabledReason]).toEqual([false, reason])
    const count = network.sent.length
    await makePass()
    expect(await deliveriesOf(id)).toHaveLength(3)
    expect((await jobs()).filter(({ state }) => state === 'waiting')).toEqual([])
    expect(await warnings()).not.toContain('webhooks')

    const enabled = await ask<NewWebhook>('PATCH', `/${id}`, { enabled: true })
    expect([enabled.enabled, 'disabledReason' in enabled]).toEqual([true, false])
    network.always(url, 200)
    for (const one of all) await retry(id, one)
    await eventually(
      () => deliveriesOf(id),
      (now) => now.every(isDelivered),
    )
    expect(network.sent).toHaveLength(count + 3)
  })

  const failures: [string, PostResult, string, number | null][] = [
    ['redirected', answered(302), 'The endpoint answered 302', 302],
    ['refused', { outcome: 'refused', why: 'is private' }, 'The endpoint is private', null],
    ['lost', { outcome: 'failed', why: 'is silent' }, 'The endpoint is silent', null],
    ['informed', answered(199), 'The endpoint answered 199', 199],
    ['missing', answered(404), 'The endpoint answered 404', 404],
  ]
  it.each(failures)(
    'that is %s has failed, and is tried again',
    async (_, posted, reason, status) => {
      const { id } = await subscribe()
      network.next(url, posted)
      await makePass()
      expect(await afterAttempts(id, 1)).toMatchObject({ state: 'pending', reason, status })
      expect(network.sent).toHaveLength(1)
      later += await waitOf()
      await delivery(id, isDelivered)
    },
  )

  it('is held up by no other endpoint: a dead one has two in hand, the rest goes on', async () => {
    const dead = await subscribe(otherUrl)
    const good = await subscribe()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.always(otherUrl, () => promise)
    await Promise.all(Array.from({ length: 40 }, () => makePass()))
    await eventually(
      () => deliveriesOf(good.id),
      (all) => all.length === 40 && all.every(isDelivered),
    )
    expect(network.to(otherUrl)).toHaveLength(2)
    expect((await deliveriesOf(dead.id)).every(isPending)).toBe(true)
    network.always(otherUrl, 200)
    resolve(answered(200))
    await eventually(
      () => deliveriesOf(dead.id),
      (all) => all.every(isDelivered),
    )
    expect(network.to(otherUrl)).toHaveLength(40)
  })

  it('is held up by no number of endpoints that never answer, once they are known for it', async () => {
    const never = new Promise<PostResult>(() => {})
    const hangers = Array.from({ length: 80 }, (_, n) => `https://hangs-${n}.example/hook`)
    for (const hanger of hangers) {
      const { id } = await subscribe(hanger)
      await service.ctx.db
        .updateTable('webhook')
        .set({ failing_since: now().toISOString() })
        .where('id', '=', id)
        .execute()
      network.always(hanger, () => never)
    }
    const other = await service.createKey()
    await subscribe(url, other)
    for (let count = 0; count < 3; count += 1) await makePass()
    await eventually(
      () => network.sent.length,
      (count) => count === 32,
    )
    await makePass(other)
    await eventually(
      () => network.to(url).length,
      (count) => count === 1,
    )
    expect(network.sent).toHaveLength(33)
  })

  it('finds an endpoint disabled that did nothing but fail for five days, and operators know', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    await makePass()
    await afterAttempts(id, 1)
    // One success begins the count anew.
    later += DAY
    network.next(url, 200)
    await delivery(id, isDelivered)
    for (const [at, isLast] of [
      [2 * DAY, false],
      [3.5 * DAY, false],
      [5 * DAY, false],
      [6.5 * DAY, false],
      [7 * DAY - SECOND, false],
      [7 * DAY, true],
    ] as const) {
      later = at
      await ask('POST', `/${id}/test`)
      const [newest] = await eventually(
        () => deliveriesOf(id),
        ([one]) => one !== undefined && one.attempts > 0,
      )
      const { enabled, disabledReason } = await ask<NewWebhook>('GET', `/${id}`)
      expect([at, enabled, disabledReason]).toEqual([
        at,
        !isLast,
        isLast ? expect.stringContaining('five days') : undefined,
      ])
      expect(newest?.status).toBe(500)
      expect((await warnings()).includes(id)).toBe(isLast)
    }
    expect((await deliveriesOf(id)).some(isPending)).toBe(false)
    const told = service.logs.filter((line) => line.includes('was disabled'))
    expect(told).toEqual([expect.stringContaining(id)])
    expect(service.logs.join()).not.toContain('one.example')

    await ask('PATCH', `/${id}`, { enabled: true })
    expect(await warnings()).not.toContain(id)
    later += SECOND
    await ask('POST', `/${id}/test`)
    await eventually(
      () => deliveriesOf(id),
      ([one]) => one?.attempts === 1,
    )
    expect((await ask<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
  })

  it('finds an endpoint as it was when one failure follows another of long ago', async () => {
    const { id } = await subscribe()
    network.next(url, 500, 500)
    await ask('POST', `/${id}/test`)
    await delivery(id, ({ status }) => status === 500)
    await service.ctx.db.deleteFrom('job').execute()
    later = 7 * DAY
    await makePass()
    await eventually(
      () => network.sent.length,
      (count) => count === 2,
    )
    await eventually(jobs, ([job]) => job?.claim === null)
    expect((await ask<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
    later += await waitOf()
    await delivery(id, isDelivered)
  })

  it('that the former address of an endpoint says is gone does not end the new one', async () => {
    const { id } = await subscribe()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.next(url, () => promise)
    await makePass()
    await eventually(
      () => network.sent.length,
      (count) => count === 1,
    )
    await ask('PATCH', `/${id}`, { url: otherUrl })
    resolve(answered(410))
    await delivery(id, isFailed)
    expect((await ask<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
  })

  it('holds nothing against a new address that the one before did', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    network.always(otherUrl, 500)
    await makePass()
    await afterAttempts(id, 1)
    later += 6 * DAY
    await ask('PATCH', `/${id}`, { url: otherUrl })
    // The one that waited goes to where the endpoint is now.
    await afterAttempts(id, 2)
    expect(network.to(otherUrl)).toHaveLength(1)
    expect((await ask<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
  })

  it('is signed with both secrets for a day after a rotation, then with the new one alone', async () => {
    const first = await subscribe()
    const { id } = first
    later = HOUR
    const second = await ask<NewWebhook>('POST', `/${id}/rotate`)
    expect(second.secret).not.toBe(first.secret)
    const signaturesAt = async (at: number) => {
      later = at
      const count = network.sent.length
      await ask('POST', `/${id}/test`)
      await eventually(
        () => network.sent.length,
        (length) => length === count + 1,
      )
      // The package looks at the clock of this machine; what it says of the signature is meant.
      const { body, headers } = network.sent.at(-1)!
      const date = new Date(Number(headers['webhook-timestamp']) * 1000)
      const sign = (secret = '') =>
        new Verifier(secret).sign(headers['webhook-id'] ?? '', date, body)
      return [headers['webhook-signature']?.split(' '), sign(second.secret), sign(first.secret)]
    }
    const [both, ...ofBoth] = await signaturesAt(25 * HOUR - SECOND)
    expect(both).toEqual(ofBoth)
    const [one, newest] = await signaturesAt(25 * HOUR)
    expect(one).toEqual([newest])
    // Who rotates twice, as after an answer that was lost, has not lost the first.
    later = 30 * HOUR
    await ask('POST', `/${id}/rotate`)
    await ask('POST', `/${id}/rotate`)
    const [three, second_] = await signaturesAt(53 * HOUR)
    expect([three?.length, three?.[2]]).toEqual([3, second_])
    expect((await signaturesAt(54 * HOUR))[0]).toHaveLength(1)
  })

  it('waits for nobody once its owner disabled the endpoint, and can be sent when it is enabled', async () => {
    const { id } = await subscribe()
    network.always(url, 500)
    await makePass()
    await afterAttempts(id, 1)
    await ask('PATCH', `/${id}`, { enabled: false })
    const failed = await delivery(id, isFailed)
    expect(failed).toMatchObject({ reason: 'The endpoint is disabled', attempts: 1 })
    expect((await ask<NewWebhook>('GET', `/${id}`)).disabledReason).toBeUndefined()
    await makePass()
    await retry(id, failed)
    const still = await delivery(id, isFailed)
    expect(still).toMatchObject({ reason: 'The endpoint is disabled', attempts: 1 })
    expect(network.sent).toHaveLength(1)
    network.always(url, 200)
    await ask('PATCH', `/${id}`, { enabled: true })
    await retry(id, failed)
    await delivery(id, isDelivered)
    expect(await deliveriesOf(id)).toHaveLength(1)
  })

  it('learns at the end of its attempt that the endpoint was disabled meanwhile', async () => {
    const { id } = await subscribe()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.next(url, () => promise)
    await makePass()
    await eventually(
      () => network.sent.length,
      (count) => count === 1,
    )
    await ask('PATCH', `/${id}`, { enabled: false })
    expect((await deliveriesOf(id)).map(({ state }) => state)).toEqual(['pending'])
    resolve(answered(500))
    expect(await delivery(id, isFailed)).toMatchObject({
      reason: 'The endpoint is disabled',
      status: 500,
    })
  })

  it('is forgotten with its endpoint: nothing fails, nothing is sent', async () => {
    const { id } = await subscribe()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.next(url, 500, () => promise)
    await makePass()
    await afterAttempts(id, 1)
    await makePass()
    await eventually(
      () => network.sent.length,
      (count) => count === 2,
    )
    await ask('DELETE', `/${id}`)
    resolve(answered(500))
    const [only] = await eventually(jobs, ([job]) => job?.claim === null)
    expect(await jobs()).toHaveLength(1)
    later += 6 * SECOND
    await eventually(jobs, ([job]) => job?.state === 'done')
    expect(only?.target).toBe(id)
    expect(network.sent).toHaveLength(2)
  })

  it.each([
    ['lost its plan', { plan: 'free' }],
    ['was revoked', { revoked_at: '2027-01-01T00:00:00.000Z' }],
  ])('goes nowhere when the key %s, new or waiting', async (_, change) => {
    const { id } = await subscribe()
    network.always(url, 500)
    await makePass()
    await afterAttempts(id, 1)
    const { db } = service.ctx
    const owner = await db
      .selectFrom('webhook')
      .select('key_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await db.updateTable('api_key').set(change).where('id', '=', owner.key_id).execute()
    later += await waitOf()
    const [job] = await eventually(jobs, ([one]) => one?.state === 'failed')
    expect(job?.reason).toContain('may not have webhooks')
    if (!('revoked_at' in change)) await makePass()
    expect(await jobs()).toHaveLength(1)
    expect(network.sent).toHaveLength(1)
  })

  it('goes from the books after thirty days, with its job', async () => {
    const { id } = await subscribe()
    await makePass()
    await delivery(id, isDelivered)
    await deleteExpiredRows(service.ctx.db, new Date(begun + 30 * DAY - MINUTE))
    expect([await deliveriesOf(id), await jobs()].map(({ length }) => length)).toEqual([1, 1])
    await deleteExpiredRows(service.ctx.db, new Date(begun + 30 * DAY + MINUTE))
    expect([await deliveriesOf(id), await jobs()].map(({ length }) => length)).toEqual([0, 0])
  })

  it('is taken in fair shares: thousands for one endpoint leave room for all others', async () => {
    const { db, config } = service.ctx
    const add = (concurrencyKey: string, at: number) =>
      db
        .transaction()
        .execute((trx) =>
          enqueue(trx, { kind: 'test', payload: {}, concurrencyKey, now: new Date(begun + at) }),
        )
    for (let count = 0; count < 20; count += 1) await add('crowded', count)
    for (const key of ['b', 'c', 'd', 'e']) await add(key, 100)
    await add('tomorrow', DAY)
    const take = (limit: number, running: { concurrencyKey: string }[], failing: string[] = []) =>
      claimJobs(db, config.database.kind, {
        worker: 'test',
        kinds: ['test'],
        limit,
        now: new Date(begun + 1000),
        limits: {
          perKey: 2,
          running: running.map((one) => ({ id: '', kind: '', payload: {}, attempts: 1, ...one })),
          failing,
          maxFailing: 2,
        },
      })
    const keys = async (...given: Parameters<typeof take>) =>
      (await take(...given)).map(({ concurrencyKey }) => concurrencyKey).sort()
    expect(await keys(4, [{ concurrencyKey: 'crowded' }])).toEqual(
      ['b', 'c', 'crowded', 'd'].sort(),
    )
    const full = [{ concurrencyKey: 'crowded' }, { concurrencyKey: 'crowded' }]
    expect(await keys(1, full)).toEqual(['e'])
    expect(await keys(30, full)).toEqual([])
    expect(await keys(1, [])).toEqual(['crowded'])
    expect(await keys(30, [])).toEqual(['crowded', 'crowded'])
    // Those that do nothing but fail come last, with one each and no more than their part together.
    for (const key of ['x', 'y', 'z', 'z']) await add(key, -100)
    await add('b', 100)
    const failing = ['x', 'y', 'crowded']
    expect(await keys(2, [], failing)).toEqual(['z', 'z'])
    expect(await keys(30, [{ concurrencyKey: 'x' }], failing)).toEqual(['b', 'y'])
    expect(await keys(30, [], failing)).toEqual(['crowded', 'x'])
  })

  it('reaches a private receiver only while OUTBOUND_ALLOW names it: asked again at each sending', async () => {
    const receiver = await startReceiver()
    onTestFinished(() => receiver.close())
    const databaseUrl = await newUrl()
    const start = async (env: Record<string, string>) => {
      const started = await startTestService({ databaseUrl, env })
      onTestFinished(() => started.stop())
      return started
    }
    service = await start({ OUTBOUND_ALLOW: '127.0.0.1' })
    key = await service.createKey()
    const { id, secret = '' } = await subscribe(`${receiver.url}/good`)
    await makePass()
    const sent = await delivery(id, isDelivered)
    expect(sent).toMatchObject({ status: 200, answer: 'said 200' })
    const [hit] = receiver.at('/good')
    expect(hit?.headers['content-type']).toBe('application/json')
    const headers = hit?.headers as Record<string, string>
    expect(new Verifier(secret).verify(hit?.body ?? '', headers)).toMatchObject({
      id: sent.eventId,
      type: 'pass.created',
    })
    await service.stop()

    service = await start({})
    await retry(id, sent)
    expect(await afterAttempts(id, 2)).toMatchObject({
      state: 'pending',
      status: null,
      reason: expect.stringContaining('OUTBOUND_ALLOW'),
    })
    expect(receiver.hits).toHaveLength(1)
  })
})
