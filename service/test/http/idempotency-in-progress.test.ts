import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../src/accounts/api-keys.ts'
import { replyOnce } from '../../src/http/idempotency.ts'
import { buildJsonReply } from '../../src/http/reply.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

const postgres = databases.filter(({ name }) => name === 'postgres')

describe.each(postgres)(
  'a request whose Idempotency-Key is in use, on $name',
  ({ createDatabase }) => {
    let service: TestService

    beforeAll(async () => {
      service = await startTestService({ databaseUrl: await createDatabase() })
    })
    afterAll(() => service.stop())

    it('gets 409 when the first request takes too long, and its reply once it has committed', async () => {
      const { db } = service.ctx
      const { id: keyId } = await createApiKey(db, { name: 'Test', plan: 'pro', now: new Date() })
      const request = { keyId, idempotencyKey: 'order-1042', fingerprint: 'same' }
      const reply = buildJsonReply(201, { order: 1042 })
      const stored = Promise.withResolvers<void>()
      const mayCommit = Promise.withResolvers<void>()
      const first = replyOnce(
        service.ctx,
        request,
        () => reply,
        (onStore) =>
          db.transaction().execute(async (trx) => {
            await onStore(trx, undefined)
            stored.resolve()
            await mayCommit.promise
          }),
      )
      await stored.promise

      const repeat = (timeout: string) =>
        replyOnce(
          service.ctx,
          request,
          () => buildJsonReply(201, { order: 1043 }),
          (onStore) =>
            db.transaction().execute(async (trx) => {
              await sql`set local statement_timeout = ${sql.lit(timeout)}`.execute(trx)
              await onStore(trx, undefined)
            }),
        )
      await expect(repeat('100ms')).rejects.toMatchObject({
        code: 'idempotency_in_progress',
        status: 409,
        retryAfterSeconds: 2,
      })
      const waiting = repeat('10s')
      mayCommit.resolve()
      expect((await first).body).toEqual(reply.body)
      expect(Buffer.from((await waiting).body)).toEqual(reply.body)
    })
  },
)
