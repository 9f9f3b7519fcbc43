import type { Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import { isReachable } from '../google/content/class.ts'
import { GOOGLE_JOB, GOOGLE_MESSAGE_JOB } from '../google/queue.ts'
import type { QueueWarning } from '../jobs/job.ts'
import { findOutage } from '../jobs/outage.ts'

/** The name of the queue of everything that is sent to Google. */
export const GOOGLE_QUEUE = 'google'

/** What an operator should know while no job waits: people who tap the link find that it does not work. */
export async function findGoogleWarnings(db: Db): Promise<QueueWarning[]> {
  const outage = await findOutage(db, GOOGLE_QUEUE)
  if (!outage || (await hasWaitingJobs(db))) return []
  const { since, reason } = outage
  return [
    {
      summary: `google: passes cannot be saved to Google Wallet at the moment (since ${since}). Read more with: passwright google check`,
      detail: `google: ${reason} (since ${since})`,
    },
  ]
}

async function hasWaitingJobs(db: Db): Promise<boolean> {
  const job = await db
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('kind', 'in', [GOOGLE_JOB, GOOGLE_MESSAGE_JOB])
    .limit(1)
    .executeTakeFirst()
  return job !== undefined
}

/** What of the settings keeps something of Google Wallet from working. */
export function findGoogleSettingsWarnings({
  googleWallet,
  publicUrl,
}: Pick<Config, 'googleWallet' | 'publicUrl'>): string[] {
  return googleWallet && !isReachable({ publicUrl })
    ? [
        'google: passes in Google Wallet have no images, and nobody hears that they were saved or removed, because PUBLIC_URL is not https',
      ]
    : []
}
