import { Locale } from '@passwright/shared/schema'
import { z } from 'zod'
import { plans } from '../accounts/plans.ts'
import type { Context } from '../context.ts'
import { foldAddress } from '../email/address.ts'
import { noMailServer } from '../email/mailer.ts'
import type { Handler, Job, Outcome } from '../jobs/job.ts'
import { schedules } from '../jobs/retry-schedule.ts'
import { keyLetter, knownKeyLetter } from './key-email.ts'
import { findSignup, markMailed, type Signup, signUp, signupKey } from './repository.ts'

/** What a job for a mail about a key holds: never the key itself. */
export const KeyMail = z.strictObject({ address: z.string(), locale: Locale })
type KeyMail = z.infer<typeof KeyMail>

/** Whoever was told so lately is not told again that there is a key: nobody can flood a stranger through us. */
const QUIET_MS = 60 * 60 * 1000

/** Mails a new key, or word that there is one: which of the two, only the mailbox learns. */
export const deliverKey: Handler = {
  schedule: schedules.mail,

  attempt: async (ctx, job) => {
    const mail = KeyMail.parse(job.payload)
    const now = ctx.now()
    const signup = await signUp(ctx, foldAddress(mail.address), now)
    return wasToldLately(signup, now) ? { verdict: 'done' } : send(ctx, job, mail, signup)
  },

  record: async (trx, _, job, { state, now }) => {
    if (state !== 'done') return
    const address = foldAddress(KeyMail.parse(job.payload).address)
    const signup = await findSignup(trx, address)
    if (signup && !wasToldLately(signup, now)) await markMailed(trx, address, signup, now)
  },
}

async function send(ctx: Context, job: Job, mail: KeyMail, signup: Signup): Promise<Outcome> {
  if (!ctx.mailer) return noMailServer
  const { publicUrl, planLimits } = ctx.config
  const { locale, address } = mail
  const letter =
    signup.mailedAt === null
      ? keyLetter(
          {
            locale,
            key: signupKey(ctx, signup.keyId),
            publicUrl,
            limit: plans.free.limit(planLimits),
          },
          ctx.stationery,
        )
      : knownKeyLetter({ locale, publicUrl }, ctx.stationery)
  return ctx.mailer.send({
    id: job.id,
    senderName: 'Passwright',
    to: { name: '', address },
    letter,
  })
}

function wasToldLately({ toldAt }: Signup, now: Date): boolean {
  return toldAt !== null && Date.parse(toldAt) > now.getTime() - QUIET_MS
}
