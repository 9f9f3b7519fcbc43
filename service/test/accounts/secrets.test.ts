import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { findFreePort } from '../support/environment/free-port.ts'
import { startServiceProcess } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import {
  createUnknownKey,
  startTestService,
  type TestService,
} from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { openRawConnection } from '../support/http/raw-http.ts'

const marks = {
  barcode: 'MARKED-BARCODE-4711',
  address: 'marked.person@mail.example',
  text: 'MARKED TEXT',
  password: 'MARKEDPASSWORD',
  idempotencyKey: 'MARKED-IDEMPOTENCY-KEY',
}

/** Everything in the database as one text, with bytes in hex on PostgreSQL. */
async function readDatabase({ ctx }: TestService): Promise<string> {
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

describe.each(databases)(
  'a secret or personal text on $name',
  ({ name, createDatabase: newUrl }) => {
    it('is in no log line, and a key is in no error', async () => {
      let broken = false
      const databaseUrl = await newUrl()
      const withPassword = databaseUrl.replace('passwright@', `passwright:${marks.password}@`)
      if (name === 'postgres') expect(withPassword).toContain(marks.password)
      const service = await startTestService({
        databaseUrl: withPassword,
        env: { LOG_LEVEL: 'trace' },
        overrides: ({ signPass }) => ({
          signPass: (content, ...rest) => {
            if (broken) throw new Error(`Cannot sign ${Buffer.from(content.passJson)}`)
            return signPass(content, ...rest)
          },
        }),
      })
      onTestFinished(service.stop)
      const [key, free, unknown] = [
        await service.createKey('pro', marks.text),
        await service.createKey('free'),
        createUnknownKey(),
      ]
      const body = {
        title: marks.text,
        label: marks.address,
        barcodeValue: marks.barcode,
        barcodeFormat: 'QR',
        backFields: [{ label: 'Mail', value: marks.address }],
        externalId: marks.address,
        metadata: { mail: marks.address },
      }
      const idempotent = { 'idempotency-key': marks.idempotencyKey }
      const created = (await (
        await service.fetch('/api/passes', { key, headers: idempotent, json: body })
      ).json()) as {
        serialNumber: string
        downloadUrl: string
      }
      const download = new URL(created.downloadUrl).pathname
      const token = download.slice('/p/'.length, -'.pkpass'.length)

      const errors: string[] = []
      const request = async (path: string, init: Parameters<TestService['fetch']>[1] = {}) => {
        const response = await service.fetch(path, init)
        if (response.status >= 400) errors.push(await response.text())
        return response.status
      }
      const query = `?externalId=${marks.address}&metadata[mail]=${marks.address}`
      const statuses = [
        await request('/api/pkpass', { key, json: { ...body, externalId: undefined } }),
        await request(`/api/passes${query}`, { key }),
        await request(`/api/passes/${created.serialNumber}?format=pkpass`, { key }),
        await request('/api/events', { key }),
        await request('/api/auth/usage', { key }),
        await request(download),
      ]
      expect(statuses).toEqual(Array(6).fill(200))
      broken = true
      const refused = [
        await request('/api/passes', { key, json: { ...body, title: 'Other', externalId: 'y' } }),
        await request('/api/passes', { key, headers: idempotent, json: { title: 'Other' } }),
        await request('/api/passes', {
          key,
          json: { ...body, barcodeValue: [marks.barcode], colorPreset: marks.address },
        }),
        await request('/api/passes', {
          key,
          json: { ...body, barcodeFormat: 'Code128', barcodeValue: `${marks.barcode}é` },
        }),
        await request('/api/passes', {
          key,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: `{"title":"${marks.text}`,
        }),
        await request('/api/passes', { key: free, json: { ...body, color: '#fff' } }),
        await request('/api/passes', { key: unknown, json: body }),
        await request(`/api/auth/usage?key=${key}&token=${token}`, { key: unknown }),
        await request(`/api/auth/usage?key=${key}`, { key }),
        await request(`/api/passes/${key}`, { key }),
        await request(`/api/passes${query}&limit=0`, { key }),
        await request(`/p/${token}x`),
        await request(`/p/${key}.pkpass`),
        await request(download, { method: 'POST' }),
      ]
      expect(refused).toEqual([
        500, 422, 400, 400, 400, 400, 401, 401, 400, 404, 400, 404, 404, 405,
      ])
      // A request whose connection closes before the response.
      const raw = await openRawConnection(service.url)
      raw.send(`GET ${download} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n\r\n`)
      raw.close()
      await service.ctx.db.destroy()
      expect(await request('/api/auth/usage', { key })).toBe(503)

      const logged = service.logs.join('')
      expect(service.logs.length).toBeGreaterThan(20)
      expectNone(logged, [key, free, unknown, token, ...Object.values(marks)])
      expectNone(errors.join(''), [key, free, unknown, marks.password])
      for (const line of service.logs)
        expect(JSON.parse(line)).toMatchObject({ time: expect.any(String) })
    })

    it('is not in the database if it is a key: only its hash is', async () => {
      const service = await startTestService({ databaseUrl: await newUrl() })
      onTestFinished(service.stop)
      const key = await service.createKey()
      const headers = { 'idempotency-key': 'once' }
      for (let count = 0; count < 2; count += 1) {
        const made = await service.fetch('/api/passes', {
          key,
          headers,
          json: { title: marks.text },
        })
        expect(made.status).toBe(201)
      }
      const all = await readDatabase(service)
      expect(all).toContain(marks.text)
      expectNone(all, [key, key.slice('pw_live_'.length)])
    })

    it('of an email is in no log line, and the mail server’s password is in no response', async () => {
      const service = await startTestService({
        databaseUrl: await newUrl(),
        env: {
          LOG_LEVEL: 'trace',
          SMTP_URL: `smtp://marked-user:${marks.password}@127.0.0.1:${await findFreePort()}`,
          MAIL_FROM: 'club@example.com',
          SIGNUP: 'open',
        },
      })
      onTestFinished(service.stop)
      const key = await service.createKey()
      const client = service.client(key)
      const email = {
        to: marks.address,
        name: marks.text,
        message: marks.text,
        subject: marks.text,
      }
      const made = await client.createPass({ title: 'Club', email })
      const { emailId = '' } = made.email ?? {}
      await service.fetch('/api/keys/request', { json: { email: marks.address } })
      const listJobs = () => service.ctx.db.selectFrom('job').select('reason').execute()
      await waitFor(listJobs, (jobs) => jobs.every(({ reason }) => reason !== null))

      const responses = await Promise.all(
        [
          `/api/emails/${emailId}`,
          '/api/events',
          '/ready',
          '/',
          new URL(made.shareUrl).pathname,
        ].map(async (path) => (await service.fetch(path, { key })).text()),
      )
      expect(responses.join('')).toContain(marks.address)
      expectNone(responses.join(''), [marks.password, 'marked-user'])
      expectNone(responses.at(-1) ?? '', [marks.address, marks.text, made.serialNumber])
      expectNone(await readDatabase(service), [marks.password])
      const logged = service.logs.join('')
      expect(logged).toContain('"kind":"email"')
      expectNone(logged, Object.values(marks))
    })

    it('is printed once if it is the first key: at the first start', async () => {
      const env = { DATA_DIR: await createTemporaryFolder(), DATABASE_URL: await newUrl() }
      const first = await startServiceProcess(env)
      onTestFinished(() => void first.child.kill('SIGKILL'))
      const [key = ''] = first.output().match(/pw_live_[0-9a-f]{48}/) ?? []
      const headers = { authorization: `Bearer ${key}` }
      expect((await fetch(`${first.url}/api/auth/usage`, { headers })).status).toBe(200)
      await first.stop('SIGTERM')
      const lines = first
        .output()
        .split('\n')
        .filter((line) => line.includes(key))
      expect(lines).toEqual([
        `Your API key, shown only now: ${key}`,
        expect.stringMatching(/^curl -sS -X POST /),
      ])
      const second = await startServiceProcess(env)
      onTestFinished(() => void second.child.kill('SIGKILL'))
      await second.stop('SIGTERM')
      expect(second.output()).not.toMatch(/pw_live_[0-9a-f]/)
      expect(second.output()).toContain('$PASSWRIGHT_KEY')
    })
  },
)
