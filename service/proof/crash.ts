/** A service killed 25 times under load on each database keeps every acknowledged pass, and no idempotency key makes two. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres.ts'
import { freePort, makeKey, startProcess } from '../test/support/service-process.ts'
import { assertEqual, pages, post } from './client.ts'

const KILLS = 25
const CALLERS = 12

const folder = await mkdtemp(join(tmpdir(), 'passwright-crash-'))
const postgres = await startPostgres({ durable: true })
try {
  await survive('SQLite', `sqlite:${join(folder, 'crash.db')}`)
  await survive('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function survive(name: string, databaseUrl: string): Promise<void> {
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'warn',
    PORT: String(await freePort()),
  }
  let service = await startProcess(env)
  const key = await makeKey(env, 'pro')

  const load = startLoad(service.url, key)
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await load.acknowledged(20)
    service.child.kill('SIGKILL')
    await service.end('SIGKILL')
    service = await startProcess(env)
  }
  await load.acknowledged(20)
  const acks = await load.stop()
  try {
    await judge(name, service.url, key, acks, load.retries())
  } finally {
    await service.end('SIGTERM')
  }
}

/** Callers that make one pass after the other and repeat each wish until it is acknowledged. */
function startLoad(url: string, key: string) {
  const acks = new Map<string, string>()
  let running = true
  let retries = 0
  let waiting: { from: number; resolve: () => void } | undefined

  const wish = async (reference: string) => {
    for (;;) {
      const body = { title: 'Pass', metadata: { reference } }
      const answer = await post(url, key, body, { 'idempotency-key': reference }).catch(
        () => undefined,
      )
      if (answer?.status === 201) return (answer.body as { serialNumber: string }).serialNumber
      retries += 1
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const caller = async (name: number) => {
    for (let count = 1; running; count += 1) {
      const reference = `caller-${name}-${count}`
      acks.set(reference, await wish(reference))
      if (waiting && acks.size >= waiting.from) waiting.resolve()
    }
  }
  const callers = Array.from({ length: CALLERS }, (_, name) => caller(name))
  return {
    /** Waits until so many more passes were acknowledged. */
    acknowledged: (more: number) =>
      new Promise<void>((resolve) => {
        waiting = { from: acks.size + more, resolve }
      }),
    retries: () => retries,
    stop: async () => {
      running = false
      await Promise.all(callers)
      return acks
    },
  }
}

async function judge(
  name: string,
  url: string,
  key: string,
  acks: Map<string, string>,
  retries: number,
): Promise<void> {
  const stored = await pages(url, key)
  const serials = new Set(stored.map(({ serialNumber }) => serialNumber))
  const lost = [...acks.values()].filter((serial) => !serials.has(serial)).length
  const byReference = Map.groupBy(stored, ({ metadata }) => metadata.reference)
  const doubled = [...byReference.values()].filter((passes) => passes.length > 1).length
  const usage = await fetch(`${url}/api/auth/usage`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const { count } = (await usage.json()) as { count: number }
  console.log(
    `${name}: ${KILLS} kills, ${acks.size} acknowledged, ${retries} repeated calls; ${lost} lost, ${doubled} doubled; ${stored.length} stored, ${count} counted`,
  )
  assertEqual('lost', lost, 0)
  assertEqual('doubled', doubled, 0)
  assertEqual('stored and acknowledged', stored.length, acks.size)
  assertEqual('counted and stored', count, stored.length)
}
