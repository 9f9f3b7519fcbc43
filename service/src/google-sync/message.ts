import { isObject } from '@passwright/shared'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import type { GoogleResult } from '../google/api/response.ts'
import type { GoogleRequest } from '../google/api/wallet.ts'
import { toObjectId } from '../google/content/object.ts'
import { limits } from '../google/content/wallet-words.ts'
import type { AttemptResult, Handler } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import { lockWalletPass } from '../passes/store/wallet-pass.ts'
import { truncate } from '../text/plain-text.ts'
import { toAttemptResult, waitWhileOff } from './failure.ts'
import { findSender } from './send.ts'
import { toObjectSource } from './source.ts'

const Payload = z.strictObject({ messageId: z.string() })

/** Google shows so many notifications of one pass in a day; further messages are silent. */
const MAX_NOTIFICATIONS = 3
const DAY_MS = 24 * 60 * 60 * 1000

/** Handles `google-message` jobs: adds a message to a pass at Google. */
export const sendGoogleMessage: Handler = {
  schedule: retrySchedules.google,
  jitter: 0.5,
  forgetsDone: true,

  attempt: async (ctx, job) => {
    const { messageId } = Payload.parse(job.payload)
    const sender = findSender(ctx)
    if (!sender) return waitWhileOff(ctx.now())
    const message = await findMessage(ctx, messageId)
    const record = message && (await findPassBySerial(ctx.db, job.owner, message.serial_number))
    // It was deleted or forgotten since.
    if (!message || !record || record.deletedAt !== null) return { result: 'succeeded' }
    const path = `genericObject/${toObjectId(sender.owner, record)}`
    const call = (request: GoogleRequest) => sender.wallet.call(request, 'job')
    const found = await call({ method: 'GET', path })
    if (found.result === 'missing') return { result: 'succeeded' }
    if (found.result !== 'ok') return toAttemptResult(found, job)
    const earlier = readMessages(found.json)
    // An earlier attempt has added it, and did not hear so.
    if (earlier.some(({ id }) => id === messageId)) return { result: 'succeeded' }
    if (earlier.length >= limits.messages) {
      const messages = earlier.slice(1 - limits.messages)
      const shortened = await call({ method: 'PATCH', path, body: { messages } })
      if (shortened.result !== 'ok') return toAttemptResult(shortened, job)
    }
    const { cardTitle } = readTitle(found.json)
    const add = (messageType: string) =>
      call({
        method: 'POST',
        path: `${path}/addMessage`,
        body: {
          message: {
            id: messageId,
            header: toObjectSource(ctx, record).organizationName || cardTitle,
            body: truncate(message.text, limits.messageCharacters),
            messageType,
          },
        },
      })
    const notifies = await takeNotification(ctx, message)
    const added = await add(notifies ? 'TEXT_AND_NOTIFY' : 'TEXT')
    return toResult(added.result === 'rationed' && notifies ? await add('TEXT') : added)

    function toResult(sent: GoogleResult): AttemptResult {
      if (sent.result === 'ok' || sent.result === 'missing') return { result: 'succeeded' }
      return toAttemptResult(sent, job)
    }
  },

  record: async () => {},
}

interface Message {
  id: string
  serial_number: string
  text: string
  notified_at: string | null
}

async function findMessage({ db }: Context, id: string): Promise<Message | undefined> {
  return db
    .selectFrom('google_message')
    .select(['id', 'serial_number', 'text', 'notified_at'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Takes one of the notifications that a pass has left today for this message; false when none is left. */
async function takeNotification(ctx: Context, message: Message): Promise<boolean> {
  if (message.notified_at !== null) return true
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    await lockWalletPass(trx, ctx, message.serial_number)
    const since = new Date(now.getTime() - DAY_MS).toISOString()
    if ((await countNotifications(trx, message.serial_number, since)) >= MAX_NOTIFICATIONS) {
      return false
    }
    await trx
      .updateTable('google_message')
      .set({ notified_at: now.toISOString() })
      .where('id', '=', message.id)
      .execute()
    return true
  })
}

async function countNotifications(trx: Trx, serialNumber: string, since: string): Promise<number> {
  const { count } = await trx
    .selectFrom('google_message')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('serial_number', '=', serialNumber)
    .where('notified_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(count)
}

const Title = z
  .object({ cardTitle: z.object({ defaultValue: z.object({ value: z.string() }) }) })
  .transform(({ cardTitle }) => ({ cardTitle: cardTitle.defaultValue.value }))
  .catch({ cardTitle: 'Wallet' })

function readTitle(object: Record<string, unknown>) {
  return Title.parse(object)
}

/** The messages that Google has of a pass, oldest first, as it has them. */
function readMessages({ messages }: Record<string, unknown>): Record<string, unknown>[] {
  return (Array.isArray(messages) ? messages : []).filter(isObject)
}
