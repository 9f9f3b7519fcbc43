import { eventTypes } from '@passwright/shared'
import { Delivery, NewWebhook, Webhook } from '@passwright/shared/schema'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { deriveWebhookSecret } from '../../src/webhooks/secret.ts'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { eventually } from '../support/eventually.ts'
import { type ScriptedPost, scriptedPost } from '../support/fake-post.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const url = 'http://10.9.0.1:5678/webhook/1'

describe.each(databases)('a webhook endpoint, on $name', ({ url: newUrl }) => {
  let databaseUrl: string
  let network: ScriptedPost

  beforeAll(async () => {
    databaseUrl = await newUrl()
  })

  const start = async (): Promise<{ service: TestService; ask: Ask }> => {
    network = scriptedPost()
    const env = { OUTBOUND_ALLOW: '10.9.0.0/16' }
    const change = () => ({ post: network.post })
    const service = await startTestService({ databaseUrl, env, change })
    onTestFinished(() => service.stop())
    return { service, ask: asker(service, await service.createKey()) }
  }

  it('is made with a secret that is shown once, and is told of without it from then on', async () => {
    const { ask } = await start()
    const made = await ask('POST', '', { url, events: ['pass.voided', 'pass.created'] })
    expect(made.status).toBe(201)
    const { secret, ...shown } = NewWebhook.parse(made.json)
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
    expect((await ask('GET', `/${shown.id}`)).json).toEqual(shown)
    const second = await ask('POST', '', { url: `${url}0`, description: 'All of it' })
    const { secret: otherSecret, ...other } = NewWebhook.parse(second.json)
    expect(other).toMatchObject({ events: null, description: 'All of it' })
    expect(otherSecret).not.toBe(secret)
    expect((await ask('GET', '')).json).toEqual({ webhooks: [shown, other] })
  })

  it('is the same one when the same address wants the same events again, however that is spelled', async () => {
    const { ask } = await start()
    const wish = { url, events: ['pass.created', 'email.sent'] }
    const made = Webhook.parse(withoutSecret((await ask('POST', '', wish)).json))
    await ask('PATCH', `/${made.id}`, { enabled: false })
    const again = await ask('POST', '', {
      url: url.replace('http', 'HTTP'),
      events: ['email.sent', 'pass.created', 'email.sent'],
    })
    expect(again.status).toBe(200)
    expect(Webhook.parse(again.json)).toEqual({ ...made, lastUpdated: again.json.lastUpdated })
    expect((await ask('POST', '', { url })).status).toBe(201)
    expect((await ask('POST', '', { url, events: [...eventTypes] })).status).toBe(201)
    const { webhooks } = (await ask('GET', '')).json
    expect(webhooks).toHaveLength(3)
  })

  it('is one, however many ask for it at once', async () => {
    const { ask } = await start()
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('POST', '', { url })))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(11).fill(200), 201])
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
  })

  it('is one of a hundred at most, since each event goes to every one of them', async () => {
    const { ask } = await start()
    const made = Array.from({ length: 100 }, (_, n) => ask('POST', '', { url: `${url}/${n}` }))
    expect(new Set((await Promise.all(made)).map(({ status }) => status))).toEqual(new Set([201]))
    const tooMany = await ask('POST', '', { url: `${url}/one-more` })
    expect(tooMany.status).toBe(400)
    expect(tooMany.json.issues).toEqual([{ path: 'url', message: expect.stringContaining('101') }])
    expect((await ask('POST', '', { url: `${url}/7` })).status).toBe(200)
  })

  it('changes by what is given: address, events, description and whether it is enabled', async () => {
    const { ask } = await start()
    const { id } = (await ask('POST', '', { url, events: ['pass.created'] })).json
    const other = (await ask('POST', '', { url: `${url}/other` })).json
    const steps = [
      { description: 'For the club' },
      { events: ['pass.voided'] },
      { url: `${url}/2` },
      { enabled: false },
      { events: null },
      { enabled: true, description: null },
    ]
    for (const step of steps) {
      const before = (await ask('GET', `/${id}`)).json
      const after = (await ask('PATCH', `/${id}`, step)).json
      expect(Webhook.parse(after)).toEqual({
        ...before,
        ...step,
        lastUpdated: after.lastUpdated,
      })
      expect((await ask('GET', `/${id}`)).json).toEqual(after)
    }
    const twin = await ask('PATCH', `/${id}`, { url: other.url })
    expect(twin.status).toBe(400)
    expect(twin.json.issues).toEqual([
      { path: 'url', message: expect.stringContaining(String(other.id)) },
    ])
    expect((await ask('GET', `/${other.id}`)).json.url).toBe(other.url)
  })

  it.each([
    ['http://127.0.0.1:9/x', /OUTBOUND_ALLOW/],
    ['http://[::1]/x', /OUTBOUND_ALLOW/],
    ['http://169.254.169.254/latest', /OUTBOUND_ALLOW/],
    ['http://10.8.0.1/x', /OUTBOUND_ALLOW/],
    ['ftp://10.9.0.1/x', /https:\/\//],
    ['http://ada:secret@10.9.0.1/x', /password/],
    ['here', /https:\/\//],
  ])('may not stand at %s, new or changed, and says why', async (bad, why) => {
    const { ask } = await start()
    const { id } = (await ask('POST', '', { url })).json
    for (const answer of [
      await ask('POST', '', { url: bad }),
      await ask('PATCH', `/${id}`, { url: bad }),
    ]) {
      expect(answer.status).toBe(400)
      expect(answer.json.issues).toEqual([{ path: 'url', message: expect.stringMatching(why) }])
    }
    expect((await ask('GET', '')).json.webhooks).toHaveLength(1)
  })

  it('tells all that is wrong with a wish at its place', async () => {
    const { ask } = await start()
    const { status, json } = await ask('POST', '', { url: 7, events: [], colour: 'red' })
    expect(status).toBe(400)
    expect(json.issues?.map(({ path }: { path: string }) => path).sort()).toEqual([
      'colour',
      'events',
      'url',
    ])
    expect((await ask('POST', '', { url, events: ['pass.painted'] })).json.issues).toEqual([
      { path: 'events[0]', message: expect.stringContaining('pass.created') },
    ])
  })

  it('is gone when it was deleted, and then is a 404 like one that never was', async () => {
    const { ask } = await start()
    const { id } = (await ask('POST', '', { url })).json
    expect(await ask('DELETE', `/${id}`)).toMatchObject({ status: 204, json: undefined })
    for (const [method, path, body] of everything(id)) {
      expect([path, (await ask(method, path, body)).status]).toEqual([path, 404])
    }
    expect((await ask('GET', '')).json).toEqual({ webhooks: [] })
  })

  it('is a 404 for every other key, whatever that asks', async () => {
    const { service, ask } = await start()
    const made = (await ask('POST', '', { url })).json
    const delivery = Delivery.parse((await ask('POST', `/${made.id}/test`)).json)
    const stranger = asker(service, await service.createKey())
    for (const [method, path, body] of everything(made.id, delivery.id)) {
      const answer = await stranger(method, path, body)
      expect([path, answer.status, answer.json.code]).toEqual([path, 404, 'not_found'])
    }
    expect((await stranger('GET', '')).json).toEqual({ webhooks: [] })
    const own = (await stranger('POST', '', { url })).json
    expect(own.id).not.toBe(made.id)
    // Its own endpoint does not make another's delivery its own.
    expect((await stranger('POST', `/${own.id}/deliveries/${delivery.id}/retry`)).status).toBe(404)
    expect((await ask('GET', `/${made.id}`)).json).toEqual(withoutSecret(made))
  })

  it('is not for the free plan: 403 for everything', async () => {
    const { service } = await start()
    const free = await service.createKey('free')
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '', { url }],
      ...everything('whk_00000000000000000000'),
    ] as const) {
      const init = { method, key: free, ...(body && { json: body }) }
      const problem = await problemIn(await service.fetch(`/api/webhooks${path}`, init))
      expect([path, problem.status, problem.code]).toEqual([path, 403, 'plan_required'])
      expect(problem.error).toContain('pro')
    }
    expect((await service.fetch('/api/webhooks')).status).toBe(401)
    const pro = asker(service, await service.createKey('pro'))
    expect((await pro('POST', '', { url })).status).toBe(201)
  })

  it('gets a sample of the first event it wants, under an id that tells so', async () => {
    const { ask } = await start()
    const { id } = (await ask('POST', '', { url, events: ['email.failed', 'pass.voided'] })).json
    const { status, json } = await ask('POST', `/${id}/test`)
    expect(status).toBe(202)
    const asked = Delivery.parse(json)
    expect(asked).toMatchObject({ type: 'pass.voided', state: 'pending', attempts: 0 })
    expect(asked.eventId).toMatch(/^evt_test_/)
    const [sent] = await eventually(
      () => network.to(url),
      ({ length }) => length === 1,
    )
    const body = JSON.parse(sent?.body ?? '')
    expect(Object.keys(body)).toEqual(['id', 'type', 'timestamp', 'data'])
    expect(body).toMatchObject({ id: asked.eventId, type: 'pass.voided', data: { voided: true } })
    expect(sent?.headers['webhook-id']).toBe(asked.eventId)
    const told = async () => (await ask('GET', `/${id}/deliveries`)).json.deliveries[0]
    expect(await eventually(told, ({ state }) => state === 'delivered')).toMatchObject({
      id: asked.id,
      attempts: 1,
      status: 200,
      answer: 'said 200',
      reason: null,
    })
  })

  it('is told its secret by every instance, and by no dump of the database', async () => {
    const { service, ask } = await start()
    const made = NewWebhook.parse((await ask('POST', '', { url })).json)
    const { secret = '', id } = made
    const rotated = (await ask('POST', `/${id}/rotate`)).json
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
    expect(deriveWebhookSecret(other.service.ctx, known)).toBe(secret)
    expect(deriveWebhookSecret(other.service.ctx, { id, secretNumber: 2 })).toBe(rotated.secret)
    expect(deriveWebhookSecret(other.service.ctx, { ...known, id: 'whk_0' })).not.toBe(secret)
  })

  it('lists what was sent to it page by page, newest first, each once', async () => {
    const { ask } = await start()
    const { id } = (await ask('POST', '', { url })).json
    const asked: string[] = []
    for (let count = 0; count < 7; count += 1) {
      asked.push((await ask('POST', `/${id}/test`)).json.id)
    }
    const seen: Delivery[] = []
    let cursor = ''
    do {
      const path = `/${id}/deliveries?limit=3${cursor && `&cursor=${cursor}`}`
      const page = (await ask('GET', path)).json
      expect(page.deliveries.length).toBeLessThanOrEqual(3)
      seen.push(...page.deliveries)
      cursor = page.nextCursor ?? ''
    } while (cursor)
    expect(seen.map((one) => one.id).sort()).toEqual(asked.sort())
    const times = seen.map(({ createdAt }) => createdAt)
    expect(times).toEqual(times.toSorted().reverse())
    const bad = await ask('GET', `/${id}/deliveries?cursor=abc`)
    expect(bad.json.issues).toEqual([{ path: 'cursor', message: expect.any(String) }])
  })
})

type Ask = (
  method: string,
  path: string,
  body?: object,
  // biome-ignore lint/suspicious/noExplicitAny: what the answer holds is what the tests look at.
) => Promise<{ status: number; json: any }>

/** Asks under `/api/webhooks` with one key. */
function asker(service: TestService, key: string): Ask {
  return async (method, path, body) => {
    const init = { method, key, ...(body && { json: body }) }
    const response = await service.fetch(`/api/webhooks${path}`, init)
    const text = await response.text()
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
  }
}

/** Every operation on one endpoint. */
function everything(id: string, delivery = 'dlv_0') {
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
