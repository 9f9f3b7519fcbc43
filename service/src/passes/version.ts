import { Problem } from '@passwright/shared'
import type { PassRecord } from './pass.ts'

/** The entity tag of what a pass says now (RFC 9110, 8.8.3); another one after each change. */
export function toETag({ updatedAt }: Pick<PassRecord, 'updatedAt'>): string {
  return `"${Date.parse(updatedAt).toString(36)}"`
}

/** Throws `precondition_failed` when `If-Match` names another state, or any where there is none (RFC 9110, 13.1.1). */
export function assertMatch(record: PassRecord | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  if (record && (ifMatch.trim() === '*' || tags.includes(toETag(record)))) return
  throw new Problem(
    'precondition_failed',
    'The pass was changed meanwhile; get it again, look at the change, and repeat yours',
  )
}

/** Throws `pass_deleted` for a pass that nothing can change any more. */
export function assertNotDeleted({ deletedAt }: Pick<PassRecord, 'deletedAt'>): void {
  if (deletedAt === null) return
  throw new Problem('pass_deleted', 'The pass was deleted; make a new one')
}

/** The instant of a change: now, and always after the one before, also when the clock went back. */
export function nextUpdatedAt({ updatedAt }: Pick<PassRecord, 'updatedAt'>, now: Date): string {
  return new Date(Math.max(now.getTime(), Date.parse(updatedAt) + 1)).toISOString()
}
