import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createIphone } from '../support/phones/iphone.ts'

describe.each(databases)('a job on $name', ({ name, createDatabase }) => {
  const services: TestService[] = []
  const pushes: string[] = []

  beforeAll(async () => {
    const databaseUrl = await createDatabase()
    const start = (role: string) =>
      startTestService({
        databaseUrl,
        env: {
          PUBLIC_URL: 'https://passes.example.com',
          APNS_URL: 'https://apns.example.com',
          ROLE: role,
        },
        overrides: () => ({
          // The worker never looks by itself.
          pollMs: 3_600_000,
          push: async (_identity, token) => {
            pushes.push(token)
            return { result: 'delivered' }
          },
        }),
      })
    if (name === 'postgres') services.push(await start('web'), await start('worker'))
    else services.push(await start('all'))
  })
  afterAll(() => Promise.all(services.map((each) => each.stop())))

  it('begins with the commit, also on another instance, without a look at the table', async () => {
    const [service] = services
    if (!service) throw new Error('No service')
    const key = await service.createKey()
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const phone = createIphone({ serviceUrl: service.url })
    await phone.add(await service.client(key).getPassFile(serialNumber))
    for (let count = 1; count <= 5; count += 1) {
      await service.client(key).patchPass(serialNumber, { value: String(count) })
      await waitFor(
        () => pushes.length,
        (length) => length >= count,
        5_000,
      )
    }
    expect(pushes).toHaveLength(5)
  })

  it('does not begin when its transaction is rolled back', async () => {
    const [service] = services
    if (!service) throw new Error('No service')
    const key = await service.createKey()
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const phone = createIphone({ serviceUrl: service.url })
    await phone.add(await service.client(key).getPassFile(serialNumber))
    const before = pushes.length
    const refused = await service.fetch(`/api/passes/${serialNumber}`, {
      key,
      method: 'PATCH',
      headers: { 'if-match': '"other"' },
      json: { value: 'never' },
    })
    expect(refused.status).toBe(412)
    await service.client(key).patchPass(serialNumber, { value: 'now' })
    await waitFor(
      () => pushes.length,
      (length) => length > before,
      5_000,
    )
    expect(pushes).toHaveLength(before + 1)
  })
})
