/** 1,800 concurrent requests against a limit of 500 create exactly 500 passes: with three instances on PostgreSQL, and with one process on SQLite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/databases/postgres.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { assertEqual, getUsageCount, listAllPasses, post } from './support/client.ts'

const LIMIT = 500
const REQUESTS = 1800

const folder = await mkdtemp(join(tmpdir(), 'passwright-quota-'))
const postgres = await startPostgres()
try {
  await race('three instances on one PostgreSQL', 3, postgres.url)
  await race('one process on SQLite', 1, `sqlite:${join(folder, 'quota.db')}`)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function race(name: string, instances: number, databaseUrl: string): Promise<void> {
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    PLAN_FREE_LIMIT: String(LIMIT),
    // The requests of the race and those that look at its result.
    RATE_LIMIT: String(2 * REQUESTS),
    LOG_LEVEL: 'warn',
  }
  const services = await Promise.all(
    Array.from({ length: instances }, () => startServiceProcess(env)),
  )
  try {
    const key = await createKeyByCommand(env, 'free')
    const startedAt = performance.now()
    const responses = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) =>
        post(services[index % instances]!.url, key, { title: `Pass ${index}` }),
      ),
    )
    const seconds = (performance.now() - startedAt) / 1000
    const statuses = Map.groupBy(responses, ({ status }) => status)
    const count = (status: number) => statuses.get(status)?.length ?? 0
    const url = services[0]!.url
    const stored = (await listAllPasses(url, key)).length
    const counted = await getUsageCount(url, key)
    console.log(
      `${name}: ${count(201)} created, ${count(429)} refused, ${stored} stored, ${counted} counted; ${REQUESTS} requests in ${seconds.toFixed(1)} s`,
    )
    assertEqual('created', count(201), LIMIT)
    assertEqual('refused', count(429), REQUESTS - LIMIT)
    assertEqual('stored', stored, LIMIT)
    assertEqual('counted', counted, LIMIT)
  } finally {
    await Promise.all(services.map((service) => service.stop('SIGTERM')))
  }
}
