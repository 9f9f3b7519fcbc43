import type { Db } from './db/database.ts'
import type { Handler } from './jobs/job.ts'
import { deliverEmail } from './pass-email/deliver.ts'
import { deliverKey } from './signup/deliver.ts'
import { deliverWebhook } from './webhooks/deliver.ts'
import { ailingWebhooks } from './webhooks/health.ts'
import { webhookWarnings } from './webhooks/warnings.ts'

/** A way out that kinds of jobs share: how many go at once, and which. */
export interface Lane {
  name: string
  atOnce: number
  /** How many of them to one target, so that none holds up the others; absent when all share one. */
  atOncePerTarget?: number
  /** The targets that do nothing but fail: they get one each, and half of the lane together. */
  ailing?: (db: Db) => Promise<string[]>
  handlers: Readonly<Record<string, Handler>>
  /** What operators should know of it besides its being in trouble. */
  warnings?: (db: Db) => Promise<string[]>
}

/** Every kind of job, by the lane it takes. */
export const lanes: readonly Lane[] = [
  { name: 'mail', atOnce: 5, handlers: { email: deliverEmail, key: deliverKey } },
  {
    name: 'webhooks',
    atOnce: 64,
    atOncePerTarget: 2,
    ailing: ailingWebhooks,
    handlers: { webhook: deliverWebhook },
    warnings: webhookWarnings,
  },
]

/** The handler of a kind, in whichever lane. */
export function handlerOf(kind: string): Handler | undefined {
  return lanes.find(({ handlers }) => Object.hasOwn(handlers, kind))?.handlers[kind]
}
