/** A template is applied to 10,000 passes on each database, and what creating a pass costs meanwhile; then again, with `kill -9` ten times: every pass is made anew once, none says what it said before. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Client, createClient, type EventRecord, type Rollout } from '@passwright/shared'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { assertEqual, post } from './support/client.ts'
import { quantile } from './support/phones.ts'

// npm run proof -- rollout [PASSES] [KILLS]

const PASSES = Number(process.argv[2] ?? 10_000)
const KILLS = Number(process.argv[3] ?? 10)
const CALLERS = 8
/** How often a pass gets a new value while the template is applied. */
const CHANGES = 200
/** How often a pass is created while nothing else happens. */
const IDLE_CALLS = 300
const PAUSE_MS = 20

const pass = {
  title: 'Club',
  secondaryFields: [{ key: 'name', label: 'Name', value: '{{name}}' }],
  backFields: [{ key: 'points', label: 'Points', value: '{{points}}' }],
}
const inputs = [{ key: 'points', type: 'number' as const, default: 0 }]

const folder = await mkdtemp(join(tmpdir(), 'passwright-rollout-'))
const postgres = await startPostgres({ durable: true })
try {
  await rollOut('SQLite', `sqlite:${join(folder, 'rollout.db')}`)
  await rollOut('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function rollOut(name: string, databaseUrl: string): Promise<void> {
  const port = await findFreePort()
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'error',
    PORT: String(port),
  }
  let service = await startServiceProcess(env)
  const key = await createKeyByCommand(env, 'unlimited')
  const client = connect(service.url, key)
  const { templateId } = await client.createTemplate({ name: 'Card', pass, inputs })
  const serials = await inParallel(PASSES, async (at) => {
    const { body } = await post(service.url, key, {
      template: 'Card',
      values: { name: `Member ${at}` },
    })
    return (body as { serialNumber: string }).serialNumber
  })
  const change = (title: string) =>
    client.updateTemplate(templateId, { name: 'Card', pass: { ...pass, title }, inputs })
  await measureUndisturbed()
  const before = await findLastEvent(client)

  await change('New')
  const started = Date.now()
  await client.applyTemplate(templateId)
  const changed = new Map<string, number>()
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await waitForProgress(client, templateId, (PASSES / (KILLS + 1)) * kill)
    for (let change = 0; change < CHANGES / KILLS; change += 1) {
      const serial = serials[Math.floor(Math.random() * PASSES)] ?? ''
      const points = (changed.get(serial) ?? 0) + 1
      await client.patchPass(serial, { values: { points } })
      changed.set(serial, points)
    }
    service.child.kill('SIGKILL')
    await service.stop('SIGKILL')
    service = await startServiceProcess(env)
  }
  const rollout = await waitForEnd(client, templateId)
  const seconds = (Date.now() - started) / 1000
  try {
    await verify(client, serials, changed, before)
    assertEqual('done', rollout.done, PASSES)
    assertEqual('failed', rollout.failed, 0)
  } finally {
    await service.stop('SIGTERM')
  }
  console.log(
    `${name}: ${PASSES} passes in ${seconds.toFixed(0)} s with ${KILLS} kills and restarts`,
  )

  /** How long a rollout takes without kills, and creating a pass before and while it runs. */
  async function measureUndisturbed(): Promise<void> {
    let left = IDLE_CALLS
    const idle = await measureCreating(() => left-- > 0)
    await change('Undisturbed')
    const startedAt = Date.now()
    await client.applyTemplate(templateId)
    let isRunning = true
    const meanwhile = measureCreating(() => isRunning)
    const { done } = await waitForEnd(client, templateId)
    isRunning = false
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
    assertEqual('done', done, PASSES)
    console.log(`${name}: ${PASSES} passes in ${seconds} s`)
    console.log(`  creating a pass before: ${formatTimes(idle)}`)
    console.log(`  creating a pass meanwhile: ${formatTimes(await meanwhile)}`)
  }

  /** Creates one pass after the other, with a pause in between as a caller makes it; returns the milliseconds of each. */
  async function measureCreating(goesOn: () => boolean): Promise<number[]> {
    const times: number[] = []
    while (goesOn()) {
      const startedAt = performance.now()
      const { status } = await post(service.url, key, { title: 'Beside' })
      assertEqual('the status', status, 201)
      times.push(performance.now() - startedAt)
      await wait(PAUSE_MS)
    }
    return times
  }
}

async function verify(
  client: Client<never>,
  serials: readonly string[],
  changed: ReadonlyMap<string, number>,
  before: string | undefined,
): Promise<void> {
  const updates = new Map<string, number>()
  const applied: EventRecord[] = []
  for (let after = before; ; ) {
    const { events } = await client.listEvents({ limit: 100, ...(after && { after }) })
    for (const event of events) {
      if (event.type === 'template.applied') applied.push(event)
      if (event.type !== 'pass.updated') continue
      const serial = event.data.serialNumber
      const isNew = 'changed' in event.data && String(event.data.changed).includes('title')
      if (isNew) updates.set(serial, (updates.get(serial) ?? 0) + 1)
    }
    const last = events.at(-1)
    if (!last) break
    after = last.id
  }
  assertEqual('passes that were made anew', updates.size, serials.length)
  assertEqual('passes made anew twice', [...updates.values()].filter((n) => n !== 1).length, 0)
  assertEqual('events at the end', applied.length, 1)
  let old = 0
  await inParallel(serials.length, async (at) => {
    const serial = serials[at] ?? ''
    const { title, values, pass: says, template } = await client.getPass(serial)
    const [field] = says.backFields as { value: number }[]
    const points = changed.get(serial) ?? 0
    const isRight =
      title === 'New' &&
      template?.version === 3 &&
      values?.name === `Member ${at}` &&
      field?.value === points
    if (!isRight) old += 1
  })
  assertEqual('passes with old values or of the old version', old, 0)
}

async function waitForProgress(client: Client<never>, id: string, count: number): Promise<void> {
  for (;;) {
    const { rollout } = await client.getTemplate(id)
    if (!rollout || rollout.state === 'done' || rollout.done >= count) return
    await wait(50)
  }
}

async function waitForEnd(client: Client<never>, id: string): Promise<Rollout> {
  for (;;) {
    const { rollout } = await client.getTemplate(id)
    if (rollout?.state === 'done') return rollout
    await wait(200)
  }
}

async function findLastEvent(client: Client<never>): Promise<string | undefined> {
  for (let after: string | undefined; ; ) {
    const { events } = await client.listEvents({ limit: 100, ...(after && { after }) })
    const last = events.at(-1)
    if (!last) return after
    after = last.id
  }
}

function formatTimes(times: readonly number[]): string {
  const [p50, p99] = [0.5, 0.99].map((share) => `${quantile(times, share).toFixed(1)} ms`)
  return `p50 ${p50}, p99 ${p99} (${times.length} calls)`
}

async function inParallel<T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const run = async () => {
    for (let at = next++; at < count; at = next++) results[at] = await work(at)
  }
  await Promise.all(Array.from({ length: CALLERS }, run))
  return results
}

function connect(url: string, key: string): Client<never> {
  return createClient<never>(async ({ method, path, headers, body }) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, authorization: `Bearer ${key}` },
      ...(body !== undefined && { body }),
    })
    const json: unknown = response.status === 204 ? undefined : await response.json()
    return { status: response.status, headers: Object.fromEntries(response.headers), json }
  })
}
