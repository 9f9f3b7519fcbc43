import { expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startPgbouncer } from '../support/databases/pgbouncer.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'
import { startWebhookReceiver } from '../support/webhooks/webhook-receiver.ts'

const hasPgbouncer = await ensureDebianPackages(
  ['pgbouncer'],
  'the service behind a pooler in transaction mode',
)

it.runIf(hasPgbouncer)(
  'two instances behind a pooler in transaction mode make exactly the passes of the quota, and deliver every webhook once',
  async () => {
    const receiver = await startWebhookReceiver()
    onTestFinished(() => receiver.close())
    const direct = await databases.find(({ name }) => name === 'postgres')!.createDatabase()
    const pooler = await startPgbouncer(direct)
    onTestFinished(() => pooler.stop())
    const env = { PLAN_PRO_LIMIT: '30', OUTBOUND_ALLOW: `127.0.0.1:${receiver.port}` }
    const options = { databaseUrl: pooler.toUrl(direct), env }
    const services = [await startTestService(options), await startTestService(options)]
    for (const service of services) onTestFinished(() => service.stop())
    const [service] = services
    const key = await service!.createKey('pro')
    await service!.client(key).createWebhook({ url: receiver.url, events: ['pass.created'] })
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        services[index % 2]!.fetch('/api/passes', { key, json: { title: `Pass ${index}` } }),
      ),
    )
    const statuses = replies.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(30).fill(201), ...Array(10).fill(429)])
    await expect.poll(() => receiver.requests.length).toBe(30)
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(30)
  },
)
