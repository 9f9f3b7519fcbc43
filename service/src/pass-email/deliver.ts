import { Problem } from '@passwright/shared'
import { z } from 'zod'
import { type EmailRecord, toPassEmail } from '../email/email.ts'
import { noMailServer } from '../email/mailer.ts'
import { findEmails, updateEmail } from '../email/repository.ts'
import { publish } from '../events/publish.ts'
import type { Handler } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { findPassBySerial } from '../passes/find.ts'
import { toApiPass } from '../passes/pass.ts'
import { buildPassMessage } from './message.ts'

const Payload = z.strictObject({ emailId: z.string() })

/** What a mail is called while its job is in one state or another. */
const statuses = { done: 'sent', failed: 'failed', waiting: 'queued' } as const satisfies Record<
  string,
  EmailRecord['status']
>

/** Sends a pass to the one address that it was asked for, and tells what became of it. */
export const deliverPassEmail: Handler = {
  schedule: retrySchedules.mail,
  about: emailIdOf,

  attempt: async (ctx, job) => {
    if (!ctx.mailer) return noMailServer
    const [email] = await findEmails(ctx.db, [emailIdOf(job.payload)])
    const record = email && (await findPassBySerial(ctx.db, email.keyId, email.serialNumber))
    if (!email || !record || record.deletedAt !== null) {
      return { result: 'failed', reason: 'The pass was deleted before the mail could leave' }
    }
    try {
      return await ctx.mailer.send(await buildPassMessage(ctx, record, email.id, email.options))
    } catch (error) {
      // A certificate that ended, a line that is full: what a caller would be told too.
      if (error instanceof Problem) return { result: 'retry', reason: error.message }
      throw error
    }
  },

  record: async (trx, ctx, job, { state, reason, now }) => {
    const [before] = await findEmails(trx, [emailIdOf(job.payload)])
    const record = before && (await findPassBySerial(trx, before.keyId, before.serialNumber))
    if (!before || !record) return
    const email: EmailRecord = {
      ...before,
      status: statuses[state],
      reason: reason ?? null,
      updatedAt: now.toISOString(),
    }
    await updateEmail(trx, email)
    if (state === 'waiting') return
    const data = toApiPass({ ...record, email: toPassEmail(email) }, ctx.config)
    await publish(trx, { keyId: email.keyId, type: `email.${statuses[state]}`, data, now })
  },
}

function emailIdOf(payload: unknown): string {
  return Payload.parse(payload).emailId
}
