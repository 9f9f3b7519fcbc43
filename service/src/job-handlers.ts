import type { Db } from './db/database.ts'
import type { Handler } from './jobs/job.ts'
import { deliverPassEmail } from './pass-email/deliver.ts'
import { deliverKeyEmail } from './signup/deliver.ts'
import { deliverWebhook } from './webhooks/deliver.ts'
import { findFailingEndpoints } from './webhooks/health.ts'
import { findWebhookWarnings } from './webhooks/warnings.ts'

/** A way out that kinds of jobs share: how many go at once, and which. */
export interface Queue {
  name: string
  concurrency: number
  /** How many of them to one target, so that none holds up the others; absent when all share one. */
  concurrencyPerKey?: number
  /** The targets that do nothing but fail: they get one each, and half of the lane together. */
  findFailingKeys?: (db: Db) => Promise<string[]>
  handlers: Readonly<Record<string, Handler>>
  /** What operators should know of it besides its being in trouble. */
  warnings?: (db: Db) => Promise<string[]>
}

/** Every kind of job, by the lane it takes. */
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

/** The handler of a kind, in whichever lane. */
export function findHandler(kind: string): Handler | undefined {
  return queues.find(({ handlers }) => Object.hasOwn(handlers, kind))?.handlers[kind]
}
