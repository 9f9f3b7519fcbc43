/** 25 times `kill -9` under load on each database: every acknowledged pass is stored, and no idempotency key creates two. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { assertEqual, getUsageCount, listAllPasses, post } from './support/client.ts'
import { startLoad } from './support/load.ts'

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
    PORT: String(await findFreePort()),
  }
  let service = await startServiceProcess(env)
  const key = await createKeyByCommand(env, 'pro')

  const load = startLoad({
    callers: CALLERS,
    send: async (reference) => {
      const body = { title: 'Pass', metadata: { reference } }
      const headers = { 'idempotency-key': reference }
      const response = await post(service.url, key, body, headers).catch(() => undefined)
      if (response?.status !== 201) return undefined
      return (response.body as { serialNumber: string }).serialNumber
    },
  })
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await load.waitFor(20)
    service.child.kill('SIGKILL')
    await service.stop('SIGKILL')
    service = await startServiceProcess(env)
  }
  await load.waitFor(20)
  const acks = await load.stop()
  try {
    await verify(name, service.url, key, acks, load.repeats())
  } finally {
    await service.stop('SIGTERM')
  }
}

async function verify(
  name: string,
  url: string,
  key: string,
  acks: Map<string, string>,
  repeats: number,
): Promise<void> {
  const stored = await listAllPasses(url, key)
  const serials = new Set(stored.map(({ serialNumber }) => serialNumber))
  const lost = [...acks.values()].filter((serial) => !serials.has(serial)).length
  const byReference = Map.groupBy(stored, ({ metadata }) => metadata.reference)
  const doubled = [...byReference.values()].filter((passes) => passes.length > 1).length
  const count = await getUsageCount(url, key)
  console.log(
    `${name}: ${KILLS} kills, ${acks.size} acknowledged, ${repeats} repeated requests; ${lost} lost, ${doubled} doubled; ${stored.length} stored, ${count} counted`,
  )
  assertEqual('lost', lost, 0)
  assertEqual('doubled', doubled, 0)
  assertEqual('stored and acknowledged', stored.length, acks.size)
  assertEqual('counted and stored', count, stored.length)
}
