import { MAX_CONNECTIONS } from './email/mailer.ts'
import { GOOGLE_JOB, GOOGLE_MESSAGE_JOB } from './google/queue.ts'
import { sendGoogleMessage } from './google-sync/message.ts'
import { syncWithGoogle } from './google-sync/sync.ts'
import { findGoogleWarnings, GOOGLE_QUEUE } from './google-sync/warnings.ts'
import type { Queue } from './jobs/job.ts'
import { deliverPassEmail } from './pass-email/deliver.ts'
import { forgetPassesOfJob } from './people/queue.ts'
import { runRollout } from './rollout/run.ts'
import { deliverKeyEmail } from './signup/deliver.ts'
import { pushToDevice } from './web-service/push.ts'
import { findPushWarnings } from './web-service/push-pause.ts'
import { deliverWebhook } from './webhooks/deliver.ts'
import { findFailingEndpoints, findWebhookWarnings } from './webhooks/health.ts'

/** Every kind of job, by queue. The names and kinds are stored in the database. */
export const queues: readonly Queue[] = [
  {
    name: 'mail',
    concurrency: MAX_CONNECTIONS,
    handlers: { email: deliverPassEmail, key: deliverKeyEmail },
  },
  {
    name: 'webhooks',
    concurrency: 128,
    concurrencyPerKey: 2,
    findFailingKeys: findFailingEndpoints,
    handlers: { webhook: deliverWebhook },
    warnings: findWebhookWarnings,
  },
  {
    name: 'push',
    concurrency: 64,
    handlers: { push: pushToDevice },
    warnings: findPushWarnings,
  },
  {
    name: 'people',
    concurrency: 2,
    handlers: { forget: forgetPassesOfJob },
  },
  {
    name: 'rollouts',
    concurrency: 4,
    handlers: { rollout: runRollout },
  },
  {
    name: GOOGLE_QUEUE,
    // The pace of the requests is what limits them; an owner alone gets half of it.
    concurrency: 8,
    handlers: { [GOOGLE_JOB]: syncWithGoogle, [GOOGLE_MESSAGE_JOB]: sendGoogleMessage },
    warnings: findGoogleWarnings,
  },
]
