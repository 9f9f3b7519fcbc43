import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { openRaw } from '../support/raw-http.ts'
import { freePort, startProcess } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTestService, type TestService, unknownKey } from '../support/test-service.ts'

const marks = {
  barcode: 'MARKED-BARCODE-4711',
  address: 'marked.person@mail.example',
  text: 'MARKED TEXT',
  password: 'MARKEDPASSWORD',
  idempotencyKey: 'MARKED-IDEMPOTENCY-KEY',
}

/** Everything that is kept, as one text; what is kept as bytes also in hex. */
async function kept({ ctx }: TestService): Promise<string> {
  const { database } = ctx.config
  if (database.kind === 'sqlite') {
    const files = [database.file, `${database.file}-wal`].filter((file) => existsSync(file))
    return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('')
  }
  const tables = await ctx.db.introspection.getTables()
  const rows = await Promise.all(
    tables.map(({ name }) =>
      sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(ctx.db),
    ),
  )
  return JSON.stringify(rows)
}

function expectNone(text: string, secrets: string[]) {
  for (const secret of secrets) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret).toString('hex'))
  }
}

describe.each(databases)('what only one may know, on $name', ({ name, url: newUrl }) => {
  it('is in no log line and, as for keys, in no error, whatever is asked', async () => {
    let broken = false
    const databaseUrl = await newUrl()
    const withPassword = databaseUrl.replace('passwright@', `passwright:${marks.password}@`)
    if (name === 'postgres') expect(withPassword).toContain(marks.password)
    const service = await startTestService({
      databaseUrl: withPassword,
      env: { LOG_LEVEL: 'trace' },
      change: ({ signPass }) => ({
        signPass: (content, ...rest) => {
          if (broken) throw new Error(`Cannot seal ${Buffer.from(content.passJson)}`)
          return signPass(content, ...rest)
        },
      }),
    })
    onTestFinished(service.stop)
    const [key, free, unknown] = [
      await service.createKey('pro', marks.text),
      await service.createKey('free'),
      unknownKey(),
    ]
    const wish = {
      title: marks.text,
      label: marks.address,
      barcodeValue: marks.barcode,
      barcodeFormat: 'QR',
      backFields: [{ label: 'Mail', value: marks.address }],
      externalId: marks.address,
      metadata: { mail: marks.address },
    }
    const once = { 'idempotency-key': marks.idempotencyKey }
    const made = (await (
      await service.fetch('/api/passes', { key, headers: once, json: wish })
    ).json()) as {
      serialNumber: string
      downloadUrl: string
    }
    const download = new URL(made.downloadUrl).pathname
    const token = download.slice('/p/'.length, -'.pkpass'.length)

    const errors: string[] = []
    const ask = async (path: string, init: Parameters<TestService['fetch']>[1] = {}) => {
      const response = await service.fetch(path, init)
      if (response.status >= 400) errors.push(await response.text())
      return response.status
    }
    const query = `?externalId=${marks.address}&metadata[mail]=${marks.address}`
    const statuses = [
      await ask('/api/pkpass', { key, json: { ...wish, externalId: undefined } }),
      await ask(`/api/passes${query}`, { key }),
      await ask(`/api/passes/${made.serialNumber}?format=pkpass`, { key }),
      await ask('/api/events', { key }),
      await ask('/api/auth/usage', { key }),
      await ask(download),
    ]
    expect(statuses).toEqual(Array(6).fill(200))
    broken = true
    const refused = [
      await ask('/api/passes', { key, json: { ...wish, title: 'Other', externalId: 'y' } }),
      await ask('/api/passes', { key, headers: once, json: { title: 'Other' } }),
      await ask('/api/passes', {
        key,
        json: { ...wish, barcodeValue: [marks.barcode], colorPreset: marks.address },
      }),
      await ask('/api/passes', {
        key,
        json: { ...wish, barcodeFormat: 'Code128', barcodeValue: `${marks.barcode}é` },
      }),
      await ask('/api/passes', {
        key,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"title":"${marks.text}`,
      }),
      await ask('/api/passes', { key: free, json: { ...wish, color: '#fff' } }),
      await ask('/api/passes', { key: unknown, json: wish }),
      await ask(`/api/auth/usage?key=${key}&token=${token}`, { key: unknown }),
      await ask(`/api/auth/usage?key=${key}`, { key }),
      await ask(`/api/passes/${key}`, { key }),
      await ask(`/api/passes${query}&limit=0`, { key }),
      await ask(`/p/${token}x`),
      await ask(`/p/${key}.pkpass`),
      await ask(download, { method: 'POST' }),
    ]
    expect(refused).toEqual([500, 422, 400, 400, 400, 400, 401, 401, 400, 404, 400, 404, 404, 405])
    // A request that ends before its answer.
    const raw = await openRaw(service.url)
    raw.send(`GET ${download} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n\r\n`)
    raw.close()
    await service.ctx.db.destroy()
    expect(await ask('/api/auth/usage', { key })).toBe(503)

    const logged = service.logs.join('')
    expect(service.logs.length).toBeGreaterThan(20)
    expectNone(logged, [key, free, unknown, token, ...Object.values(marks)])
    expectNone(errors.join(''), [key, free, unknown, marks.password])
    for (const line of service.logs)
      expect(JSON.parse(line)).toMatchObject({ time: expect.any(String) })
  })

  it('is, as for keys, not in the database, which has their hash', async () => {
    const service = await startTestService({ databaseUrl: await newUrl() })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const headers = { 'idempotency-key': 'wish' }
    for (let count = 0; count < 2; count += 1) {
      const made = await service.fetch('/api/passes', { key, headers, json: { title: marks.text } })
      expect(made.status).toBe(201)
    }
    const all = await kept(service)
    expect(all).toContain(marks.text)
    expectNone(all, [key, key.slice('pw_live_'.length)])
  })

  it('is, of a mail, in no log line; and of the mail server in nothing that anybody gets', async () => {
    const service = await startTestService({
      databaseUrl: await newUrl(),
      env: {
        LOG_LEVEL: 'trace',
        SMTP_URL: `smtp://marked-user:${marks.password}@127.0.0.1:${await freePort()}`,
        MAIL_FROM: 'club@example.com',
        SIGNUP: 'open',
      },
    })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const client = service.client(key)
    const email = { to: marks.address, name: marks.text, message: marks.text, subject: marks.text }
    const made = await client.createPass({ title: 'Club', email })
    const { emailId = '' } = made.email ?? {}
    await service.fetch('/api/keys/request', { json: { email: marks.address } })
    const tries = () => service.ctx.db.selectFrom('job').select('reason').execute()
    await eventually(tries, (jobs) => jobs.every(({ reason }) => reason !== null))

    const told = await Promise.all(
      [`/api/emails/${emailId}`, '/api/events', '/ready', '/', new URL(made.shareUrl).pathname].map(
        async (path) => (await service.fetch(path, { key })).text(),
      ),
    )
    expect(told.join('')).toContain(marks.address)
    expectNone(told.join(''), [marks.password, 'marked-user'])
    expectNone(told.at(-1) ?? '', [marks.address, marks.text, made.serialNumber])
    expectNone(await kept(service), [marks.password])
    const logged = service.logs.join('')
    expect(logged).toContain('"kind":"email"')
    expectNone(logged, Object.values(marks))
  })

  it('is printed once: the first key, at the first start', async () => {
    const env = { DATA_DIR: await temporaryFolder(), DATABASE_URL: await newUrl() }
    const first = await startProcess(env)
    onTestFinished(() => void first.child.kill('SIGKILL'))
    const [key = ''] = first.output().match(/pw_live_[0-9a-f]{48}/) ?? []
    const headers = { authorization: `Bearer ${key}` }
    expect((await fetch(`${first.url}/api/auth/usage`, { headers })).status).toBe(200)
    await first.end('SIGTERM')
    const lines = first
      .output()
      .split('\n')
      .filter((line) => line.includes(key))
    expect(lines).toEqual([
      `Your API key, shown only now: ${key}`,
      expect.stringMatching(/^curl -sS -X POST /),
    ])
    const second = await startProcess(env)
    onTestFinished(() => void second.child.kill('SIGKILL'))
    await second.end('SIGTERM')
    expect(second.output()).not.toMatch(/pw_live_[0-9a-f]/)
    expect(second.output()).toContain('$PASSWRIGHT_KEY')
  })
})
