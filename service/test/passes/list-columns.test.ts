import { type KyselyPlugin, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'
import { createFakePost } from '../support/webhooks/fake-post.ts'

/** Columns that hold as much as a caller sends. */
const largeColumns = new Set(['spec', 'images', 'content', 'body', 'options'])
const tablesWithLargeColumns = new Set(['pass', 'image', 'idempotency', 'delivery', 'email'])

describe.each(databases)('a list on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string
  let queries: unknown[] = []

  beforeAll(async () => {
    const recorder: KyselyPlugin = {
      transformQuery: ({ node }) => {
        queries.push(node)
        return node
      },
      transformResult: async ({ result }) => result,
    }
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: {
        SMTP_URL: 'smtp://127.0.0.1:9',
        MAIL_FROM: 'club@example.com',
        OUTBOUND_ALLOW: 'one.example',
      },
      overrides: ({ db }) => ({
        db: db.withPlugin(recorder),
        mailer: createFakeMailer(),
        post: createFakePost().post,
        pollMs: 3_600_000,
      }),
    })
    key = await service.createKey()
    await service.client(key).createWebhook({ url: 'https://one.example/hook' })
    const large = [{ value: 'x'.repeat(90_000) }]
    for (const externalId of ['a', 'b']) {
      await service.client(key).createPass({
        title: 'Club',
        externalId,
        backFields: large,
        metadata: { a: '1' },
        email: { to: 'ada@example.com', message: 'Hello' },
      })
    }
    // The worker reads whole rows, and is woken by every commit.
    const countJobs = () =>
      service.ctx.db.selectFrom('job').select('id').where('state', '=', 'waiting').execute()
    await waitFor(countJobs, ({ length }) => length === 0)
  })
  afterAll(() => service.stop())

  const findLargeReads = () => {
    const found: string[] = []
    for (const query of queries as { kind: string; from?: object; selections?: object[] }[]) {
      if (query.kind !== 'SelectQueryNode') continue
      const text = JSON.stringify(query.selections)
      const table =
        /"SchemableIdentifierNode","identifier":\{"kind":"IdentifierNode","name":"(\w+)"/
      const [, from = ''] = table.exec(JSON.stringify(query.from)) ?? []
      if (text.includes('SelectAllNode') && tablesWithLargeColumns.has(from))
        found.push(`${from}.*`)
      for (const [, column = ''] of text.matchAll(/"name":"(\w+)"/g)) {
        if (largeColumns.has(column)) found.push(`${from}.${column}`)
      }
    }
    return found
  }

  it.each([
    '/api/passes',
    '/api/passes?externalId=a',
    '/api/passes?email=ada@example.com',
    '/api/passes?metadata[a]=1&voided=false&deleted=false&q=club',
    '/api/events',
    '/api/webhooks',
    '/api/webhooks/:id/deliveries',
  ])('%s reads only the columns that it shows', async (path) => {
    const [webhook] = (await service.client(key).listWebhooks()).webhooks
    queries = []
    const response = await service.fetch(path.replace(':id', webhook?.id ?? ''), { key })
    const json = (await response.json()) as Record<string, unknown>
    expect(Object.values(json).flat().length).toBeGreaterThan(0)
    expect(queries.length).toBeGreaterThan(1)
    expect(findLargeReads()).toEqual([])
    expect(JSON.stringify(json).length).toBeLessThan(10_000)
  })
})

describe('a list on SQLite', () => {
  it('does not read through what a pass says to reach the columns that it shows', async () => {
    const service = await startTestService()
    onTestFinished(service.stop)
    const { rows } = await sql<{
      name: string
    }>`select name from pragma_table_info('pass')`.execute(service.ctx.db)
    expect(rows.at(-1)?.name).toBe('spec')
  })
})
