import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revokeApiKey, rotateApiKey } from '../../src/accounts/api-keys.ts'
import { findApiKey } from '../../src/accounts/auth.ts'
import { databases } from '../support/databases/databases.ts'
import {
  createUnknownKey,
  startTestService,
  type TestService,
} from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { parseResponse, sendRawRequest } from '../support/http/raw-http.ts'

describe.each(databases)('authentication on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let other: TestService
  let key: string
  let clock = () => new Date()

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    const overrides = () => ({ now: () => clock() })
    service = await startTestService({ databaseUrl, overrides })
    other = await startTestService({ databaseUrl, overrides })
    key = await service.createKey('pro', 'Mine')
  })
  afterAll(() => Promise.all([service.stop(), other.stop()]))

  const fetchUsage = async (authorization: string) =>
    parseResponse(
      await sendRawRequest(
        service.url,
        `GET /api/auth/usage HTTP/1.1\r\nHost: a\r\n${authorization}Connection: close\r\n\r\n`,
      ),
    )
  const fetchStatus = async (secret: string, at = service) =>
    (await at.fetch('/api/auth/usage', { key: secret })).status
  const findKeyId = async (secret: string) =>
    (await findApiKey(service.ctx.db, secret, clock()))?.id ?? ''

  const accepted: [string, () => string][] = [
    ['Bearer', () => `Authorization: Bearer ${key}\r\n`],
    ['bearer', () => `authorization: bearer ${key}\r\n`],
    ['BEARER', () => `AUTHORIZATION: BEARER ${key}\r\n`],
    ['two spaces', () => `Authorization: Bearer  ${key}\r\n`],
    ['a tab', () => `Authorization: Bearer\t${key}\r\n`],
    ['surrounding spaces', () => `Authorization:   Bearer ${key}  \r\n`],
  ]
  it.each(accepted)('accepts a key in an Authorization header with %s', async (_, header) => {
    expect(await (await fetchUsage(header())).json()).toMatchObject({ name: 'Mine', plan: 'pro' })
  })

  const rejected: [string, () => string][] = [
    ['no header', () => ''],
    ['an empty header', () => 'Authorization:\r\n'],
    ['the scheme alone', () => 'Authorization: Bearer\r\n'],
    ['the scheme and spaces', () => 'Authorization: Bearer   \r\n'],
    ['the key alone', () => `Authorization: ${key}\r\n`],
    ['Basic', () => `Authorization: Basic ${btoa(`${key}:`)}\r\n`],
    ['another scheme', () => `Authorization: Token ${key}\r\n`],
    ['no space after the scheme', () => `Authorization: Bearer${key}\r\n`],
    ['two keys', () => `Authorization: Bearer ${key} ${key}\r\n`],
    ['two keys with a comma', () => `Authorization: Bearer ${key}, Bearer ${key}\r\n`],
    ['two headers', () => `Authorization: Bearer ${key}\r\nAuthorization: Bearer ${key}\r\n`],
    ['quotes', () => `Authorization: Bearer "${key}"\r\n`],
    ['an unknown key', () => `Authorization: Bearer ${createUnknownKey()}\r\n`],
    ['a key in upper case', () => `Authorization: Bearer ${key.toUpperCase()}\r\n`],
    ['a key one character short', () => `Authorization: Bearer ${key.slice(0, -1)}\r\n`],
    ['a key one character long', () => `Authorization: Bearer ${key}0\r\n`],
    [
      'a different last character',
      () => `Authorization: Bearer ${key.slice(0, -1)}${key.endsWith('0') ? 1 : 0}\r\n`,
    ],
    ['a key of 8 KB', () => `Authorization: Bearer pw_live_${'a'.repeat(8192)}\r\n`],
    ['a key that is not ASCII', () => 'Authorization: Bearer pw_live_ö\xff\r\n'],
    ['a wildcard', () => 'Authorization: Bearer %\r\n'],
    ['the key in another header', () => `X-Api-Key: ${key}\r\n`],
    ['the key as a cookie', () => `Cookie: key=${key}\r\n`],
  ]
  it.each(rejected)('replies 401 to a request with %s', async (_, header) => {
    const problem = await readErrorResponse(await fetchUsage(header()))
    expect(problem).toMatchObject({
      status: 401,
      code: 'unauthorized',
      error: 'Give a valid API key in the header Authorization: Bearer pw_live_…',
    })
    expect(problem.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('ignores a key in the URL or in the body', async () => {
    const inQuery = await service.fetch(`/api/auth/usage?key=${key}&access_token=${key}`)
    expect((await readErrorResponse(inQuery)).status).toBe(401)
    const inBody = await service.fetch('/api/passes', { json: { title: 'Pass', key } })
    expect((await readErrorResponse(inBody)).status).toBe(401)
  })

  it('rejects a revoked key from the next request on, on every instance', async () => {
    const secret = await service.createKey()
    expect(await fetchStatus(secret, other)).toBe(200)
    expect(await revokeApiKey(service.ctx.db, await findKeyId(secret), clock())).toBe(true)
    expect([await fetchStatus(secret, other), await fetchStatus(secret)]).toEqual([401, 401])
  })

  it('stores nothing when the key is revoked while its pass is being created', async () => {
    const owner = await service.createKey()
    const id = await findKeyId(owner)
    const slow = await startTestService({
      databaseUrl:
        service.ctx.config.database.kind === 'sqlite'
          ? `sqlite:${service.ctx.config.database.file}`
          : service.ctx.config.database.url,
      overrides: ({ signPass }) => ({
        signPass: async (...args) => {
          await revokeApiKey(service.ctx.db, id, new Date())
          return signPass(...args)
        },
      }),
    })
    const response = await slow.fetch('/api/passes', { key: owner, json: { title: 'Pass' } })
    await slow.stop()
    expect((await readErrorResponse(response)).status).toBe(401)
    const { count } = await service.ctx.db
      .selectFrom('pass')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .where('key_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(0)
  })

  it('accepts both secrets for the same owner while a rotation keeps the old one', async () => {
    const old = await service.createKey('pro', 'Rotated')
    const id = await findKeyId(old)
    const { serialNumber } = await service.client(old).createPass({ title: 'Pass' })
    const rotated = await rotateApiKey(other.ctx.db, id, { keepMs: 24 * 3_600_000, now: clock() })
    const fresh = rotated?.key ?? ''
    expect(fresh).not.toBe(old)
    for (const secret of [old, fresh]) {
      expect(await service.client(secret).getPass(serialNumber)).toMatchObject({ serialNumber })
      expect(await service.client(secret).getUsage()).toMatchObject({ count: 1, name: 'Rotated' })
    }

    const rotatedAt = Date.now()
    clock = () => new Date(rotatedAt + 24 * 3_600_000 + 60_000)
    expect([
      await fetchStatus(old),
      await fetchStatus(fresh),
      await fetchStatus(old, other),
    ]).toEqual([401, 200, 401])
    clock = () => new Date()
  })

  it('accepts only the new secret right after a rotation that does not keep the old one', async () => {
    const old = await service.createKey()
    const rotated = await rotateApiKey(other.ctx.db, await findKeyId(old), {
      keepMs: 0,
      now: clock(),
    })
    expect([await fetchStatus(old), await fetchStatus(rotated?.key ?? '')]).toEqual([401, 200])
  })

  it('shows nothing of another owner: a foreign pass gets the same 404 as a missing one', async () => {
    const [anna, eve] = [await service.createKey(), await service.createKey()]
    const request = { title: 'Pass', externalId: 'shared', metadata: { row: '1' } }
    const created = await service.client(anna).createPass(request, 'same-key')

    const foreign = await readErrorResponse(
      await service.fetch(`/api/passes/${created.serialNumber}`, { key: eve }),
    )
    const missing = await readErrorResponse(
      await service.fetch(`/api/passes/${crypto.randomUUID()}`, { key: eve }),
    )
    expect({ ...foreign, headers: 0, requestId: 0 }).toEqual({
      ...missing,
      headers: 0,
      requestId: 0,
    })
    expect(foreign.status).toBe(404)
    const file = await service.fetch(`/api/passes/${created.serialNumber}?format=pkpass`, {
      key: eve,
    })
    expect((await readErrorResponse(file)).status).toBe(404)

    const client = service.client(eve)
    for (const filter of [{}, { externalId: 'shared' }, { metadata: { row: '1' } }]) {
      expect(await client.listPasses(filter)).toEqual({ passes: [], nextCursor: null })
    }
    expect(await client.listEvents()).toEqual({ events: [] })
    const [event] = (await service.client(anna).listEvents()).events
    expect(await client.listEvents({ after: event?.id ?? '' })).toEqual({ events: [] })
    expect(await client.getUsage()).toMatchObject({ count: 0 })

    // The same externalId and Idempotency-Key create a separate pass for another key.
    const own = await client.createPass(request, 'same-key')
    expect(own.serialNumber).not.toBe(created.serialNumber)
    expect((await service.client(anna).listPasses()).passes).toHaveLength(1)
  })
})

describe('a proxy header of a caller', () => {
  it('never appears in a reply or a log: links are built from PUBLIC_URL alone', async () => {
    for (const trust of ['0', '1']) {
      const env = { PUBLIC_URL: 'https://passes.example.com', TRUST_PROXY: trust }
      const service = await startTestService({ env })
      const key = await service.createKey()
      const headers = {
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        forwarded: 'host=evil.example',
        'x-original-url': '/api/auth/usage',
        'x-http-method-override': 'DELETE',
      }
      const response = await service.fetch('/api/passes', { key, headers, json: { title: 'Pass' } })
      await service.stop()
      expect(response.status).toBe(201)
      expect(await response.json()).toMatchObject({
        shareUrl: expect.stringMatching(/^https:\/\/passes\.example\.com\/p\//),
      })
      expect(service.logs.join('')).not.toMatch(/6\.6\.6\.6|evil/)
    }
  })
})
