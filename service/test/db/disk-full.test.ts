import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { mountSmallDisk } from '../support/environment/small-disk.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

const filler = {
  title: 'Pass',
  backFields: [{ value: 'x'.repeat(4_000) }, { value: 'y'.repeat(4_000) }],
}

/** Creates passes until the database is full; returns the serial numbers of those created. */
async function fillDatabase(service: TestService, key: string): Promise<string[]> {
  const acknowledged: string[] = []
  for (let count = 0; count < 1_000; count += 1) {
    const response = await service.fetch('/api/passes', {
      key,
      headers: { 'idempotency-key': `key-${count}` },
      json: filler,
    })
    if (response.status === 201) {
      acknowledged.push(((await response.json()) as { serialNumber: string }).serialNumber)
      continue
    }
    const problem = await readErrorResponse(response)
    expect(problem).toMatchObject({ status: 503, code: 'database_unavailable' })
    expect(problem.headers.get('retry-after')).toBe('5')
    return acknowledged
  }
  throw new Error('The database never became full')
}

/** Asserts that exactly the acknowledged passes are stored, each with its event and its reply. */
async function assertConsistent(service: TestService, key: string, acknowledged: string[]) {
  const client = service.client(key)
  const serials: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.listPasses({ limit: 100, ...(cursor ? { cursor } : {}) })
    serials.push(...page.passes.map(({ serialNumber }) => serialNumber))
    cursor = page.nextCursor
  }
  expect(serials.sort()).toEqual([...acknowledged].sort())
  expect(await client.getUsage()).toMatchObject({ count: acknowledged.length })
  const file = await client.getPassFile(acknowledged[0] ?? '')
  expect(Buffer.from(file).subarray(0, 2).toString()).toBe('PK')
  const { db } = service.ctx
  const remembered = await db.selectFrom('idempotency').select('idempotency_key').execute()
  expect(remembered).toHaveLength(acknowledged.length)
  const created = db.selectFrom('event').select('id').where('type', '=', 'pass.created')
  expect(await created.execute()).toHaveLength(acknowledged.length)
}

async function assertIntegrity({ ctx }: TestService) {
  const { rows } = await sql`pragma integrity_check`.execute(ctx.db)
  expect(rows).toEqual([{ integrity_check: 'ok' }])
}

describe('a full disk', () => {
  it('causes 503s without partial writes; reads work, and writes work again when there is space', async () => {
    const disk = mountSmallDisk()
    if ('reason' in disk) {
      console.info(`Skipped: a disk that is really full, because ${disk.reason}.`)
      return
    }
    onTestFinished(disk.remove)
    const service = await startTestService({ databaseUrl: `sqlite:${join(disk.folder, 'p.db')}` })
    onTestFinished(service.stop)
    const key = await service.createKey('pro')
    const ballast = join(disk.folder, 'ballast')
    writeFileSync(ballast, Buffer.alloc(3_000_000))

    const acknowledged = await fillDatabase(service, key)
    expect(acknowledged.length).toBeGreaterThan(20)
    await assertConsistent(service, key, acknowledged)
    expect((await service.fetch('/health')).status).toBe(200)
    const { downloadUrl } = await service.client(key).getPass(acknowledged[0] ?? '')
    expect((await service.fetch(new URL(downloadUrl).pathname)).status).toBe(200)
    // A remembered reply is still returned.
    const again = await service.fetch('/api/passes', {
      key,
      headers: { 'idempotency-key': 'key-0' },
      json: filler,
    })
    expect(await again.json()).toMatchObject({ serialNumber: acknowledged[0] })

    rmSync(ballast)
    const client = service.client(key)
    for (let count = 0; count < 20; count += 1) {
      acknowledged.push((await client.createPass(filler, `later-${count}`)).serialNumber)
    }
    await assertConsistent(service, key, acknowledged)
    await assertIntegrity(service)
  })

  it('has the same effect when SQLite’s page limit simulates it', async () => {
    const service = await startTestService()
    onTestFinished(service.stop)
    const key = await service.createKey('pro')
    const { db } = service.ctx
    await service.client(key).createPass(filler, 'first')
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql.raw(`pragma max_page_count = ${Number(rows[0]?.page_count) + 300}`).execute(db)
    const [first] = (await service.client(key).listPasses()).passes

    const acknowledged = [first?.serialNumber ?? '', ...(await fillDatabase(service, key))]
    await assertConsistent(service, key, acknowledged)
    await sql.raw('pragma max_page_count = 1000000').execute(db)
    acknowledged.push((await service.client(key).createPass(filler, 'later')).serialNumber)
    await assertConsistent(service, key, acknowledged)
    await assertIntegrity(service)
  })
})

describe('a read-only PostgreSQL, as after a failover', () => {
  it('causes 503s for writes; reads work, and writes work again when it accepts them', async () => {
    const url = (await databases[1]?.createDatabase()) ?? ''
    const service = await startTestService({ databaseUrl: url })
    onTestFinished(service.stop)
    const admin = await startTestService({ databaseUrl: url })
    onTestFinished(admin.stop)
    const key = await service.createKey('pro')
    const created = await service.client(key).createPass(filler, 'first')

    const name = sql.id(new URL(url).pathname.slice(1))
    const setReadOnly = async (state: 'on' | 'off') => {
      await sql`set default_transaction_read_only = off`.execute(admin.ctx.db)
      await sql`alter database ${name} set default_transaction_read_only = ${sql.raw(state)}`.execute(
        admin.ctx.db,
      )
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(admin.ctx.db)
    }
    await setReadOnly('on')
    const createStatus = async () =>
      (await service.fetch('/api/passes', { key, json: filler })).status
    await expect.poll(createStatus).toBe(503)
    const response = await service.fetch('/api/passes', { key, json: filler })
    expect(await readErrorResponse(response)).toMatchObject({ code: 'database_unavailable' })
    await assertConsistent(service, key, [created.serialNumber])
    await setReadOnly('off')
    await expect.poll(createStatus).toBe(201)
  })
})
