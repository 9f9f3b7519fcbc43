/** The tests of passes, jobs and webhooks pass with PgBouncer in transaction mode in front of PostgreSQL; needs Debian's pgbouncer. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** They begin jobs by the notification alone, which PostgreSQL sends to a session. */
const needSession = ['service/test/jobs/wake.test.ts', 'service/test/passes/list-columns.test.ts']

const files = globSync(
  'service/test/{passes,jobs,webhooks,accounts,events,web-service}/*.test.ts',
  {
    cwd: root,
  },
).filter((file) => !needSession.includes(file))

const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2), ...files],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PASSWRIGHT_TEST_POOLER: '1' } },
)
console.log(`Left out, because they need a session: ${needSession.join(', ')}`)
process.exitCode = status ?? 1
