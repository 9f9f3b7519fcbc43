import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Pooler, startPgbouncer } from '../databases/pgbouncer.ts'
import { type Postgres, startPostgres } from '../databases/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for the files of the run, deleted when it ends. */
    folder: string
    /** A port of 127.0.0.1 that sends the URL of the run's PostgreSQL server. */
    postgresUrlPort: number
  }
}

/** One PostgreSQL server is used by the whole run. It starts when the first test connects to `postgresUrlPort`. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'passwright-test-'))
  // Test files and the services that they start load the same modules hundreds of times.
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'compile-cache')
  let server: Promise<Postgres> | undefined
  let pooler: Promise<Pooler> | undefined
  const urlServer = createServer(async (socket) => {
    server ??= startPostgres()
    const reply = await server.then(findUrl).catch((error: unknown) => String(error))
    socket.end(reply)
  }).listen(0, '127.0.0.1')
  await once(urlServer, 'listening')
  /** With PASSWRIGHT_TEST_POOLER, all tests go through a pooler; see `npm run proof -- pooler`. */
  const findUrl = async ({ url }: Postgres): Promise<string> => {
    if (!process.env.PASSWRIGHT_TEST_POOLER) return url
    pooler ??= startPgbouncer(url)
    return (await pooler).toUrl(url)
  }

  const address = urlServer.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  project.provide('folder', folder)
  project.provide('postgresUrlPort', address.port)
  return async () => {
    urlServer.close()
    await pooler?.then(({ stop }) => stop()).catch(() => {})
    await server?.then(
      (postgres) => postgres.remove(),
      () => undefined,
    )
    rmSync(folder, { recursive: true, force: true })
  }
}
