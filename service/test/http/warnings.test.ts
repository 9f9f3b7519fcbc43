import type { ChangedPass, MadePass } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

describe('the warnings of a reply', () => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService()
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const send = async <T>(path: string, json: object, method = 'POST') =>
    (await (await service.fetch(path, { key, method, json })).json()) as T
  const expired = { title: 'Pass', expirationDate: '2001-01-01T00:00:00Z' }

  it('say what Wallet will not show, after each create and update that leaves it so', async () => {
    const created = await send<MadePass>('/api/passes', expired)
    expect(created.warnings?.map(({ path }) => path)).toEqual(['expirationDate'])
    const path = `/api/passes/${created.serialNumber}`
    const patched = await send<ChangedPass>(path, { value: '1' }, 'PATCH')
    expect(patched.warnings).toEqual(created.warnings)
    expect((await send<ChangedPass>(path, expired, 'PUT')).warnings).toEqual(created.warnings)
  })

  it('are absent when there are none', async () => {
    const created = await send<MadePass>('/api/passes', { title: 'Pass' })
    expect(created).not.toHaveProperty('warnings')
    const path = `/api/passes/${created.serialNumber}`
    expect(await send(path, { value: '1' }, 'PATCH')).not.toHaveProperty('warnings')
  })
})
