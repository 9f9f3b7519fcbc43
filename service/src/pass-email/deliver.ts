import { Problem } from '@passwright/shared'
import { z } from 'zod'
import { findActiveKey } from '../accounts/auth.ts'
import { planAllows } from '../accounts/plans.ts'
import { type EmailRecord, findEmail, setEmailStatus, toPassEmail } from '../email/email.ts'
import { noMailServer } from '../email/mailer.ts'
import { publish } from '../events/publish.ts'
import type { Handler } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import { toApiPass } from '../passes/store/pass.ts'
import { buildPassMessage } from './message.ts'

const Payload = z.strictObject({ emailId: z.string() })

/** The status of an email by the state of its job. */
const statuses = { done: 'sent', failed: 'failed', waiting: 'queued' } as const satisfies Record<
  string,
  EmailRecord['status']
>

/** Sends a pass to its one recipient, and publishes the result as an event. */
export const deliverPassEmail: Handler = {
  schedule: retrySchedules.mail,
  toSubjectId: parseEmailId,

  attempt: async (ctx, job) => {
    if (!ctx.mailer) return noMailServer
    const email = await findEmail(ctx.db, parseEmailId(job.payload))
    const record = email && (await findPassBySerial(ctx.db, email.keyId, email.serialNumber))
    if (!email || !record || record.deletedAt !== null) {
      return { result: 'failed', reason: 'The pass was deleted before the email was sent' }
    }
    const key = await findActiveKey(ctx.db, email.keyId, ctx.now())
    if (!key)
      return { result: 'failed', reason: 'The API key of the email was revoked or has ended' }
    const { subject, message } = email.options
    if ((subject ?? message) !== undefined && !planAllows(key.plan, 'emailTexts')) {
      const reason = `A subject or message of your own is not part of the ${key.plan} plan; send the email without it`
      return { result: 'failed', reason }
    }
    try {
      return await ctx.mailer.send(
        await buildPassMessage(ctx, key.plan, record, email.id, email.options),
      )
    } catch (error) {
      // Such as an expired certificate or an overload: the reason is meant for callers.
      if (error instanceof Problem) return { result: 'retry', reason: error.message }
      throw error
    }
  },

  record: async (trx, ctx, job, { state, reason, now }) => {
    const before = await findEmail(trx, parseEmailId(job.payload))
    const record = before && (await findPassBySerial(trx, before.keyId, before.serialNumber))
    if (!before || !record) return
    const email = await setEmailStatus(trx, before, { status: statuses[state], reason }, now)
    if (state === 'waiting') return
    const data = toApiPass({ ...record, email: toPassEmail(email) }, ctx.config)
    await publish(trx, { keyId: email.keyId, type: `email.${statuses[state]}`, data, now })
  },
}

function parseEmailId(payload: unknown): string {
  return Payload.parse(payload).emailId
}
