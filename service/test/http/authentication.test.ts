import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revokeApiKey, rotateApiKey } from '../../src/accounts/api-keys.ts'
import { findApiKey } from '../../src/accounts/auth.ts'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { rawRequest, responseIn } from '../support/raw-http.ts'
import { startTestService, type TestService, unknownKey } from '../support/test-service.ts'

describe.each(databases)('who calls, on $name', ({ url: newUrl }) => {
  let service: TestService
  let other: TestService
  let key: string
  let clock = () => new Date()

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    const change = () => ({ now: () => clock() })
    service = await startTestService({ databaseUrl, change })
    other = await startTestService({ databaseUrl, change })
    key = await service.createKey('pro', 'Mine')
  })
  afterAll(() => Promise.all([service.stop(), other.stop()]))

  const usageWith = async (authorization: string) =>
    responseIn(
      await rawRequest(
        service.url,
        `GET /api/auth/usage HTTP/1.1\r\nHost: a\r\n${authorization}Connection: close\r\n\r\n`,
      ),
    )
  const statusOf = async (secret: string, at = service) =>
    (await at.fetch('/api/auth/usage', { key: secret })).status
  const idOf = async (secret: string) =>
    (await findApiKey(service.ctx.db, secret, clock()))?.id ?? ''

  const right: [string, () => string][] = [
    ['Bearer', () => `Authorization: Bearer ${key}\r\n`],
    ['bearer', () => `authorization: bearer ${key}\r\n`],
    ['BEARER', () => `AUTHORIZATION: BEARER ${key}\r\n`],
    ['two spaces', () => `Authorization: Bearer  ${key}\r\n`],
    ['a tab', () => `Authorization: Bearer\t${key}\r\n`],
    ['blanks around', () => `Authorization:   Bearer ${key}  \r\n`],
  ]
  it.each(right)('is known by a key after %s', async (_, header) => {
    expect(await (await usageWith(header())).json()).toMatchObject({ name: 'Mine', plan: 'pro' })
  })

  const wrong: [string, () => string][] = [
    ['no header', () => ''],
    ['an empty header', () => 'Authorization:\r\n'],
    ['the scheme alone', () => 'Authorization: Bearer\r\n'],
    ['the scheme and blanks', () => 'Authorization: Bearer   \r\n'],
    ['the key alone', () => `Authorization: ${key}\r\n`],
    ['Basic', () => `Authorization: Basic ${btoa(`${key}:`)}\r\n`],
    ['another scheme', () => `Authorization: Token ${key}\r\n`],
    ['no blank between', () => `Authorization: Bearer${key}\r\n`],
    ['two keys', () => `Authorization: Bearer ${key} ${key}\r\n`],
    ['two keys with a comma', () => `Authorization: Bearer ${key}, Bearer ${key}\r\n`],
    ['two headers', () => `Authorization: Bearer ${key}\r\nAuthorization: Bearer ${key}\r\n`],
    ['quotes', () => `Authorization: Bearer "${key}"\r\n`],
    ['an unknown key', () => `Authorization: Bearer ${unknownKey()}\r\n`],
    ['a key in capitals', () => `Authorization: Bearer ${key.toUpperCase()}\r\n`],
    ['a key one letter short', () => `Authorization: Bearer ${key.slice(0, -1)}\r\n`],
    ['a key one letter long', () => `Authorization: Bearer ${key}0\r\n`],
    [
      'another last letter',
      () => `Authorization: Bearer ${key.slice(0, -1)}${key.endsWith('0') ? 1 : 0}\r\n`,
    ],
    ['a key of 8 KB', () => `Authorization: Bearer pw_live_${'a'.repeat(8192)}\r\n`],
    ['a key that is not ASCII', () => 'Authorization: Bearer pw_live_ö\xff\r\n'],
    ['a wildcard', () => 'Authorization: Bearer %\r\n'],
    ['the key in another header', () => `X-Api-Key: ${key}\r\n`],
    ['the key as a cookie', () => `Cookie: key=${key}\r\n`],
  ]
  it.each(wrong)('is nobody with %s', async (_, header) => {
    const problem = await problemIn(await usageWith(header()))
    expect(problem).toMatchObject({
      status: 401,
      code: 'unauthorized',
      error: 'Give a valid API key in the header Authorization: Bearer pw_live_…',
    })
    expect(problem.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('is nobody with a key in the address or in the body', async () => {
    const inQuery = await service.fetch(`/api/auth/usage?key=${key}&access_token=${key}`)
    expect((await problemIn(inQuery)).status).toBe(401)
    const inBody = await service.fetch('/api/passes', { json: { title: 'Pass', key } })
    expect((await problemIn(inBody)).status).toBe(401)
  })

  it('ends for a revoked key with the next request on every instance', async () => {
    const secret = await service.createKey()
    expect(await statusOf(secret, other)).toBe(200)
    expect(await revokeApiKey(service.ctx.db, await idOf(secret), clock())).toBe(true)
    expect([await statusOf(secret, other), await statusOf(secret)]).toEqual([401, 401])
  })

  it('ends for a key that is revoked while its pass is made: nothing is stored', async () => {
    const owner = await service.createKey()
    const id = await idOf(owner)
    const slow = await startTestService({
      databaseUrl:
        service.ctx.config.database.kind === 'sqlite'
          ? `sqlite:${service.ctx.config.database.file}`
          : service.ctx.config.database.url,
      change: ({ signPass }) => ({
        signPass: async (...given) => {
          await revokeApiKey(service.ctx.db, id, new Date())
          return signPass(...given)
        },
      }),
    })
    const response = await slow.fetch('/api/passes', { key: owner, json: { title: 'Pass' } })
    await slow.stop()
    expect((await problemIn(response)).status).toBe(401)
    const { count } = await service.ctx.db
      .selectFrom('pass')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .where('key_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(0)
  })

  it('has two secrets for a while after a rotation that keeps the old one, and is the same owner', async () => {
    const old = await service.createKey('pro', 'Rotated')
    const id = await idOf(old)
    const { serialNumber } = await service.client(old).createPass({ title: 'Pass' })
    const made = await rotateApiKey(other.ctx.db, id, { keepMs: 24 * 3_600_000, now: clock() })
    const fresh = made?.key ?? ''
    expect(fresh).not.toBe(old)
    for (const secret of [old, fresh]) {
      expect(await service.client(secret).getPass(serialNumber)).toMatchObject({ serialNumber })
      expect(await service.client(secret).getUsage()).toMatchObject({ count: 1, name: 'Rotated' })
    }

    const begun = Date.now()
    clock = () => new Date(begun + 24 * 3_600_000 + 60_000)
    expect([await statusOf(old), await statusOf(fresh), await statusOf(old, other)]).toEqual([
      401, 200, 401,
    ])
    clock = () => new Date()
  })

  it('has only the new secret at once after a rotation that keeps nothing', async () => {
    const old = await service.createKey()
    const made = await rotateApiKey(other.ctx.db, await idOf(old), { keepMs: 0, now: clock() })
    expect([await statusOf(old), await statusOf(made?.key ?? '')]).toEqual([401, 200])
  })

  it('never sees anything of another owner: it is as if it never was', async () => {
    const [anna, eve] = [await service.createKey(), await service.createKey()]
    const wish = { title: 'Pass', externalId: 'shared', metadata: { row: '1' } }
    const hers = await service.client(anna).createPass(wish, 'same-key')

    const foreign = await problemIn(
      await service.fetch(`/api/passes/${hers.serialNumber}`, { key: eve }),
    )
    const none = await problemIn(
      await service.fetch(`/api/passes/${crypto.randomUUID()}`, { key: eve }),
    )
    expect({ ...foreign, headers: 0, requestId: 0 }).toEqual({ ...none, headers: 0, requestId: 0 })
    expect(foreign.status).toBe(404)
    const file = await service.fetch(`/api/passes/${hers.serialNumber}?format=pkpass`, { key: eve })
    expect((await problemIn(file)).status).toBe(404)

    const client = service.client(eve)
    for (const filter of [{}, { externalId: 'shared' }, { metadata: { row: '1' } }]) {
      expect(await client.listPasses(filter)).toEqual({ passes: [], nextCursor: null })
    }
    expect(await client.listEvents()).toEqual({ events: [] })
    const [event] = (await service.client(anna).listEvents()).events
    expect(await client.listEvents({ after: event?.id ?? '' })).toEqual({ events: [] })
    expect(await client.getUsage()).toMatchObject({ count: 0 })

    // The same externalId and the same Idempotency-Key make a pass of her own.
    const own = await client.createPass(wish, 'same-key')
    expect(own.serialNumber).not.toBe(hers.serialNumber)
    expect((await service.client(anna).listPasses()).passes).toHaveLength(1)
  })
})

describe('what a caller says of itself', () => {
  it('never gets into an answer: addresses come from PUBLIC_URL alone', async () => {
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
