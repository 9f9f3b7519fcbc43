import { eventTypes } from '@passwright/shared'
import { Delivery, NewWebhook, Webhook } from '@passwright/shared/schema'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { deriveEndpointSecret } from '../../src/webhooks/signing.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakePost, type FakePost } from '../support/webhooks/fake-post.ts'

const url = 'http://10.9.0.1:5678/webhook/1'

describe.each(databases)('a webhook endpoint on $name', ({ createDatabase: newUrl }) => {
  let databaseUrl: string
  let network: FakePost

  beforeAll(async () => {
    databaseUrl = await newUrl()
  })

  const start = async (): Promise<{ service: TestService; send: SendRequest }> => {
    network = createFakePost()
    const env = { OUTBOUND_ALLOW: '10.9.0.0/16' }
    const overrides = () => ({ post: network.post })
    const service = await startTestService({ databaseUrl, env, overrides })
    onTestFinished(() => service.stop())
    return { service, send: webhookClient(service, await service.createKey()) }
  }

  it('is created with a secret that is shown only once', async () => {
    const { send } = await start()
    const events = ['pass.voided', 'pass.created']
    const created = await send('POST', '', { url, events, description: null })
    expect(created.status).toBe(201)
    const { secret, ...shown } = NewWebhook.parse(created.json)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(shown).toEqual({
      id: expect.stringMatching(/^whk_[0-9a-f]{20}$/),
      url,
      events: ['pass.created', 'pass.voided'],
      description: null,
      enabled: true,
      createdAt: shown.createdAt,
      lastUpdated: shown.createdAt,
    })
    expect((await send('GET', `/${shown.id}`)).json).toEqual(shown)
    const second = await send('POST', '', { url: `${url}0`, description: 'All of it' })
    const { secret: otherSecret, ...other } = NewWebhook.parse(second.json)
    expect(other).toMatchObject({ events: null, description: 'All of it' })
    expect(otherSecret).not.toBe(secret)
    expect((await send('GET', '')).json).toEqual({ webhooks: [shown, other] })
  })

  it('is not created twice for the same URL and events, however they are written', async () => {
    const { send } = await start()
    const request = { url, events: ['pass.created', 'email.sent'], description: 'For the club' }
    const created = Webhook.parse(withoutSecret((await send('POST', '', request)).json))
    await send('PATCH', `/${created.id}`, { enabled: false })
    const again = await send('POST', '', {
      url: url.replace('http', 'HTTP'),
      events: ['email.sent', 'pass.created', 'email.sent'],
      description: null,
    })
    expect(again.status).toBe(200)
    expect(Webhook.parse(again.json)).toEqual({ ...created, lastUpdated: again.json.lastUpdated })
    expect((await send('POST', '', { url })).status).toBe(201)
    expect((await send('POST', '', { url, events: [...eventTypes] })).status).toBe(201)
    const { webhooks } = (await send('GET', '')).json
    expect(webhooks).toHaveLength(3)
  })

  it('is created once by concurrent requests', async () => {
    const { send } = await start()
    const responses = await Promise.all(Array.from({ length: 12 }, () => send('POST', '', { url })))
    expect(responses.map(({ status }) => status).sort()).toEqual([...Array(11).fill(200), 201])
    expect(new Set(responses.map(({ json }) => json.id)).size).toBe(1)
  })

  it('is one of at most 100 for each key', async () => {
    const { send } = await start()
    const created = Array.from({ length: 100 }, (_, n) => send('POST', '', { url: `${url}/${n}` }))
    expect(new Set((await Promise.all(created)).map(({ status }) => status))).toEqual(
      new Set([201]),
    )
    const tooMany = await send('POST', '', { url: `${url}/one-more` })
    expect(tooMany.status).toBe(400)
    expect(tooMany.json.issues).toEqual([{ path: 'url', message: expect.stringContaining('101') }])
    expect((await send('POST', '', { url: `${url}/7` })).status).toBe(200)
  })

  it('is updated with the given properties: URL, events, description and enabled', async () => {
    const { send } = await start()
    const { id } = (await send('POST', '', { url, events: ['pass.created'] })).json
    const other = (await send('POST', '', { url: `${url}/other` })).json
    const steps = [
      { description: 'For the club' },
      { events: ['pass.voided'] },
      { url: `${url}/2` },
      { enabled: false },
      { events: null },
      { enabled: true, description: null },
    ]
    for (const step of steps) {
      const before = (await send('GET', `/${id}`)).json
      const after = (await send('PATCH', `/${id}`, step)).json
      expect(Webhook.parse(after)).toEqual({
        ...before,
        ...step,
        lastUpdated: after.lastUpdated,
      })
      expect((await send('GET', `/${id}`)).json).toEqual(after)
    }
    const twin = await send('PATCH', `/${id}`, { url: other.url })
    expect(twin.status).toBe(400)
    expect(twin.json.issues).toEqual([
      { path: 'url', message: expect.stringContaining(String(other.id)) },
    ])
    expect((await send('GET', `/${other.id}`)).json.url).toBe(other.url)
  })

  it.each([
    ['http://127.0.0.1:9/x', /OUTBOUND_ALLOW/],
    ['http://[::1]/x', /OUTBOUND_ALLOW/],
    ['http://169.254.169.254/latest', /OUTBOUND_ALLOW/],
    ['http://10.8.0.1/x', /OUTBOUND_ALLOW/],
    ['ftp://10.9.0.1/x', /https:\/\//],
    ['http://ada:secret@10.9.0.1/x', /password/],
    ['here', /https:\/\//],
  ])('is refused at %s when it is created or updated, with the reason', async (badUrl, reason) => {
    const { send } = await start()
    const { id } = (await send('POST', '', { url })).json
    for (const response of [
      await send('POST', '', { url: badUrl }),
      await send('PATCH', `/${id}`, { url: badUrl }),
    ]) {
      expect(response.status).toBe(400)
      expect(response.json.issues).toEqual([
        { path: 'url', message: expect.stringMatching(reason) },
      ])
    }
    expect((await send('GET', '')).json.webhooks).toHaveLength(1)
  })

  it('is refused in the same words and time for a private name and one that does not exist', async () => {
    const { send } = await start()
    const refuse = async (host: string) => {
      const startedAt = performance.now()
      const { status, json } = await send('POST', '', { url: `http://${host}:5432/` })
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
      return { status, ...json, requestId: undefined }
    }
    const [own, missing] = await Promise.all([refuse('localhost'), refuse('no-such-host.invalid')])
    expect(own).toMatchObject({ status: 400, issues: [{ path: 'url' }] })
    expect(missing).toEqual(own)
  })

  it('is refused with an issue for each invalid property', async () => {
    const { send } = await start()
    const { status, json } = await send('POST', '', { url: 7, events: [], colour: 'red' })
    expect(status).toBe(400)
    expect(json.issues?.map(({ path }: { path: string }) => path).sort()).toEqual([
      'colour',
      'events',
      'url',
    ])
    expect((await send('POST', '', { url, events: ['pass.painted'] })).json.issues).toEqual([
      { path: 'events[0]', message: expect.stringContaining('pass.created') },
    ])
  })

  it('is a 404 for every operation after it was deleted', async () => {
    const { send } = await start()
    const { id } = (await send('POST', '', { url })).json
    expect(await send('DELETE', `/${id}`)).toMatchObject({ status: 204, json: undefined })
    for (const [method, path, body] of allOperations(id)) {
      expect([path, (await send(method, path, body)).status]).toEqual([path, 404])
    }
    expect((await send('GET', '')).json).toEqual({ webhooks: [] })
  })

  it('is a 404 for every operation with another key', async () => {
    const { service, send } = await start()
    const created = (await send('POST', '', { url })).json
    const delivery = Delivery.parse((await send('POST', `/${created.id}/test`)).json)
    const otherKey = webhookClient(service, await service.createKey())
    for (const [method, path, body] of allOperations(created.id, delivery.id)) {
      const response = await otherKey(method, path, body)
      expect([path, response.status, response.json.code]).toEqual([path, 404, 'not_found'])
    }
    expect((await otherKey('GET', '')).json).toEqual({ webhooks: [] })
    const own = (await otherKey('POST', '', { url })).json
    expect(own.id).not.toBe(created.id)
    // Its own endpoint gives it no access to a delivery of another key.
    expect((await otherKey('POST', `/${own.id}/deliveries/${delivery.id}/retry`)).status).toBe(404)
    expect((await send('GET', `/${created.id}`)).json).toEqual(withoutSecret(created))
  })

  it('is not part of the free plan: every operation is a 403', async () => {
    const { service } = await start()
    const free = await service.createKey('free')
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '', { url }],
      ...allOperations('whk_00000000000000000000'),
    ] as const) {
      const init = { method, key: free, ...(body && { json: body }) }
      const problem = await readErrorResponse(await service.fetch(`/api/webhooks${path}`, init))
      expect([path, problem.status, problem.code]).toEqual([path, 403, 'plan_required'])
      expect(problem.error).toContain('pro')
    }
    expect((await service.fetch('/api/webhooks')).status).toBe(401)
    const pro = webhookClient(service, await service.createKey('pro'))
    expect((await pro('POST', '', { url })).status).toBe(201)
  })

  it('receives a test event of its first event type, with an id that marks it as a test', async () => {
    const { send } = await start()
    const { id } = (await send('POST', '', { url, events: ['email.failed', 'pass.voided'] })).json
    const { status, json } = await send('POST', `/${id}/test`)
    expect(status).toBe(202)
    const queued = Delivery.parse(json)
    expect(queued).toMatchObject({ type: 'pass.voided', state: 'pending', attempts: 0 })
    expect(queued.eventId).toMatch(/^evt_test_/)
    const [sent] = await waitFor(
      () => network.sentTo(url),
      ({ length }) => length === 1,
    )
    const body = JSON.parse(sent?.body ?? '')
    expect(Object.keys(body)).toEqual(['id', 'type', 'timestamp', 'data'])
    expect(body).toMatchObject({ id: queued.eventId, type: 'pass.voided', data: { voided: true } })
    expect(sent?.headers['webhook-id']).toBe(queued.eventId)
    const latest = async () => (await send('GET', `/${id}/deliveries`)).json.deliveries[0]
    expect(await waitFor(latest, ({ state }) => state === 'delivered')).toMatchObject({
      id: queued.id,
      attempts: 1,
      status: 200,
      answer: 'said 200',
      reason: null,
    })
  })

  it('has the same secret on every instance, and none in the database', async () => {
    const { service, send } = await start()
    const created = NewWebhook.parse((await send('POST', '', { url })).json)
    const { secret = '', id } = created
    const rotated = (await send('POST', `/${id}/rotate`)).json
    expect(rotated.secret).not.toBe(secret)
    const rows = await service.ctx.db.selectFrom('webhook').selectAll().execute()
    for (const one of [secret, rotated.secret]) {
      const bytes = Buffer.from(one.slice('whsec_'.length), 'base64')
      for (const text of [one.slice('whsec_'.length), bytes.toString('hex')]) {
        expect(JSON.stringify(rows)).not.toContain(text)
      }
    }
    const other = await start()
    const known = { id, secretNumber: 1 }
    expect(deriveEndpointSecret(other.service.ctx, known)).toBe(secret)
    expect(deriveEndpointSecret(other.service.ctx, { id, secretNumber: 2 })).toBe(rotated.secret)
    expect(deriveEndpointSecret(other.service.ctx, { ...known, id: 'whk_0' })).not.toBe(secret)
  })

  it('lists its deliveries page by page, newest first, each once', async () => {
    const { send } = await start()
    const { id } = (await send('POST', '', { url })).json
    const created: string[] = []
    for (let count = 0; count < 7; count += 1) {
      created.push((await send('POST', `/${id}/test`)).json.id)
    }
    const seen: Delivery[] = []
    let cursor = ''
    do {
      const path = `/${id}/deliveries?limit=3${cursor && `&cursor=${cursor}`}`
      const page = (await send('GET', path)).json
      expect(page.deliveries.length).toBeLessThanOrEqual(3)
      seen.push(...page.deliveries)
      cursor = page.nextCursor ?? ''
    } while (cursor)
    expect(seen.map((one) => one.id).sort()).toEqual(created.sort())
    const times = seen.map(({ createdAt }) => createdAt)
    expect(times).toEqual(times.toSorted().reverse())
    const bad = await send('GET', `/${id}/deliveries?cursor=abc`)
    expect(bad.json.issues).toEqual([{ path: 'cursor', message: expect.any(String) }])
  })
})

type SendRequest = (
  method: string,
  path: string,
  body?: object,
  // biome-ignore lint/suspicious/noExplicitAny: the tests check what the response contains.
) => Promise<{ status: number; json: any }>

/** Sends requests below `/api/webhooks` with one key. */
function webhookClient(service: TestService, key: string): SendRequest {
  return async (method, path, body) => {
    const init = { method, key, ...(body && { json: body }) }
    const response = await service.fetch(`/api/webhooks${path}`, init)
    const text = await response.text()
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
  }
}

/** The arguments of a request for every operation on one endpoint. */
function allOperations(id: string, delivery = 'dlv_0') {
  return [
    ['GET', `/${id}`, undefined],
    ['PATCH', `/${id}`, { enabled: false }],
    ['POST', `/${id}/test`, undefined],
    ['POST', `/${id}/rotate`, undefined],
    ['GET', `/${id}/deliveries`, undefined],
    ['POST', `/${id}/deliveries/${delivery}/retry`, undefined],
    ['DELETE', `/${id}`, undefined],
  ] as const
}

function withoutSecret({ secret: _, ...rest }: Record<string, unknown>) {
  return rest
}
