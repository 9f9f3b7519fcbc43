import pg from 'pg'
import { describe, it } from 'vitest'
import type { Context } from '../../src/context.ts'
import { openDatabase, type PostgresTimeouts, postgresTimeouts } from '../../src/db/database.ts'
import { DATABASE_TIMEOUT_MS } from '../../src/startup/service.ts'
import { explainStartError } from '../../src/startup/start-error.ts'
import { databases } from '../support/databases/databases.ts'
import { startFreezableProxy } from '../support/databases/freezable-proxy.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

const [, postgres] = databases
if (postgres?.name !== 'postgres') throw new Error('The second database is PostgreSQL')

const measure = async <T>(work: Promise<T>): Promise<[T, number]> => {
  const startedAt = performance.now()
  return [await work, (performance.now() - startedAt) / 1000]
}

const withTimeouts =
  (timeouts: PostgresTimeouts) =>
  ({ config }: Context) => ({ db: openDatabase(config.database, () => {}, { timeouts }) })

describe.concurrent('a PostgreSQL that does not respond', () => {
  it('causes 503s within seconds, and its hanging connections are closed', async ({
    expect,
    onTestFinished,
  }) => {
    const proxy = await startFreezableProxy(await postgres.createDatabase())
    onTestFinished(proxy.close)
    // A fifth of the timeouts in production.
    const timeouts = { connectMs: 1_000, statementMs: 2_000, socketMs: 2_400 }
    const overrides = withTimeouts(timeouts)
    const service = await startTestService({ databaseUrl: proxy.url, overrides })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const create = () => service.fetch('/api/passes', { key, json: { title: 'Pass' } })
    expect(
      (await Promise.all(Array.from({ length: 4 }, create))).map(({ status }) => status),
    ).toEqual(Array(4).fill(201))

    proxy.freeze()
    const hanging = Array.from({ length: 14 }, () => measure(create()))
    expect((await measure(service.fetch('/health')))[1]).toBeLessThan(1)
    for (const [response, seconds] of await Promise.all(hanging)) {
      const problem = await readErrorResponse(response)
      expect(problem).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(problem.headers.get('retry-after')).toBe('5')
      expect(seconds).toBeLessThan(4)
    }

    proxy.unfreeze()
    await expect.poll(async () => (await create()).status, { timeout: 10_000 }).toBe(201)
    const again = await Promise.all(Array.from({ length: 14 }, create))
    expect(again.map(({ status }) => status)).toEqual(Array(14).fill(201))
  })

  it('gets its statements cancelled, and a full connection pool delays others only for seconds', async ({
    expect,
    onTestFinished,
  }) => {
    const databaseUrl = await postgres.createDatabase()
    const timeouts = { connectMs: 1_000, statementMs: 1_000, socketMs: 12_000 }
    const service = await startTestService({ databaseUrl, overrides: withTimeouts(timeouts) })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const create = () => service.fetch('/api/passes', { key, json: { title: 'Pass' } })
    const locker = new pg.Client({ connectionString: databaseUrl })
    await locker.connect()
    onTestFinished(() => locker.end())
    await locker.query('begin; lock table pass in access exclusive mode')

    const waiting = await Promise.all(Array.from({ length: 15 }, () => measure(create())))
    for (const [response, seconds] of waiting) {
      expect((await readErrorResponse(response)).code).toBe('database_unavailable')
      expect(seconds).toBeLessThan(4)
    }
    await locker.query('rollback')
    const again = await Promise.all(Array.from({ length: 15 }, create))
    expect(again.map(({ status }) => status)).toEqual(Array(15).fill(201))
    expect(await service.client(key).getUsage()).toMatchObject({ count: 15 })
  })

  it('has 5 s for a connection, 10 s for a statement and 12 s to send any data', ({ expect }) => {
    expect(postgresTimeouts).toEqual({ connectMs: 5_000, statementMs: 10_000, socketMs: 12_000 })
  })

  it('makes the start fail after 30 s, with the fix and without the password', async ({
    expect,
  }) => {
    expect(DATABASE_TIMEOUT_MS).toBe(30_000)
    const [error, seconds] = await measure(
      startTestService({
        databaseUrl: 'postgres://anna:geheim@127.0.0.1:1/none',
        databaseTimeoutMs: 1_000,
      }).catch((thrown: unknown) => thrown),
    )
    expect(error).toBeInstanceOf(Error)
    expect(seconds).toBeGreaterThan(1)
    expect(seconds).toBeLessThan(4)
    const output = explainStartError(error)
    expect(output).toMatch(/^Passwright cannot start: .*ECONNREFUSED.*DATABASE_URL/m)
    expect(output).not.toContain('geheim')
  })
})
