import { Locale } from '@passwright/shared/schema'
import { z } from 'zod'
import { plans } from '../accounts/plans.ts'
import type { Context } from '../context.ts'
import { normalizeAddress } from '../email/address.ts'
import { noMailServer } from '../email/mailer.ts'
import type { AttemptResult, Handler, Job } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { buildExistingKeyEmail, buildKeyEmail } from './key-email.ts'
import {
  deriveSignupKey,
  ensureSignup,
  findSignup,
  recordMailed,
  type Signup,
} from './repository.ts'

/** What a job for a mail about a key holds: never the key itself. */
export const KeyMail = z.strictObject({ address: z.string(), locale: Locale })
type KeyMail = z.infer<typeof KeyMail>

/** Whoever was told so lately is not told again that there is a key: nobody can flood a stranger through us. */
const REMINDER_INTERVAL_MS = 60 * 60 * 1000

/** Mails a new key, or word that there is one: which of the two, only the mailbox learns. */
export const deliverKeyEmail: Handler = {
  schedule: retrySchedules.mail,

  attempt: async (ctx, job) => {
    const mail = KeyMail.parse(job.payload)
    const now = ctx.now()
    const signup = await ensureSignup(ctx, normalizeAddress(mail.address), now)
    return wasRemindedRecently(signup, now) ? { result: 'succeeded' } : send(ctx, job, mail, signup)
  },

  record: async (trx, _, job, { state, now }) => {
    if (state !== 'done') return
    const address = normalizeAddress(KeyMail.parse(job.payload).address)
    const signup = await findSignup(trx, address)
    if (signup && !wasRemindedRecently(signup, now)) await recordMailed(trx, address, signup, now)
  },
}

async function send(ctx: Context, job: Job, mail: KeyMail, signup: Signup): Promise<AttemptResult> {
  if (!ctx.mailer) return noMailServer
  const { publicUrl, planLimits } = ctx.config
  const { locale, address } = mail
  const email =
    signup.mailedAt === null
      ? buildKeyEmail(
          {
            locale,
            key: deriveSignupKey(ctx, signup.keyId),
            publicUrl,
            limit: plans.free.limit(planLimits),
          },
          ctx.emailTheme,
        )
      : buildExistingKeyEmail({ locale, publicUrl }, ctx.emailTheme)
  return ctx.mailer.send({
    id: job.id,
    senderName: 'Passwright',
    to: { name: '', address },
    email,
  })
}

function wasRemindedRecently({ remindedAt }: Signup, now: Date): boolean {
  return remindedAt !== null && Date.parse(remindedAt) > now.getTime() - REMINDER_INTERVAL_MS
}
