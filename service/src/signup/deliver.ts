import { Locale } from '@passwright/shared/schema'
import { z } from 'zod'
import { findActiveKey } from '../accounts/auth.ts'
import { plans } from '../accounts/plans.ts'
import type { Context } from '../context.ts'
import { toMailbox } from '../email/address.ts'
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

/** The payload of a job that sends a key email; the key itself is never in it. */
export const KeyEmailPayload = z.strictObject({ address: z.string(), locale: Locale })
export type KeyEmailPayload = z.infer<typeof KeyEmailPayload>

/** At most one reminder per mailbox in this time, so that requests cannot flood an inbox. */
const REMINDER_INTERVAL_MS = 60 * 60 * 1000

/** Sends a new key, or a reminder that the address has one; only the inbox shows which of the two. */
export const deliverKeyEmail: Handler = {
  schedule: retrySchedules.mail,

  attempt: async (ctx, job) => {
    const payload = KeyEmailPayload.parse(job.payload)
    const now = ctx.now()
    const signup = await ensureSignup(ctx, toMailbox(payload.address), now)
    if (!(await findActiveKey(ctx.db, signup.keyId, now))) {
      return { result: 'failed', reason: 'The API key of this address was revoked' }
    }
    return wasRemindedRecently(signup, now)
      ? { result: 'succeeded' }
      : sendKeyEmail(ctx, job, payload, signup)
  },

  record: async (trx, _, job, { state, now }) => {
    if (state !== 'done') return
    const mailbox = toMailbox(KeyEmailPayload.parse(job.payload).address)
    const signup = await findSignup(trx, mailbox)
    if (signup && !wasRemindedRecently(signup, now)) await recordMailed(trx, mailbox, signup, now)
  },
}

async function sendKeyEmail(
  ctx: Context,
  job: Job,
  { locale, address }: KeyEmailPayload,
  signup: Signup,
): Promise<AttemptResult> {
  if (!ctx.mailer) return noMailServer
  const { publicUrl, planLimits } = ctx.config
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
  // A time far ahead was recorded by a clock that was wrong.
  return (
    remindedAt !== null && Math.abs(now.getTime() - Date.parse(remindedAt)) < REMINDER_INTERVAL_MS
  )
}
