import { readFile } from 'node:fs/promises'
import type { Delivery, Readiness, Webhook } from '@passwright/shared/schema'
import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { describe, expect, it, onTestFinished } from 'vitest'
import { generateApiKey, hashApiKey } from '../../src/accounts/api-key.ts'
import { readConfig } from '../../src/config.ts'
import { type Db, migrate, openDatabase } from '../../src/db/database.ts'
import { createTables } from '../../src/db/migrations/001-start.ts'
import { addMail } from '../../src/db/migrations/002-mail.ts'
import { addWebhooks } from '../../src/db/migrations/003-webhooks.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'
import { createFakePost } from '../support/webhooks/fake-post.ts'

describe.each(databases)('migrating $name', ({ name, createDatabase }) => {
  const open = (databaseUrl: string) => {
    const { database } = readConfig({ DATABASE_URL: databaseUrl })
    const db = openDatabase(database, () => {})
    onTestFinished(() => db.destroy())
    return { db, migrate: () => migrate(db, database.kind) }
  }
  const listTables = async (db: Db) =>
    (await db.introspection.getTables())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('kysely_'))
      .sort()

  it('succeeds completely or changes nothing, and can be repeated', async () => {
    const { db, migrate } = open(await createDatabase())
    await sql`create table once (something text)`.execute(db)
    await expect(migrate()).rejects.toThrow(/once/)
    expect(await listTables(db)).toEqual(['once'])

    await sql`drop table once`.execute(db)
    await migrate()
    const all = await listTables(db)
    expect(all).toContain('pass')
    await migrate()
    expect(await listTables(db)).toEqual(all)
  })

  it('happens once when five processes start together', async () => {
    const databaseUrl = await createDatabase()
    const five = Array.from({ length: 5 }, () => open(databaseUrl))
    await Promise.all(five.map(({ migrate }) => migrate()))
    const [first] = five
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(
      first?.db as Db,
    )
    expect(rows.map(({ name }) => name)).toEqual([...new Set(rows.map(({ name }) => name))])
    expect(rows.length).toBeGreaterThan(0)
  })

  it('keeps everything of the version before: its waiting email and webhook are sent', async () => {
    const databaseUrl = await createDatabase()
    const { key } = await createDatabaseOfVersion003(databaseUrl)
    const mailer = createFakeMailer()
    const network = createFakePost()
    const env = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com', SIGNUP: 'open' }
    const overrides = () => ({ mailer, post: network.post })
    const service = await startTestService({ databaseUrl, env, overrides })
    onTestFinished(() => service.stop())
    const client = service.client(key)

    // The queue was paused for another half a minute; the start ends the pause.
    const [pass] = (await client.listPasses({})).passes
    expect(pass).toMatchObject({
      title: 'Club',
      barcodeValue: null,
      expirationDate: null,
      fileName: 'club.pkpass',
      externalId: 'member-7',
    })
    for (const q of ['club', 'member-7', 'ada@example.com'])
      expect((await client.listPasses({ q })).passes).toMatchObject([{ title: 'Club' }])
    const emailId = pass?.email?.emailId ?? ''
    await waitFor(
      () => client.getEmail(emailId),
      ({ status }) => status === 'sent',
    )
    expect(mailer.messages).toHaveLength(1)
    expect(mailer.messages[0]).toMatchObject({
      id: emailId,
      to: { name: 'Ada', address: 'Ada@example.com' },
      email: { subject: 'Your Club' },
    })

    const get = async <T>(path: string) => (await (await service.fetch(path, { key })).json()) as T
    const listDeliveries = async ({ id }: Webhook) =>
      (await get<{ deliveries: Delivery[] }>(`/api/webhooks/${id}/deliveries`)).deliveries
    const { webhooks: endpoints } = await get<{ webhooks: Webhook[] }>('/api/webhooks')
    expect(endpoints).toMatchObject([
      { url: 'https://two.example/hook', enabled: false, disabledReason: expect.any(String) },
      { url: 'https://one.example/hook', enabled: true, description: 'Doors' },
    ])
    const [failing, good] = endpoints as [Webhook, Webhook]
    const sent = await waitFor(
      () => listDeliveries(good),
      (all) => all.every(({ state }) => state === 'delivered'),
    )
    // The event of the email that was just sent, and the one that waited for its second attempt.
    expect(sent).toMatchObject([
      { type: 'email.sent', attempts: 1 },
      { type: 'pass.created', attempts: 2, status: 200, answer: 'said 200' },
    ])
    expect(await listDeliveries(failing)).toMatchObject([
      { state: 'failed', attempts: 1, status: 500, answer: 'said 500' },
    ])
    const { warnings } = await get<Readiness>('/ready')
    expect(warnings.join()).toMatch(/webhooks: disabled .*: 1 in number/)
    expect(warnings.join()).not.toContain('mail:')

    // This address was reminded of its key a minute ago.
    await service.fetch('/api/keys/request', { json: { email: 'grace@example.com' } })
    const waiting = () =>
      service.ctx.db.selectFrom('job').select('id').where('state', '=', 'waiting').execute()
    await waitFor(waiting, ({ length }) => length === 0)
    expect(mailer.messages).toHaveLength(1)
  })

  it('fills in the owners of jobs that wait, and the mailboxes of addresses with a tag', async () => {
    const databaseUrl = await createDatabase()
    await createDatabaseOfVersion003(databaseUrl)
    const { db, migrate } = open(databaseUrl)
    const old = db as unknown as Kysely<Record<string, Record<string, unknown>>>
    const { key_id } = await db.selectFrom('signup').select('key_id').executeTakeFirstOrThrow()
    const addresses = ['ada+1@example.com', 'ada+2@example.com', 'bob+x@example.com']
    for (const address of [...addresses, 'bob@example.com'])
      await old.insertInto('signup').values({ address, key_id }).execute()
    const at = new Date().toISOString()
    const key = { id: 'job_key', kind: 'key', payload: '{}', state: 'waiting', attempts: 0 }
    await old
      .insertInto('job')
      .values({ ...key, run_at: at, created_at: at })
      .execute()
    await migrate()

    const [pass] = await db.selectFrom('pass').select('key_id').execute()
    const jobs = await db.selectFrom('job').select(['kind', 'owner']).execute()
    expect(jobs.length).toBeGreaterThan(2)
    for (const { kind, owner } of jobs)
      expect([kind, owner]).toEqual([kind, kind === 'key' ? 'signup' : pass?.key_id])
    const rows = await db.selectFrom('signup').select('address').orderBy('address').execute()
    const migrated = rows
      .map(({ address }) => address)
      .filter((address) => /^(ada|bob)/.test(address))
    expect(migrated.toSorted()).toEqual(
      ['ada+2@example.com', 'ada@example.com', 'bob+x@example.com', 'bob@example.com'].toSorted(),
    )
  })

  it('fills in the subtitles of the passes that are there', async () => {
    const databaseUrl = await createDatabase()
    await createDatabaseOfVersion003(databaseUrl)
    const { db, migrate } = open(databaseUrl)
    const old = db as unknown as Kysely<Record<string, Record<string, unknown>>>
    const [row] = await old.selectFrom('pass').selectAll().execute()
    const specs: [string, object, string | null][] = [
      ['value', { title: 'Club', value: ' Ada\nExample ' }, 'Ada Example'],
      ['primary', { primaryFields: [{ value: 'Club' }, { value: 7 }] }, '7'],
      ['none', { title: 'Club', backFields: [{ value: 'x' }] }, null],
    ]
    for (const [id, spec] of specs) {
      const own = { serial_number: id, token: id, external_id: id, spec: JSON.stringify(spec) }
      await old
        .insertInto('pass')
        .values({ ...row, ...own })
        .execute()
    }
    await migrate()
    for (const [id, , subtitle] of specs) {
      const { title, ...found } = await db
        .selectFrom('pass')
        .select(['title', 'subtitle'])
        .where('serial_number', '=', id)
        .executeTakeFirstOrThrow()
      expect([id, title, found]).toEqual([id, 'Club', { subtitle }])
    }
  })

  it('lets the passes that are there be found by their words and addresses', async () => {
    const databaseUrl = await createDatabase()
    await createDatabaseOfVersion003(databaseUrl)
    const { db, migrate } = open(databaseUrl)
    await migrate()
    const found = await db
      .selectFrom('search_word')
      .innerJoin('search_pass', 'search_pass.number', 'search_word.pass')
      .innerJoin('search_owner', 'search_owner.number', 'search_word.owner')
      .innerJoin('pass', 'pass.serial_number', 'search_pass.serial_number')
      .whereRef('pass.key_id', '=', 'search_owner.key_id')
      .whereRef('search_pass.owner', '=', 'search_owner.number')
      .select('word')
      .orderBy('word')
      .execute()
    const words = ['7', 'ada@example.com', 'club', 'member']
    expect(found.map(({ word }) => word)).toEqual(words)
  })

  it('renames indexes along with their columns', async () => {
    const { db, migrate } = open(await createDatabase())
    await migrate()
    const catalog = { sqlite: sql`sqlite_master where type = 'index'`, postgres: sql`pg_indexes` }
    const column = { sqlite: sql`name`, postgres: sql`indexname as name` }
    const { rows } = await sql<{ name: string }>`
      select ${column[name]} from ${catalog[name]}`.execute(db)
    const names = rows.map((row) => row.name)
    expect(names).toContain('job_concurrency_key')
    expect(names.filter((index) => /lane|job_target/.test(index))).toEqual([])
  })

  /**
   * Creates a database as the version before migration 004 left it, half a minute ago: an email in a
   * paused queue, a webhook that waits for a retry, a disabled endpoint and a key sent by email.
   */
  async function createDatabaseOfVersion003(databaseUrl: string): Promise<{ key: string }> {
    const { database } = readConfig({ DATABASE_URL: databaseUrl })
    const db = openDatabase(database, () => {})
    const getMigrations = async () => ({
      '001-start': createTables(database.kind),
      '002-mail': addMail,
      '003-webhooks': addWebhooks,
    })
    const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
    expect(error).toBeUndefined()
    const tables = await readRowsOfVersion003()
    const old = db as unknown as Kysely<Record<string, Record<string, unknown>>>
    for (const [table, rows] of Object.entries(tables))
      await old.insertInto(table).values(rows).execute()
    const key = generateApiKey()
    const [{ key_id }] = tables.pass as [{ key_id: string }]
    await db
      .insertInto('api_secret')
      .values({
        hash: hashApiKey(key),
        key_id,
        created_at: new Date().toISOString(),
        ends_at: null,
      })
      .execute()
    await db.destroy()
    return { key }
  }
})

/** Reads rows that the version before migration 004 wrote, with their times moved to the present. */
async function readRowsOfVersion003(): Promise<Record<string, Record<string, unknown>[]>> {
  const text = await readFile(new URL('rows-of-version-003.json', import.meta.url), 'utf8')
  const shiftMs = Date.now() - 30_000 - Date.parse('2026-11-26T18:42:24.069Z')
  const move = (time: string) => new Date(Date.parse(time) + shiftMs).toISOString()
  return JSON.parse(text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, move))
}
