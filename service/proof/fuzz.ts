/** Thousands of odd requests on each database get no 5xx, and every accepted body results in a pass that verifies and says what was requested. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { readDevelopmentRoot } from '../test/support/certificates/development-root.ts'
import { startPostgres } from '../test/support/databases/postgres.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import {
  acceptedBodiesMakePasses,
  oddRequestsGetResponses,
  type ResponseCounts,
  type Target,
} from '../test/support/passes/properties.ts'
import { assertEqual } from './support/client.ts'

// `npm run proof -- fuzz 50000 -123`: the number of malformed requests (ten times that of valid bodies), and the seed.
const [malformed = 20_000, seed = Date.now() | 0] = process.argv.slice(2).map(Number)
const valid = Math.ceil(malformed / 10)

const folder = await mkdtemp(join(tmpdir(), 'passwright-fuzz-'))
const postgres = await startPostgres()
try {
  const onSqlite = await fuzz('SQLite', `sqlite:${join(folder, 'fuzz.db')}`)
  const onPostgres = await fuzz('PostgreSQL', postgres.url)
  assertEqual('statuses on PostgreSQL', onPostgres, onSqlite)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function fuzz(name: string, databaseUrl: string): Promise<string> {
  const env = { DATA_DIR: folder, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' }
  const service = await startServiceProcess(env)
  try {
    const key = await createKeyByCommand(env)
    const root = await readDevelopmentRoot(join(folder, 'certificates'))
    const before = service.output().length
    const statuses = await run(name, { url: service.url, key, root })
    const errors =
      service
        .output()
        .slice(before)
        .match(/^.*"level":"(?:error|fatal)".*$/gm) ?? []
    assertEqual(`errors in the log: ${errors[0]}`, errors.length, 0)
    assertEqual('exit code after SIGTERM', await service.stop('SIGTERM'), 0)
    return statuses
  } finally {
    await service.stop('SIGKILL')
  }
}

async function run(name: string, target: Target): Promise<string> {
  const tally: ResponseCounts = new Map()
  const startedAt = performance.now()
  await fc.assert(acceptedBodiesMakePasses(target, new Map()), { numRuns: valid, seed })
  await fc.assert(oddRequestsGetResponses(target, tally), { numRuns: malformed, seed })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  const statuses = [...tally]
    .sort()
    .map(([what, times]) => `${times} × ${what}`)
    .join(', ')
  console.log(
    `${name}: ${valid} valid bodies, each with its pass; ${malformed} malformed requests: ${statuses}`,
  )
  console.log(`  seed ${seed}, ${seconds} s`)
  return statuses
}
