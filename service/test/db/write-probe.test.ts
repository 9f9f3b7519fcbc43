import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

const SECOND = 1_000
const pass = { title: 'Pass', backFields: [{ value: 'x'.repeat(4_000) }] }

/** Starts a service whose clock the test sets. */
const start = async (options: { databaseUrl?: string; env?: Record<string, string> } = {}) => {
  const startedAt = Date.now()
  let later = 0
  const overrides = () => ({ now: () => new Date(startedAt + later) })
  const service = await startTestService({ ...options, overrides })
  onTestFinished(service.stop)
  return {
    ...service,
    key: await service.createKey('pro'),
    advance: (ms: number) => {
      later += ms
    },
  }
}

const expectNotWritable = async (service: TestService) => {
  const ready = await readErrorResponse(await service.fetch('/ready'))
  expect(ready).toMatchObject({
    status: 503,
    code: 'database_unavailable',
    error: expect.stringContaining('cannot be written'),
  })
  expect(ready.headers.get('retry-after')).toBe('5')
}

describe('/ready', () => {
  it('is 503 while the database is full, as for a create, and 200 when there is room', async () => {
    const service = await start()
    const { db } = service.ctx
    await service.client(service.key).createPass(pass, 'first')
    expect((await service.fetch('/ready')).status).toBe(200)
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql.raw(`pragma max_page_count = ${Number(rows[0]?.page_count) + 40}`).execute(db)
    const create = () => service.fetch('/api/passes', { key: service.key, json: pass })
    let status = 201
    for (let count = 0; status === 201 && count < 100; count += 1) status = (await create()).status
    expect(status).toBe(503)

    service.advance(5 * SECOND)
    await expectNotWritable(service)
    expect((await service.fetch('/health')).status).toBe(200)
    await sql.raw('pragma max_page_count = 1000000').execute(db)
    service.advance(5 * SECOND)
    expect((await service.fetch('/ready')).status).toBe(200)
  })

  it('is 503 while another process holds the lock of the database', async () => {
    const service = await start()
    const { database } = service.ctx.config
    const other = new DatabaseSync(database.kind === 'sqlite' ? database.file : '')
    onTestFinished(() => other.close())
    other.exec('begin immediate')
    await expectNotWritable(service)
    other.exec('commit')
    service.advance(5 * SECOND)
    expect((await service.fetch('/ready')).status).toBe(200)
  })

  it('is 503 while a PostgreSQL is read-only, also of a worker', async () => {
    const databaseUrl = (await databases[1]?.createDatabase()) ?? ''
    for (const role of ['all', 'worker']) {
      const service = await start({ databaseUrl, env: { ROLE: role } })
      expect((await service.fetch('/ready')).status).toBe(200)
      const name = sql.id(new URL(databaseUrl).pathname.slice(1))
      const setReadOnly = async (state: 'on' | 'off') => {
        const admin = await startTestService({ databaseUrl })
        await sql`set default_transaction_read_only = off`.execute(admin.ctx.db)
        await sql`alter database ${name} set default_transaction_read_only = ${sql.raw(state)}`.execute(
          admin.ctx.db,
        )
        await sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute(admin.ctx.db)
        await admin.stop()
      }
      await setReadOnly('on')
      service.advance(5 * SECOND)
      // The connections of before have been closed.
      await service.fetch('/ready')
      service.advance(5 * SECOND)
      await expectNotWritable(service)
      await sql`set default_transaction_read_only = off`.execute(service.ctx.db)
      await sql`alter database ${name} reset default_transaction_read_only`.execute(service.ctx.db)
    }
  })

  it.each(databases)(
    'writes at most once every five seconds on $name, and leaves nothing',
    async ({ createDatabase }) => {
      const service = await start({ databaseUrl: await createDatabase() })
      const { db } = service.ctx
      let writes = 0
      const transaction = db.transaction.bind(db)
      db.transaction = () => {
        writes += 1
        return transaction()
      }
      const ask = async (count: number) => {
        const replies = Array.from({ length: count }, () => service.fetch('/ready'))
        expect(new Set((await Promise.all(replies)).map(({ status }) => status))).toEqual(
          new Set([200]),
        )
      }
      await ask(30)
      expect(writes).toBe(1)
      service.advance(4.9 * SECOND)
      await ask(5)
      expect(writes).toBe(1)
      service.advance(0.2 * SECOND)
      await ask(5)
      expect(writes).toBe(2)
      // A clock that was set back does not make it remember for longer.
      service.advance(-60 * SECOND)
      await ask(5)
      expect(writes).toBe(3)
      expect(await db.selectFrom('outage').selectAll().execute()).toEqual([])
    },
  )
})
