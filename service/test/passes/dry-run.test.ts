import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { type OriginServer, startOriginServer } from '../support/http/origin-server.ts'
import { createPng } from '../support/verify/pass-kit.ts'

const body = { title: 'Club', barcodeValue: 'MEMBER-1', barcodeFormat: 'QR' }

describe.each(databases)('?dryRun=true on $name', ({ createDatabase }) => {
  let service: TestService
  let origin: OriginServer
  let key: string

  beforeAll(async () => {
    origin = await startOriginServer('127.0.0.1', (request, response) => {
      const isLogo = request.url?.startsWith('/logo.png')
      response.writeHead(isLogo ? 200 : 404).end(isLogo ? createPng(320, 100) : '')
    })
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: {
        OUTBOUND_ALLOW: '127.0.0.1',
        SMTP_URL: 'smtp://127.0.0.1:9',
        MAIL_FROM: 'club@example.com',
        PLAN_PRO_LIMIT: '1',
      },
    })
    key = await service.createKey()
  })
  afterAll(async () => {
    await service.stop()
    await origin.close()
  })

  const dryRun = (path: string, json: object, headers: Record<string, string> = {}) =>
    service.fetch(`${path}?dryRun=true`, { key, json, headers })

  /** How many rows each table has. */
  const countRows = async () => {
    const tables = await service.ctx.db.introspection.getTables()
    const counts = tables.map(async ({ name }) => {
      const counted = sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`
      const { rows } = await counted.execute(service.ctx.db)
      return [name, Number(rows[0]?.count)] as const
    })
    return Object.fromEntries(await Promise.all(counts))
  }

  it.each(['/api/passes', '/api/pkpass'])(
    'on %s fetches the images and builds the file, and stores, counts and sends nothing',
    async (path) => {
      const before = await countRows()
      const fetched = origin.requestPaths.length
      const response = await dryRun(
        path,
        {
          ...body,
          logoURL: `${origin.url}/logo.png?${path}`,
          externalId: 'dry',
          email: { to: 'ada@example.com' },
        },
        { 'idempotency-key': path },
      )
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ valid: true, warnings: [] })
      expect(origin.requestPaths.slice(fetched)).toEqual([`/logo.png?${path}`])
      expect(await countRows()).toEqual(before)
      expect((await service.client(key).listPasses({ externalId: 'dry' })).passes).toEqual([])
    },
  )

  it('is JSON also where the file was asked for', async () => {
    const response = await service.fetch('/api/pkpass?dryRun=true&format=pkpass', {
      key,
      json: body,
    })
    expect([response.status, await response.json()]).toEqual([200, { valid: true, warnings: [] }])
  })

  it('dryRun=false creates a pass, and another word is a 400 at dryRun', async () => {
    const made = await service.fetch('/api/passes?dryRun=false', { key, json: body })
    expect(made.status).toBe(201)
    const refused = await service.fetch('/api/passes?dryRun=yes', { key, json: body })
    expect((await readErrorResponse(refused)).issues).toMatchObject([{ path: 'dryRun' }])
  })

  it('tells what Wallet would not show, with paths', async () => {
    const response = await dryRun('/api/passes', {
      ...body,
      backFields: [{ label: 'Points', value: 5, changeMessage: 'Changed' }],
      expirationDate: '2020-01-01',
    })
    const message = expect.any(String)
    expect(await response.json()).toEqual({
      valid: true,
      warnings: [
        { path: 'expirationDate', message },
        { path: 'backFields[0].changeMessage', message },
      ],
    })
  })

  it('names each field where the request has it, also beside a flat value', async () => {
    const field = { key: 'points', value: 5, changeMessage: 'Changed' }
    const response = await dryRun('/api/passes', {
      ...body,
      style: 'coupon',
      value: '10 %',
      secondaryFields: [field],
      apple: { coupon: { backFields: [{ ...field, key: 'more' }] } },
    })
    const { warnings } = (await response.json()) as { warnings: { path: string }[] }
    expect(warnings.map(({ path }) => path)).toEqual([
      'secondaryFields[0].changeMessage',
      'apple.coupon.backFields[0].changeMessage',
    ])
  })

  it('is a 400 with all issues for what would be one', async () => {
    const wrong = { ...body, colour: 'red', locations: [{ latitude: 91, longitude: 0 }] }
    for (const path of ['/api/passes', '/api/pkpass']) {
      const asked = await readErrorResponse(await dryRun(path, wrong))
      const made = await readErrorResponse(await service.fetch(path, { key, json: wrong }))
      expect([asked.code, asked.issues]).toEqual([made.code, made.issues])
    }
    const image = await dryRun('/api/passes', { ...body, logoURL: `${origin.url}/gone.png` })
    expect((await readErrorResponse(image)).issues).toMatchObject([{ path: 'logoURL' }])
  })

  it('remembers nothing: a key is free for another request, and a repeat is harmless', async () => {
    const headers = { 'idempotency-key': 'once' }
    for (const title of ['One', 'Two', 'Two']) {
      expect((await dryRun('/api/passes', { ...body, title }, headers)).status).toBe(200)
    }
    const made = await service.fetch('/api/passes', { key, json: body, headers })
    expect(made.status).toBe(201)
    expect((await dryRun('/api/passes', body, headers)).status).toBe(200)
  })

  it('of a known externalId changes nothing of that pass', async () => {
    const client = service.client(key)
    const made = await client.createPass({ ...body, externalId: 'known' })
    const response = await dryRun('/api/passes', { ...body, title: 'Other', externalId: 'known' })
    expect(await response.json()).toMatchObject({ valid: true })
    expect(await client.getPass(made.serialNumber)).toMatchObject({
      title: 'Club',
      lastUpdated: made.lastUpdated,
    })
  })

  it('works when this month’s passes are used up, and does not use them up', async () => {
    const pro = await service.createKey('pro')
    const ask = () => service.fetch('/api/passes?dryRun=true', { key: pro, json: body })
    expect((await ask()).status).toBe(200)
    expect((await service.fetch('/api/passes', { key: pro, json: body })).status).toBe(201)
    expect((await service.fetch('/api/passes', { key: pro, json: body })).status).toBe(429)
    expect((await ask()).status).toBe(200)
  })

  it('needs a key', async () => {
    const response = await service.fetch('/api/passes?dryRun=true', { json: body })
    expect(response.status).toBe(401)
  })
})
