import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Postgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for the run's files, deleted when it ends. */
    folder: string
    /** A port of 127.0.0.1 that tells the URL of the run's PostgreSQL. */
    postgresDesk: number
  }
}

/** One PostgreSQL serves the whole run. It starts when the first test asks for it, so a run that needs none waits for none. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'passwright-test-'))
  let cluster: Promise<Postgres> | undefined
  const desk = createServer(async (socket) => {
    cluster ??= startPostgres()
    const answer = await cluster.then(
      ({ url }) => url,
      (error: unknown) => String(error),
    )
    socket.end(answer)
  }).listen(0, '127.0.0.1')
  await once(desk, 'listening')

  const address = desk.address()
  if (address === null || typeof address === 'string') throw new Error('The desk has no port.')
  project.provide('folder', folder)
  project.provide('postgresDesk', address.port)
  return async () => {
    desk.close()
    await cluster?.then(
      (postgres) => postgres.remove(),
      () => undefined,
    )
    rmSync(folder, { recursive: true, force: true })
  }
}
