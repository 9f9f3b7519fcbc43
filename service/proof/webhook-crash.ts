/** 25 times `kill -9` on each database while passes change and five receivers hear of it: every acknowledged change is there, every event reached the good one, a second copy has the same webhook-id. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { EventRecord } from '@passwright/shared'
import { Webhook } from 'standardwebhooks'
import { eventually } from '../test/support/eventually.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { freePort, makeKey, startProcess } from '../test/support/service-process.ts'
import { behaviours, type Receiver, startReceiver } from '../test/support/webhook-receiver.ts'
import { assertEqual } from './client.ts'

const KILLS = 25
const CALLERS = 6

/** How many deliveries to one endpoint a process has in hand: what a kill may have sent again. */
const IN_HAND = 2

/** Longer than a lease: whatever a dead process had claimed is due again. */
const PATIENCE_MS = 180_000

const folder = await mkdtemp(join(tmpdir(), 'passwright-webhook-crash-'))
const postgres = await startPostgres({ durable: true })
try {
  await survive('SQLite', `sqlite:${join(folder, 'crash.db')}`)
  await survive('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function survive(name: string, databaseUrl: string): Promise<void> {
  const receiver = await startReceiver()
  const forbidden = await startReceiver()
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    OUTBOUND_ALLOW: `127.0.0.1:${receiver.port},127.0.0.1:${forbidden.port}`,
    LOG_LEVEL: 'error',
    PORT: String(await freePort()),
  }
  let service = await startProcess(env)
  const call = caller(service.url, await makeKey(env))
  const good = await subscribe(call, receiver, forbidden)

  const load = startLoad(call)
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Sometimes right after a change, sometimes while the good one has a delivery in hand.
    await load.acknowledged(4)
    if (kill % 2 === 0) await good.nextHit()
    await service.end('SIGKILL')
    service = await startProcess(env)
  }
  const stories = await load.stop()
  try {
    await judge(name, call, receiver, stories)
    assertEqual('deliveries with a wrong signature', good.wronglySigned(), 0)
    assertEqual('requests to where a redirect points', forbidden.hits.length, 0)
  } finally {
    await service.end('SIGTERM')
    await Promise.all([receiver.close(), forbidden.close()])
  }
}

/** Has every event sent to five endpoints; tells what the good one sees. */
async function subscribe(call: Call, receiver: Receiver, forbidden: Receiver) {
  let wronglySigned = 0
  let heard = Promise.withResolvers<void>()
  const secrets: Record<string, string> = {}
  receiver.answer('/good', async ({ body, headers }, _request, response) => {
    heard.resolve()
    heard = Promise.withResolvers()
    try {
      new Webhook(secrets['/good'] ?? '').verify(body, headers as Record<string, string>)
    } catch {
      wronglySigned += 1
    }
    // A kill in this moment finds an event delivered that is not yet known to be.
    await wait(20)
    response.end()
  })
  receiver.answer('/slow', behaviours.slow(1000))
  receiver.answer('/failing', behaviours.failing)
  receiver.answer('/gone', behaviours.gone)
  receiver.answer('/redirecting', behaviours.redirecting(`${forbidden.url}/`))
  for (const path of ['/good', '/slow', '/failing', '/gone', '/redirecting']) {
    const { secret } = await call<{ secret: string }>('POST', '/api/webhooks', {
      url: receiver.url + path,
    })
    secrets[path] = secret
  }
  return { nextHit: () => heard.promise, wronglySigned: () => wronglySigned }
}

/** What one pass went through: the types of its events in order, and what it has to say at last. */
interface Story {
  serialNumber: string
  types: string[]
  step: string
}

/** Callers that each change a pass of their own, one acknowledged change after the other. */
function startLoad(call: Call) {
  let running = true
  let count = 0
  let waiting: { from: number; resolve: () => void } | undefined

  const live = async (name: number): Promise<Story> => {
    const bodyOf = (step: string) => ({ title: 'Club', value: step, metadata: { step } })
    const body = { ...bodyOf('0'), externalId: `caller-${name}` }
    const { serialNumber } = await call<{ serialNumber: string }>('POST', '/api/passes', body)
    const story: Story = { serialNumber, types: ['pass.created'], step: '0' }
    const path = `/api/passes/${serialNumber}`
    const changes = [
      { type: 'pass.updated', make: (step: string) => call('PATCH', path, bodyOf(step)) },
      { type: 'pass.voided', make: () => call('POST', `${path}/void`) },
      { type: 'pass.unvoided', make: () => call('POST', `${path}/unvoid`) },
      { type: 'pass.updated', make: (step: string) => call('PUT', path, bodyOf(step)) },
    ]
    while (running) {
      for (const { type, make } of changes) {
        const step = String(story.types.length)
        await make(step)
        story.types.push(type)
        if (type === 'pass.updated') story.step = step
        count += 1
        if (waiting && count >= waiting.from) waiting.resolve()
        await wait(100)
      }
    }
    return story
  }
  const lives = Promise.all(Array.from({ length: CALLERS }, (_, name) => live(name)))
  const failed = lives.then(() => {})
  return {
    /** Waits until so many more changes were acknowledged. */
    acknowledged: (more: number) =>
      Promise.race([
        failed,
        new Promise<void>((resolve) => {
          waiting = { from: count + more, resolve }
        }),
      ]),
    stop: () => {
      running = false
      return lives
    },
  }
}

async function judge(name: string, call: Call, receiver: Receiver, stories: Story[]) {
  const events = await eventsOf(call)
  const missing = () => {
    const arrived = new Set(receiver.at('/good').map(({ headers }) => headers['webhook-id']))
    return events.filter(({ id }) => !arrived.has(id)).length
  }
  await eventually(missing, (count) => count === 0, PATIENCE_MS).catch(() => {})

  const told = Map.groupBy(events, ({ data }) => data.serialNumber)
  for (const { serialNumber, types, step } of stories) {
    const pass = await call<Told>('GET', `/api/passes/${serialNumber}`)
    assertEqual('the step that a pass is at', pass.metadata.step, step)
    assertEqual('whether it is voided', pass.voided, false)
    const stored = (told.get(serialNumber) ?? []).map(({ type }) => type)
    assertEqual('the events of a pass', stored.join(' '), types.join(' '))
  }

  const copies = [...Map.groupBy(receiver.at('/good'), ({ headers }) => headers['webhook-id'])]
  const twice = copies.filter(([, hits]) => hits.length > 1).length
  const known = new Set(events.map(({ id }) => id))
  const strangers = copies.filter(([id]) => !known.has(String(id))).length
  const unequal = copies.filter(([, hits]) => new Set(hits.map(({ body }) => body)).size > 1).length
  const hits = ['/good', '/slow', '/failing', '/gone', '/redirecting'].map(
    (path) => `${receiver.at(path).length} at ${path}`,
  )
  console.log(
    `${name}: ${KILLS} kills, ${events.length} changes acknowledged, each with its event; ${missing()} lost on the way to the good one, ${twice} came again with the same webhook-id; posts: ${hits.join(', ')}`,
  )
  assertEqual('events that did not reach the good one', missing(), 0)
  assertEqual('webhook-ids that are no event', strangers, 0)
  assertEqual('webhook-ids with two bodies', unequal, 0)
  if (twice > KILLS * IN_HAND) throw new Error(`${twice} came again`)
  const { webhooks } = await call<{ webhooks: { url: string; enabled: boolean }[] }>(
    'GET',
    '/api/webhooks',
  )
  const disabled = webhooks.filter(({ enabled }) => !enabled).map(({ url }) => url)
  assertEqual('who is disabled', disabled.join(' '), `${receiver.url}/gone`)
}

interface Told {
  serialNumber: string
  voided: boolean
  metadata: Record<string, string>
}

/** Every stored event, page by page. */
async function eventsOf(call: Call): Promise<EventRecord<Told>[]> {
  const events: EventRecord<Told>[] = []
  for (;;) {
    const after = events.at(-1)?.id
    const query = after === undefined ? '' : `&after=${after}`
    const page = await call<{ events: EventRecord<Told>[] }>('GET', `/api/events?limit=100${query}`)
    if (page.events.length === 0) return events
    events.push(...page.events)
  }
}

type Call = <Reply>(method: string, path: string, body?: unknown) => Promise<Reply>

/** Asks until it is acknowledged: a service that was killed comes back. */
function caller(url: string, key: string): Call {
  return async <Reply>(method: string, path: string, body?: unknown) => {
    const authorization = `Bearer ${key}`
    const request =
      body === undefined
        ? { headers: { authorization } }
        : {
            headers: { authorization, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }
    for (;;) {
      const response = await fetch(url + path, { method, ...request }).catch(() => undefined)
      const reply = await response?.json().catch(() => undefined)
      if (response?.ok && reply !== undefined) return reply as Reply
      if (response !== undefined && response.status >= 400 && response.status < 500) {
        throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(reply)}`)
      }
      await wait(20)
    }
  }
}
