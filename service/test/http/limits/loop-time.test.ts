import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../support/databases/databases.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'

describe.each(databases)(
  'with many requests of one key at once, on $name',
  ({ createDatabase }) => {
    let service: TestService

    beforeAll(async () => {
      service = await startTestService({ databaseUrl: await createDatabase() })
    })
    afterAll(() => service.stop())

    it('the request of another key that came last is among the first to be answered', async () => {
      const [many, few] = [await service.createKey(), await service.createKey()]
      const answered: string[] = []
      const create = async (key: string) => {
        await service.client(key).createPass({ title: 'Pass' })
        answered.push(key)
      }
      await Promise.all([...Array.from({ length: 300 }, () => create(many)), create(few)])
      expect(answered.indexOf(few)).toBeLessThan(150)
    })
  },
)
