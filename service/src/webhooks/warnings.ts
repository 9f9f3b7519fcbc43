import type { Db } from '../db/database.ts'
import { disableReasons } from './disable.ts'
import { findDisabled } from './repository.ts'

/** How many are named. */
const NAMED = 5

/** What operators should know of the endpoints: which we disabled because they do nothing but fail. */
export async function findWebhookWarnings(db: Db): Promise<string[]> {
  const ids = await findDisabled(db, disableReasons.failing)
  if (ids.length === 0) return []
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
  const named = `${ids.slice(0, NAMED).join(', ')}${more}`
  return [
    `webhooks: disabled after five days of failures, until their owners enable them: ${named}`,
  ]
}
