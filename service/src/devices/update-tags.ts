import { sql } from 'kysely'
import type { Trx } from '../db/database.ts'

/**
 * Takes the next update tag of a pass type. Its row stays locked until the transaction ends, so tags
 * become visible in their order, and no device that has seen one misses an earlier one. The time is in
 * them, so that they also grow after an older backup was restored.
 */
export async function takeUpdateTag(
  trx: Trx,
  passTypeIdentifier: string,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ value: number | string }>`
    insert into update_tag (pass_type_identifier, value)
    values (${passTypeIdentifier}, ${now.getTime()})
    on conflict (pass_type_identifier) do update set value =
      case when update_tag.value >= excluded.value then update_tag.value + 1 else excluded.value end
    returning value`.execute(trx)
  return Number(rows[0]?.value)
}

/** Parses the tag that a device sends back; 0, before all, for anything that is none. */
export function parseUpdateTag(text = ''): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
