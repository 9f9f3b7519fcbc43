/** 25 times `kill -9` on each database while passes change and five endpoints receive the events: every acknowledged change is stored, every event reaches the healthy endpoint, and a second copy has the same `webhook-id`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { EventRecord } from '@passwright/shared'
import { Webhook } from 'standardwebhooks'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import {
  responses,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../test/support/webhooks/webhook-receiver.ts'
import { assertEqual } from './support/client.ts'

const KILLS = 25
const CALLERS = 6

/** How many deliveries to one endpoint a process sends at once: what a kill may repeat. */
const CONCURRENT_DELIVERIES = 2

/** Longer than a lease, so that the jobs of a killed process are due again. */
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
  const receiver = await startWebhookReceiver()
  const forbidden = await startWebhookReceiver()
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    OUTBOUND_ALLOW: `127.0.0.1:${receiver.port},127.0.0.1:${forbidden.port}`,
    LOG_LEVEL: 'error',
    PORT: String(await findFreePort()),
  }
  let service = await startServiceProcess(env)
  const call = createCaller(service.url, await createKeyByCommand(env))
  const good = await createEndpoints(call, receiver, forbidden)

  const load = startLoad(call)
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Alternately right after a change and while the healthy endpoint handles a delivery.
    await load.acknowledged(4)
    if (kill % 2 === 0) await good.nextHit()
    await service.stop('SIGKILL')
    service = await startServiceProcess(env)
  }
  const histories = await load.stop()
  try {
    await verify(name, call, receiver, histories)
    assertEqual('deliveries with a wrong signature', good.wronglySigned(), 0)
    assertEqual('requests to where a redirect points', forbidden.requests.length, 0)
  } finally {
    await service.stop('SIGTERM')
    await Promise.all([receiver.close(), forbidden.close()])
  }
}

/** Creates five endpoints for every event; returns what the healthy one observes. */
async function createEndpoints(call: Call, receiver: WebhookReceiver, forbidden: WebhookReceiver) {
  let wronglySigned = 0
  let nextHit = Promise.withResolvers<void>()
  const secrets: Record<string, string> = {}
  receiver.setResponse('/good', async ({ body, headers }, _request, response) => {
    nextHit.resolve()
    nextHit = Promise.withResolvers()
    try {
      new Webhook(secrets['/good'] ?? '').verify(body, headers as Record<string, string>)
    } catch {
      wronglySigned += 1
    }
    // A kill at this moment leaves an event delivered but not recorded as delivered.
    await wait(20)
    response.end()
  })
  receiver.setResponse('/slow', responses.slow(1000))
  receiver.setResponse('/failing', responses.failing)
  receiver.setResponse('/gone', responses.gone)
  receiver.setResponse('/redirecting', responses.redirecting(`${forbidden.url}/`))
  for (const path of ['/good', '/slow', '/failing', '/gone', '/redirecting']) {
    const { secret } = await call<{ secret: string }>('POST', '/api/webhooks', {
      url: receiver.url + path,
    })
    secrets[path] = secret
  }
  return { nextHit: () => nextHit.promise, wronglySigned: () => wronglySigned }
}

/** The changes of one pass: the types of its events in order, and its last step. */
interface History {
  serialNumber: string
  types: string[]
  step: string
}

/** Starts callers that each change a pass of their own, one acknowledged change after the other. */
function startLoad(call: Call) {
  let running = true
  let count = 0
  let waiting: { from: number; resolve: () => void } | undefined

  const changePass = async (caller: number): Promise<History> => {
    const buildBody = (step: string) => ({ title: 'Club', value: step, metadata: { step } })
    const body = { ...buildBody('0'), externalId: `caller-${caller}` }
    const { serialNumber } = await call<{ serialNumber: string }>('POST', '/api/passes', body)
    const history: History = { serialNumber, types: ['pass.created'], step: '0' }
    const path = `/api/passes/${serialNumber}`
    const changes = [
      { type: 'pass.updated', make: (step: string) => call('PATCH', path, buildBody(step)) },
      { type: 'pass.voided', make: () => call('POST', `${path}/void`) },
      { type: 'pass.unvoided', make: () => call('POST', `${path}/unvoid`) },
      { type: 'pass.updated', make: (step: string) => call('PUT', path, buildBody(step)) },
    ]
    while (running) {
      for (const { type, make } of changes) {
        const step = String(history.types.length)
        await make(step)
        history.types.push(type)
        if (type === 'pass.updated') history.step = step
        count += 1
        if (waiting && count >= waiting.from) waiting.resolve()
        await wait(100)
      }
    }
    return history
  }
  const histories = Promise.all(Array.from({ length: CALLERS }, (_, caller) => changePass(caller)))
  const ended = histories.then(() => {})
  return {
    /** Waits until so many more changes were acknowledged. */
    acknowledged: (more: number) =>
      Promise.race([
        ended,
        new Promise<void>((resolve) => {
          waiting = { from: count + more, resolve }
        }),
      ]),
    stop: () => {
      running = false
      return histories
    },
  }
}

async function verify(name: string, call: Call, receiver: WebhookReceiver, histories: History[]) {
  const events = await listAllEvents(call)
  const missing = () => {
    const arrived = new Set(
      receiver.requestsTo('/good').map(({ headers }) => headers['webhook-id']),
    )
    return events.filter(({ id }) => !arrived.has(id)).length
  }
  await waitFor(missing, (count) => count === 0, PATIENCE_MS).catch(() => {})

  const eventsBySerial = Map.groupBy(events, ({ data }) => data.serialNumber)
  for (const { serialNumber, types, step } of histories) {
    const pass = await call<EventData>('GET', `/api/passes/${serialNumber}`)
    assertEqual('the last step of a pass', pass.metadata.step, step)
    assertEqual('whether it is voided', pass.voided, false)
    const stored = (eventsBySerial.get(serialNumber) ?? []).map(({ type }) => type)
    assertEqual('the events of a pass', stored.join(' '), types.join(' '))
  }

  const copies = [
    ...Map.groupBy(receiver.requestsTo('/good'), ({ headers }) => headers['webhook-id']),
  ]
  const twice = copies.filter(([, hits]) => hits.length > 1).length
  const known = new Set(events.map(({ id }) => id))
  const unknown = copies.filter(([id]) => !known.has(String(id))).length
  const unequal = copies.filter(([, hits]) => new Set(hits.map(({ body }) => body)).size > 1).length
  const hits = ['/good', '/slow', '/failing', '/gone', '/redirecting'].map(
    (path) => `${receiver.requestsTo(path).length} at ${path}`,
  )
  console.log(
    `${name}: ${KILLS} kills, ${events.length} changes acknowledged, each with its event; ${missing()} not delivered to the healthy endpoint, ${twice} delivered twice with the same webhook-id; posts: ${hits.join(', ')}`,
  )
  assertEqual('events not delivered to the healthy endpoint', missing(), 0)
  assertEqual('unknown webhook-ids', unknown, 0)
  assertEqual('webhook-ids with two bodies', unequal, 0)
  if (twice > KILLS * CONCURRENT_DELIVERIES) throw new Error(`${twice} delivered twice`)
  const { webhooks } = await call<{ webhooks: { url: string; enabled: boolean }[] }>(
    'GET',
    '/api/webhooks',
  )
  const disabled = webhooks.filter(({ enabled }) => !enabled).map(({ url }) => url)
  assertEqual('disabled endpoints', disabled.join(' '), `${receiver.url}/gone`)
}

interface EventData {
  serialNumber: string
  voided: boolean
  metadata: Record<string, string>
}

/** Lists every stored event, page by page. */
async function listAllEvents(call: Call): Promise<EventRecord<EventData>[]> {
  const events: EventRecord<EventData>[] = []
  for (;;) {
    const after = events.at(-1)?.id
    const query = after === undefined ? '' : `&after=${after}`
    const page = await call<{ events: EventRecord<EventData>[] }>(
      'GET',
      `/api/events?limit=100${query}`,
    )
    if (page.events.length === 0) return events
    events.push(...page.events)
  }
}

type Call = <Reply>(method: string, path: string, body?: unknown) => Promise<Reply>

/** Creates a client that repeats a request until it is acknowledged, since a killed service is restarted. */
function createCaller(url: string, key: string): Call {
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
