import type { Context } from '../context.ts'
import { normalizeAddress, toMailbox } from '../email/address.ts'
import { KeyEmailPayload } from './deliver.ts'

/** Few enough rows for one statement. */
const BATCH_SIZE = 500

/**
 * Forgets that a mailbox requested an API key, and deletes the jobs that send it one; returns the ids of
 * its keys, which still work.
 */
export async function forgetSignup({ db }: Context, email: string): Promise<string[]> {
  const rows = await db
    .deleteFrom('signup')
    .where('address', 'in', [toMailbox(email), normalizeAddress(email)])
    .returning('key_id')
    .execute()
  const mailbox = toMailbox(email)
  for (let after = ''; ; ) {
    const jobs = await db
      .selectFrom('job')
      .select(['id', 'payload'])
      .where('kind', '=', 'key')
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH_SIZE)
      .execute()
    const last = jobs.at(-1)
    if (!last) return rows.map(({ key_id }) => key_id)
    const ids = jobs.flatMap(({ id, payload }) => {
      const { address } = KeyEmailPayload.parse(JSON.parse(payload))
      return toMailbox(address) === mailbox ? [id] : []
    })
    if (ids.length > 0) await db.deleteFrom('job').where('id', 'in', ids).execute()
    after = last.id
  }
}
