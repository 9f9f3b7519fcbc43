import { parseRoute, type Scope, scopeNames } from '@passwright/shared'
import { type Operation, operations } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../src/accounts/api-keys.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'

describe.each(databases)('a key with scopes on $name', ({ createDatabase }) => {
  let service: TestService
  let time = Date.parse('2027-01-15T09:30:00.000Z')

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' },
      overrides: () => ({ now: () => new Date(time), mailer: createFakeMailer() }),
    })
  })
  afterAll(() => service.stop())

  const createKey = (limits: { scopes?: Scope[]; expiresAt?: string }) =>
    createApiKey(service.ctx.db, { name: 'Limited', plan: 'pro', now: new Date(time), ...limits })

  it('may call exactly the operations of its scope, and learns which one is missing', async () => {
    const keyed = Object.values<Operation>(operations).filter(({ auth }) => auth === 'apiKey')
    const seen = new Set(keyed.map(({ scope }) => scope))
    expect([...seen].length).toBeGreaterThan(5)
    for (const own of scopeNames) {
      const { id, key } = await createKey({ scopes: [own] })
      for (const { route, scope } of keyed) {
        const { method, path } = parseRoute(route)
        const url = path.replace(/:[a-zA-Z]+/g, 'unknown')
        const response = await service.fetch(url, { method, key })
        const isRefused = scope !== undefined && scope !== own
        expect([own, route, response.status === 403]).toEqual([own, route, isRefused])
        if (!isRefused) continue
        const { code, error } = await readErrorResponse(response)
        expect(code).toBe('scope_required')
        expect(error).toContain(`has no scope "${scope}", only ${own};`)
        const granted = scopeNames.filter((name) => name === own || name === scope).join()
        expect(error).toMatch(new RegExp(`passwright keys change ${id} --scope ${granted}$`))
      }
    }
  })

  it('needs two scopes to create a pass with an email, and one to update it by its own id', async () => {
    const { key } = await createKey({ scopes: ['issue', 'read'] })
    const create = (body: object, query = '') =>
      service.fetch(`/api/passes${query}`, { key, json: body })
    const email = { to: 'ada@example.com' }
    for (const query of ['', '?dryRun=true']) {
      // Wrong as well, but a scope comes first.
      const refused = await create({ title: 'Pass', email, colour: 'red' }, query)
      expect(await readErrorResponse(refused)).toMatchObject({
        status: 403,
        code: 'scope_required',
      })
    }
    const pkpass = { title: 'Pass', barcodeValue: '1', barcodeFormat: 'QR', email }
    expect((await service.fetch('/api/pkpass', { key, json: pkpass })).status).toBe(403)
    expect((await create({ title: 'Pass', email: null })).status).toBe(201)
    expect((await create({ title: 'Pass', externalId: 'a' })).status).toBe(201)
    expect((await create({ title: 'Other', externalId: 'a' })).status).toBe(200)

    const both = await createKey({ scopes: ['issue', 'mail'] })
    const sent = await service.fetch('/api/passes', {
      key: both.key,
      json: { title: 'Pass', email },
    })
    expect(sent.status).toBe(201)
  })

  it('needs the scope mail for the email of a template too', async () => {
    const { key } = await createKey({ scopes: ['issue', 'templates'] })
    const post = (path: string, json: unknown) => service.fetch(path, { key, json })
    const template = { name: 'Card', pass: { title: 'Card', email: { to: '{{mail}}' } } }
    expect((await post('/api/templates', template)).status).toBe(201)
    const body = { template: 'Card', values: { mail: 'ada@example.com' } }
    const refused = await readErrorResponse(await post('/api/passes', body))
    expect(refused).toMatchObject({ status: 403, code: 'scope_required' })
  })

  it('is told what it may do and until when, and a 401 names the date when it has ended', async () => {
    const expiresAt = new Date(time + 1_000).toISOString()
    const limited = await createKey({ scopes: ['read'], expiresAt })
    const free = await createKey({})
    const usage = async (key: string) => (await service.fetch('/api/auth/usage', { key })).json()
    expect(await usage(limited.key)).toMatchObject({ scopes: ['read'], expiresAt })
    expect(await usage(free.key)).toMatchObject({ scopes: null, expiresAt: null })

    time += 1_000
    const ended = await service.fetch('/api/passes', { key: limited.key })
    const { status, code, error } = await readErrorResponse(ended)
    expect([status, code]).toEqual([401, 'unauthorized'])
    expect(error).toContain(`ended at ${expiresAt}`)
    expect(error).toContain(`passwright keys change ${limited.id} --expires 90d`)
    expect(ended.headers.get('www-authenticate')).toBe('Bearer')
    expect((await service.fetch('/api/passes', { key: free.key })).status).toBe(200)
  })
})
