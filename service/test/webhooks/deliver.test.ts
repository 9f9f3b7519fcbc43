import type { Delivery, NewWebhook } from '@passwright/shared/schema'
import { Webhook as Verifier } from 'standardwebhooks'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { deleteExpiredData } from '../../src/db/retention.ts'
import type { PostResult } from '../../src/net/safe-post.ts'
import { findWebhookWarnings } from '../../src/webhooks/health.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import {
  buildResponse,
  createFakePost,
  type FakePost,
  type SentRequest,
} from '../support/webhooks/fake-post.ts'
import { startWebhookReceiver } from '../support/webhooks/webhook-receiver.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const retryWaits = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR]

const url = 'https://one.example/hook'
const otherUrl = 'https://two.example/hook'

describe.each(databases)('a webhook delivery on $name', ({ createDatabase: newUrl }) => {
  let network: FakePost
  let service: TestService
  let key: string
  let later: number
  let startedAt: number
  /** The clock only moves when a test changes `later`. */
  const now = () => new Date(startedAt + later)

  beforeEach(async () => {
    later = 0
    startedAt = Date.now()
    network = createFakePost()
    const overrides = () => ({ now, post: network.post, checkEndpointUrl: async () => undefined })
    service = await startTestService({ databaseUrl: await newUrl(), overrides })
    onTestFinished(() => service.stop())
    key = await service.createKey()
  })

  const call = async <T>(method: string, path: string, body?: object, apiKey = key): Promise<T> => {
    const init = { method, key: apiKey, ...(body && { json: body }) }
    const response = await service.fetch(`/api/webhooks${path}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text || 'null')
  }
  const createWebhook = (to = url, apiKey = key) =>
    call<NewWebhook>('POST', '', { url: to }, apiKey)
  const createPass = (apiKey = key) => service.client(apiKey).createPass({ title: 'Club' })
  const listDeliveries = async (id: string) =>
    (await call<{ deliveries: Delivery[] }>('GET', `/${id}/deliveries?limit=100`)).deliveries
  /** Waits until the only delivery of an endpoint matches. */
  const waitForDelivery = (id: string, condition: (one: Delivery) => boolean) =>
    waitFor(
      async () => (await listDeliveries(id))[0]!,
      (one) => one !== undefined && condition(one),
    )
  const waitForAttempts = (id: string, count: number) =>
    waitForDelivery(id, (one) => one.attempts === count)
  const isPending = ({ state }: Delivery) => state === 'pending'
  const isDelivered = ({ state }: Delivery) => state === 'delivered'
  const isFailed = ({ state }: Delivery) => state === 'failed'
  const listJobs = () => service.ctx.db.selectFrom('job').selectAll().orderBy('id').execute()
  /** How long the only job has to wait, in milliseconds. */
  const getWaitMs = async () => Date.parse((await listJobs())[0]?.run_at ?? '') - now().getTime()
  const retryDelivery = (id: string, { id: one }: Delivery) =>
    call<Delivery>('POST', `/${id}/deliveries/${one}/retry`)
  const fetchWarnings = async () =>
    ((await (await service.fetch('/ready')).json()) as { warnings: string[] }).warnings.join()
  const verifySignature = (secret: string, { body, headers }: SentRequest) =>
    new Verifier(secret).verify(body, headers)

  it('has the same bytes as GET /api/events returns, the id of the event, and a valid signature', async () => {
    const { id, secret = '' } = await createWebhook()
    await service.client(key).createPass({ title: 'Ästhetik „Ω“ 🎟', metadata: { b: '1', 10: '2' } })
    await waitForDelivery(id, isDelivered)
    const listed = (await (await service.fetch('/api/events', { key })).json()) as {
      events: { id: string }[]
    }
    const [sent] = network.sentTo(url) as [SentRequest]
    expect(sent.body).toBe(JSON.stringify(listed.events[0]))
    expect(sent.headers['webhook-id']).toBe(listed.events[0]?.id)
    expect(verifySignature(secret, sent)).toEqual(listed.events[0])
    expect(() => verifySignature(secret, { ...sent, body: `${sent.body} ` })).toThrow()
    expect(sent.body).not.toContain(key)
  })

  it('goes once to each endpoint of its key that receives its event type', async () => {
    const all = await createWebhook()
    await call('POST', '', { url: otherUrl, events: ['email.sent'] })
    const otherKey = await service.createKey()
    await createWebhook('https://three.example/', otherKey)
    await createPass()
    await waitForDelivery(all.id, isDelivered)
    expect(network.sent.map((sent) => sent.url)).toEqual([url])
    expect(await listJobs()).toHaveLength(1)
    await createPass(otherKey)
    await waitFor(
      () => network.sent.length,
      (count) => count === 2,
    )
    expect(network.sentTo('https://three.example/')).toHaveLength(1)
  })

  it('is retried after 5 s, 5 min, 30 min, 2, 5, 10 and 10 h plus some jitter, with the same content', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    await createPass()
    for (const [index, wait] of retryWaits.entries()) {
      expect(await waitForAttempts(id, index + 1)).toMatchObject({
        state: 'pending',
        status: 500,
        answer: 'said 500',
        reason: 'The endpoint returned 500',
      })
      expect(await getWaitMs()).toBeGreaterThanOrEqual(wait)
      expect(await getWaitMs()).toBeLessThanOrEqual(wait * 1.1)
      later += await getWaitMs()
    }
    const failed = await waitForDelivery(id, isFailed)
    expect(failed).toMatchObject({ attempts: 8, reason: 'The endpoint returned 500' })

    network.respondAlways(url, 200)
    expect(await retryDelivery(id, failed)).toMatchObject({
      id: failed.id,
      state: 'pending',
      reason: null,
    })
    expect(await waitForDelivery(id, isDelivered)).toMatchObject({
      attempts: 9,
      status: 200,
      reason: null,
    })
    // A successful delivery can be retried too.
    await retryDelivery(id, failed)
    await waitForAttempts(id, 10)
    const sent = network.sentTo(url)
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([failed.eventId]),
    )
    expect(new Set(sent.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8)
  })

  it('is retried with jitter, so that deliveries that failed together are not retried together', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    for (let count = 0; count < 6; count += 1) await createPass()
    await waitFor(
      () => listDeliveries(id),
      (all) => all.every(({ attempts }) => attempts === 1),
    )
    expect(new Set((await listJobs()).map(({ run_at }) => run_at)).size).toBeGreaterThan(2)
  })

  it('is not changed by a retry request while it is pending', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    await createPass()
    const before = await waitForAttempts(id, 1)
    expect(await retryDelivery(id, before)).toEqual(before)
    expect(await getWaitMs()).toBeGreaterThanOrEqual(5 * SECOND)
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
  ])('waits as long as Retry-After says, up to a day (%s)', async (value, wait) => {
    const { id } = await createWebhook()
    const dates: Record<string, number> = { 'a date': HOUR, 'a far date': 90 * DAY }
    const ahead = dates[value]
    const retryAfter = ahead ? new Date(now().getTime() + ahead).toUTCString() : value
    network.respondOnce(url, buildResponse(503, retryAfter))
    await createPass()
    await waitForAttempts(id, 1)
    // HTTP dates have whole seconds.
    expect(await getWaitMs()).toBeGreaterThan(wait - SECOND)
    expect(await getWaitMs()).toBeLessThanOrEqual(Math.max(wait, 5.5 * SECOND))
  })

  it('with a 410 response disables the endpoint: nothing more is sent, and pending deliveries fail with the same reason', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    await createPass()
    await createPass()
    await waitFor(
      () => listDeliveries(id),
      (all) => all.every(({ attempts }) => attempts === 1),
    )
    network.respondAlways(url, 410)
    await createPass()
    const reason = 'The endpoint returned 410 Gone'
    const all = await waitFor(
      () => listDeliveries(id),
      (now) => now.every(isFailed),
    )
    expect(all.filter((one) => one.reason === reason)).toHaveLength(2)
    expect(all.filter(({ status }) => status === 410)).toHaveLength(1)
    const disabled = await call<NewWebhook>('GET', `/${id}`)
    expect([disabled.enabled, disabled.disabledReason]).toEqual([false, reason])
    const count = network.sent.length
    await createPass()
    expect(await listDeliveries(id)).toHaveLength(3)
    expect((await listJobs()).filter(({ state }) => state === 'waiting')).toEqual([])
    expect(await fetchWarnings()).not.toContain('webhooks')

    const enabled = await call<NewWebhook>('PATCH', `/${id}`, { enabled: true })
    expect([enabled.enabled, 'disabledReason' in enabled]).toEqual([true, false])
    network.respondAlways(url, 200)
    for (const one of all) await retryDelivery(id, one)
    await waitFor(
      () => listDeliveries(id),
      (now) => now.every(isDelivered),
    )
    expect(network.sent).toHaveLength(count + 3)
  })

  const failures: [string, PostResult, string, number | null][] = [
    ['a redirect', buildResponse(302), 'The endpoint returned 302', 302],
    [
      'a refused address',
      { outcome: 'refused', reason: 'is private' },
      'The endpoint is private',
      null,
    ],
    ['a network error', { outcome: 'failed', reason: 'is silent' }, 'The endpoint is silent', null],
    ['an informational status', buildResponse(199), 'The endpoint returned 199', 199],
    ['a 404', buildResponse(404), 'The endpoint returned 404', 404],
  ]
  it.each(failures)('is retried after %s', async (_, posted, reason, status) => {
    const { id } = await createWebhook()
    network.respondOnce(url, posted)
    await createPass()
    expect(await waitForAttempts(id, 1)).toMatchObject({ state: 'pending', reason, status })
    expect(network.sent).toHaveLength(1)
    later += await getWaitMs()
    await waitForDelivery(id, isDelivered)
  })

  it('is not delayed by a hanging endpoint, which gets two deliveries at a time', async () => {
    const hanging = await createWebhook(otherUrl)
    const healthy = await createWebhook()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.respondAlways(otherUrl, () => promise)
    await Promise.all(Array.from({ length: 40 }, () => createPass()))
    await waitFor(
      () => listDeliveries(healthy.id),
      (all) => all.length === 40 && all.every(isDelivered),
    )
    expect(network.sentTo(otherUrl)).toHaveLength(2)
    expect((await listDeliveries(hanging.id)).every(isPending)).toBe(true)
    network.respondAlways(otherUrl, 200)
    resolve(buildResponse(200))
    await waitFor(
      () => listDeliveries(hanging.id),
      (all) => all.every(isDelivered),
    )
    expect(network.sentTo(otherUrl)).toHaveLength(40)
  })

  it('is not delayed by any number of endpoints that never respond, once they are failing', async () => {
    const { promise: hanging, resolve: endHanging } = Promise.withResolvers<PostResult>()
    const hangingUrls = Array.from({ length: 80 }, (_, n) => `https://hangs-${n}.example/hook`)
    for (const hangingUrl of hangingUrls) {
      const { id } = await createWebhook(hangingUrl)
      await service.ctx.db
        .updateTable('webhook')
        .set({ failing_since: now().toISOString() })
        .where('id', '=', id)
        .execute()
      network.respondAlways(hangingUrl, () => hanging)
    }
    const other = await service.createKey()
    await createWebhook(url, other)
    for (let count = 0; count < 3; count += 1) await createPass()
    await waitFor(
      () => network.sent.length,
      (count) => count === 43,
    )
    await createPass(other)
    await waitFor(
      () => network.sentTo(url).length,
      (count) => count === 1,
    )
    expect(network.sent).toHaveLength(44)
    // A stopping service waits for running deliveries.
    endHanging(buildResponse(200))
  })

  it('disables an endpoint that has failed for five days, and warns the operator', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    await createPass()
    await waitForAttempts(id, 1)
    // A success restarts the count.
    later += DAY
    network.respondOnce(url, 200)
    await waitForDelivery(id, isDelivered)
    for (const [at, isLast] of [
      [2 * DAY, false],
      [3.5 * DAY, false],
      [5 * DAY, false],
      [6.5 * DAY, false],
      [7 * DAY - SECOND, false],
      [7 * DAY, true],
    ] as const) {
      later = at
      await call('POST', `/${id}/test`)
      const [newest] = await waitFor(
        () => listDeliveries(id),
        ([one]) => one !== undefined && one.attempts > 0,
      )
      const { enabled, disabledReason } = await call<NewWebhook>('GET', `/${id}`)
      expect([at, enabled, disabledReason]).toEqual([
        at,
        !isLast,
        isLast ? expect.stringContaining('five days') : undefined,
      ])
      expect(newest?.status).toBe(500)
      expect(await fetchWarnings()).toMatch(
        isLast
          ? /webhooks: disabled .*: 1 in number\. Read more with: passwright jobs list/
          : /^(?!.*webhooks)/,
      )
      expect((await findWebhookWarnings(service.ctx.db)).map(({ detail }) => detail)).toEqual(
        isLast ? [expect.stringContaining(id)] : [],
      )
      expect(await fetchWarnings()).not.toContain(id)
    }
    expect((await listDeliveries(id)).some(isPending)).toBe(false)
    const logged = service.logs.filter((line) => line.includes('was disabled'))
    expect(logged).toEqual([expect.stringContaining(id)])
    expect(service.logs.join()).not.toContain('one.example')

    await call('PATCH', `/${id}`, { enabled: true })
    later += SECOND
    expect(await fetchWarnings()).not.toContain('webhooks')
    await call('POST', `/${id}/test`)
    await waitFor(
      () => listDeliveries(id),
      ([one]) => one?.attempts === 1,
    )
    expect((await call<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
  })

  it('does not disable an endpoint for a failure long after another one', async () => {
    const { id } = await createWebhook()
    network.respondOnce(url, 500, 500)
    await call('POST', `/${id}/test`)
    await waitForDelivery(id, ({ status }) => status === 500)
    await service.ctx.db.deleteFrom('job').execute()
    later = 7 * DAY
    await createPass()
    await waitFor(
      () => network.sent.length,
      (count) => count === 2,
    )
    await waitFor(listJobs, ([job]) => job?.claim === null)
    expect((await call<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
    later += await getWaitMs()
    await waitForDelivery(id, isDelivered)
  })

  it('with a 410 from the former URL does not disable the endpoint', async () => {
    const { id } = await createWebhook()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.respondOnce(url, () => promise)
    await createPass()
    await waitFor(
      () => network.sent.length,
      (count) => count === 1,
    )
    await call('PATCH', `/${id}`, { url: otherUrl })
    resolve(buildResponse(410))
    await waitForDelivery(id, isFailed)
    expect((await call<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
  })

  it('starts the count of failures again when the URL changes', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    network.respondAlways(otherUrl, 500)
    const failAt = async (at: number) => {
      later = at
      await call('POST', `/${id}/test`)
      await waitFor(
        () => listDeliveries(id),
        ([one]) => one !== undefined && one.attempts > 0,
      )
    }
    for (const days of [0, 1.5, 3, 4.5]) await failAt(days * DAY)
    await call('PATCH', `/${id}`, { url: otherUrl })
    await failAt(5.5 * DAY)
    expect(network.sentTo(otherUrl)).not.toEqual([])
    expect((await call<NewWebhook>('GET', `/${id}`)).enabled).toBe(true)
  })

  it('is signed with both secrets for a day after a rotation, then with the new one only', async () => {
    const first = await createWebhook()
    const { id } = first
    later = HOUR
    const second = await call<NewWebhook>('POST', `/${id}/rotate`)
    expect(second.secret).not.toBe(first.secret)
    const readSignatures = async (at: number) => {
      later = at
      const count = network.sent.length
      await call('POST', `/${id}/test`)
      await waitFor(
        () => network.sent.length,
        (length) => length === count + 1,
      )
      // The package verifies with the clock of this machine, so only its signatures are compared.
      const { body, headers } = network.sent.at(-1)!
      const date = new Date(Number(headers['webhook-timestamp']) * 1000)
      const sign = (secret = '') =>
        new Verifier(secret).sign(headers['webhook-id'] ?? '', date, body)
      return [headers['webhook-signature']?.split(' '), sign(second.secret), sign(first.secret)]
    }
    const [both, ...ofBoth] = await readSignatures(25 * HOUR - SECOND)
    expect(both).toEqual(ofBoth)
    const [one, newest] = await readSignatures(25 * HOUR)
    expect(one).toEqual([newest])
    // A second rotation, such as after a lost response, keeps the first secret valid.
    later = 30 * HOUR
    await call('POST', `/${id}/rotate`)
    await call('POST', `/${id}/rotate`)
    const [three, second_] = await readSignatures(53 * HOUR)
    expect([three?.length, three?.[2]]).toEqual([3, second_])
    expect((await readSignatures(54 * HOUR))[0]).toHaveLength(1)
  })

  it('fails once its endpoint is disabled by hand, and can be retried when the endpoint is enabled', async () => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    await createPass()
    await waitForAttempts(id, 1)
    await call('PATCH', `/${id}`, { enabled: false })
    const failed = await waitForDelivery(id, isFailed)
    expect(failed).toMatchObject({ reason: 'The endpoint is disabled', attempts: 1 })
    expect((await call<NewWebhook>('GET', `/${id}`)).disabledReason).toBeUndefined()
    await createPass()
    await retryDelivery(id, failed)
    const still = await waitForDelivery(id, isFailed)
    expect(still).toMatchObject({ reason: 'The endpoint is disabled', attempts: 1 })
    expect(network.sent).toHaveLength(1)
    network.respondAlways(url, 200)
    await call('PATCH', `/${id}`, { enabled: true })
    await retryDelivery(id, failed)
    await waitForDelivery(id, isDelivered)
    expect(await listDeliveries(id)).toHaveLength(1)
  })

  it('fails at the end of its attempt if the endpoint was disabled meanwhile', async () => {
    const { id } = await createWebhook()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.respondOnce(url, () => promise)
    await createPass()
    await waitFor(
      () => network.sent.length,
      (count) => count === 1,
    )
    await call('PATCH', `/${id}`, { enabled: false })
    expect((await listDeliveries(id)).map(({ state }) => state)).toEqual(['pending'])
    resolve(buildResponse(500))
    expect(await waitForDelivery(id, isFailed)).toMatchObject({
      reason: 'The endpoint is disabled',
      status: 500,
    })
  })

  it('is deleted with its endpoint: nothing fails and nothing is sent', async () => {
    const { id } = await createWebhook()
    const { promise, resolve } = Promise.withResolvers<PostResult>()
    network.respondOnce(url, 500, () => promise)
    await createPass()
    await waitForAttempts(id, 1)
    await createPass()
    await waitFor(
      () => network.sent.length,
      (count) => count === 2,
    )
    await call('DELETE', `/${id}`)
    resolve(buildResponse(500))
    const [only] = await waitFor(listJobs, ([job]) => job?.claim === null)
    expect(await listJobs()).toHaveLength(1)
    later += 6 * SECOND
    await waitFor(listJobs, ([job]) => job?.state === 'done')
    expect(only?.concurrency_key).toBe(id)
    expect(network.sent).toHaveLength(2)
  })

  it.each([
    ['lost its plan', { plan: 'free' }],
    ['was revoked', { revoked_at: '2027-01-01T00:00:00.000Z' }],
  ])('is not sent when the key %s, neither a new one nor a pending one', async (_, change) => {
    const { id } = await createWebhook()
    network.respondAlways(url, 500)
    await createPass()
    await waitForAttempts(id, 1)
    const { db } = service.ctx
    const owner = await db
      .selectFrom('webhook')
      .select('key_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await db.updateTable('api_key').set(change).where('id', '=', owner.key_id).execute()
    later += await getWaitMs()
    const [job] = await waitFor(listJobs, ([one]) => one?.state === 'failed')
    expect(job?.reason).toContain('no longer has access to webhooks')
    if (!('revoked_at' in change)) await createPass()
    expect(await listJobs()).toHaveLength(1)
    expect(network.sent).toHaveLength(1)
  })

  it('is deleted after thirty days, with its job', async () => {
    const { id } = await createWebhook()
    await createPass()
    await waitForDelivery(id, isDelivered)
    await deleteExpiredData(service.ctx.db, new Date(startedAt + 30 * DAY - MINUTE))
    expect([await listDeliveries(id), await listJobs()].map(({ length }) => length)).toEqual([1, 1])
    await deleteExpiredData(service.ctx.db, new Date(startedAt + 30 * DAY + MINUTE))
    expect([await listDeliveries(id), await listJobs()].map(({ length }) => length)).toEqual([0, 0])
  })

  it('reaches a private receiver only while OUTBOUND_ALLOW allows it, checked at each attempt', async () => {
    const receiver = await startWebhookReceiver()
    onTestFinished(() => receiver.close())
    const databaseUrl = await newUrl()
    const start = async (env: Record<string, string>) => {
      const started = await startTestService({ databaseUrl, env })
      onTestFinished(() => started.stop())
      return started
    }
    service = await start({ OUTBOUND_ALLOW: '127.0.0.1' })
    key = await service.createKey()
    const { id, secret = '' } = await createWebhook(`${receiver.url}/good`)
    await createPass()
    const sent = await waitForDelivery(id, isDelivered)
    expect(sent).toMatchObject({ status: 200, answer: 'said 200' })
    const [received] = receiver.requestsTo('/good')
    expect(received?.headers['content-type']).toBe('application/json')
    const headers = received?.headers as Record<string, string>
    expect(new Verifier(secret).verify(received?.body ?? '', headers)).toMatchObject({
      id: sent.eventId,
      type: 'pass.created',
    })
    await service.stop()

    service = await start({})
    await retryDelivery(id, sent)
    expect(await waitForAttempts(id, 2)).toMatchObject({
      state: 'pending',
      status: null,
      reason: expect.stringContaining('OUTBOUND_ALLOW'),
    })
    expect(receiver.requests).toHaveLength(1)
  })
})
