/** Three instances on one PostgreSQL under load, one killed every few seconds, PostgreSQL restarted twice, all upgraded across a migration one after the other: nothing is lost or doubled, and errors are only 503 with Retry-After. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  type ServiceProcess,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { copyNextVersion, nextMigration } from './fire/next-version.ts'
import { assertEqual, getUsageCount, listAllPasses } from './support/client.ts'
import { startLoad } from './support/load.ts'

const INSTANCES = 3
const KILLS = Number(process.argv[2] ?? 12)
const CALLERS = 9
const SECONDS_BETWEEN_KILLS = 2

interface Instance {
  env: Record<string, string>
  main?: string
  process: ServiceProcess
  /** While it is killed, its address refuses connections, which is no error of the service. */
  isDown: boolean
}

const folder = await mkdtemp(join(tmpdir(), 'passwright-fire-'))
const postgres = await startPostgres({ durable: true })
const webhooks = new Map<string, string>()
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', (text) => {
    body += text
  })
  request.on('end', () => {
    webhooks.set(String(request.headers['webhook-id']), body)
    response.end()
  })
})
const hookPort = await findFreePort()
receiver.listen(hookPort, '127.0.0.1')
await once(receiver, 'listening')
const instances: Instance[] = []
/** What the callers saw besides success: a status with or without Retry-After, or a lost connection. */
const seen = new Map<string, number>()

try {
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: postgres.url,
    LOG_LEVEL: 'warn',
    OUTBOUND_ALLOW: `127.0.0.1:${hookPort}`,
  }
  for (let count = 0; count < INSTANCES; count += 1) {
    const own = { ...env, PORT: String(await findFreePort()) }
    instances.push({ env: own, process: await startServiceProcess(own), isDown: false })
  }
  const key = await createKeyByCommand(env, 'pro')
  await createWebhook(key)
  const load = startLoad({ callers: CALLERS, send: (reference) => createPass(key, reference) })
  await load.waitFor(50)

  for (let kill = 1; kill <= KILLS; kill += 1) {
    await wait(SECONDS_BETWEEN_KILLS * 1000)
    await restart(instances[kill % INSTANCES], 'SIGKILL')
    if (kill === Math.floor(KILLS / 3)) await restartPostgres('fast')
    if (kill === Math.floor((2 * KILLS) / 3)) await restartPostgres('immediate')
    await load.waitFor(20)
  }
  const main = copyNextVersion(await mkdtemp(join(folder, 'next-')))
  for (const instance of instances) {
    instance.main = main
    await restart(instance, 'SIGTERM')
    await load.waitFor(30)
  }
  assertEqual('migrated', await countMigrations(), 1)
  const acknowledged = await load.stop()
  await verify(key, acknowledged, load.repeats())
} finally {
  await Promise.all(instances.map(({ process }) => process.stop('SIGTERM')))
  receiver.close()
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

/** As a proxy would: an instance that is down is not asked, and another one is when a connection is lost. */
async function createPass(key: string, reference: string): Promise<string | undefined> {
  const up = instances.filter(({ isDown }) => !isDown)
  const instance = up[Math.floor(Math.random() * up.length)]
  if (!instance) return undefined
  const response = await fetch(`${instance.process.url}/api/passes`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': reference,
    },
    body: JSON.stringify({ title: 'Pass', metadata: { reference } }),
  }).catch(() => undefined)
  if (!response) return note('connection lost')
  const body = (await response.json().catch(() => undefined)) as
    | { serialNumber?: string; code?: string }
    | undefined
  if (response.status === 201 && body) return String(body.serialNumber)
  if (response.status === 201) return note('connection lost')
  const hasRetryAfter = response.headers.has('retry-after') ? 'with' : 'without'
  return note(`${response.status} ${hasRetryAfter} Retry-After (${body?.code})`)
}

function note(what: string): undefined {
  seen.set(what, (seen.get(what) ?? 0) + 1)
}

async function createWebhook(key: string): Promise<void> {
  const response = await fetch(`${instances[0]?.process.url}/api/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `http://127.0.0.1:${hookPort}/`, events: ['pass.created'] }),
  })
  assertEqual('the webhook is created', response.status, 201)
}

async function restart(instance: Instance | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!instance) return
  // A proxy takes an instance out before it is stopped, and learns of a killed one by lost connections.
  instance.isDown = signal === 'SIGTERM'
  const exit = await instance.process.stop(signal)
  if (signal === 'SIGTERM') assertEqual('an instance that is upgraded stops', exit, 0)
  instance.isDown = true
  const options = instance.main === undefined ? {} : { main: instance.main }
  instance.process = await startServiceProcess(instance.env, options)
  instance.isDown = false
}

async function restartPostgres(how: 'fast' | 'immediate'): Promise<void> {
  await postgres.stop(how)
  await wait(1_000)
  await postgres.start()
}

async function countMigrations(): Promise<number> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from kysely_migration where name = $1', [
      nextMigration,
    ])
    return rowCount ?? 0
  } finally {
    await client.end()
  }
}

async function verify(
  key: string,
  acknowledged: Map<string, string>,
  repeats: number,
): Promise<void> {
  const url = instances[0]?.process.url ?? ''
  const stored = await listAllPasses(url, key)
  const serials = new Set(stored.map(({ serialNumber }) => serialNumber))
  const lost = [...acknowledged.values()].filter((serial) => !serials.has(serial)).length
  const byReference = Map.groupBy(stored, ({ metadata }) => metadata.reference)
  const doubled = [...byReference.values()].filter((passes) => passes.length > 1).length
  const counted = await getUsageCount(url, key)
  const deadline = performance.now() + 120_000
  while (webhooks.size < stored.length && performance.now() < deadline) await wait(500)
  const told = new Set([...webhooks.values()].map((body) => JSON.parse(body).data.serialNumber))
  const untold = [...serials].filter((serial) => !told.has(serial)).length
  console.log(
    `${KILLS} kills, 2 restarts of PostgreSQL, 3 instances upgraded: ${acknowledged.size} acknowledged, ${repeats} repeated; ${lost} lost, ${doubled} doubled; ${stored.length} stored, ${counted} counted, ${webhooks.size} webhooks`,
  )
  for (const [what, count] of seen) console.log(`  ${count} × ${what}`)
  assertEqual('lost', lost, 0)
  assertEqual('doubled', doubled, 0)
  assertEqual('stored and acknowledged', stored.length, acknowledged.size)
  assertEqual('counted and stored', counted, stored.length)
  assertEqual('without a webhook', untold, 0)
  assertEqual('webhooks and passes', webhooks.size, stored.length)
  const others = [...seen.keys()].filter(
    (what) =>
      what !== 'connection lost' && !/^503 with Retry-After|\(idempotency_in_progress\)/.test(what),
  )
  assertEqual('other errors', others.join(', '), '')
}
