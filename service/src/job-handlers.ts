import type { Queue } from './jobs/job.ts'
import { deliverPassEmail } from './pass-email/deliver.ts'
import { deliverKeyEmail } from './signup/deliver.ts'
import { deliverWebhook } from './webhooks/deliver.ts'
import { findFailingEndpoints, findWebhookWarnings } from './webhooks/health.ts'

/** Every kind of job, by queue. The names and kinds are stored in the database. */
export const queues: readonly Queue[] = [
  { name: 'mail', concurrency: 5, handlers: { email: deliverPassEmail, key: deliverKeyEmail } },
  {
    name: 'webhooks',
    concurrency: 64,
    concurrencyPerKey: 2,
    findFailingKeys: findFailingEndpoints,
    handlers: { webhook: deliverWebhook },
    warnings: findWebhookWarnings,
  },
]
