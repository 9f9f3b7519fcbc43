import { isDeepStrictEqual } from 'node:util'
import { hasContent, type PassContent } from '../content/resolve.ts'
import { getNextUpdatedAt, type PassRecord } from '../store/pass.ts'

/**
 * Applies content to a record; `unchanged` when it is the same already. Where only what it was made from
 * differs, the record is as recent as before. Pure.
 */
export function applyUpdate(
  record: PassRecord,
  content: PassContent,
  now: Date,
): PassRecord | 'unchanged' {
  if (!hasContent(record, content, now)) {
    return { ...record, ...content, updatedAt: getNextUpdatedAt(record, now) }
  }
  return isDeepStrictEqual(record.template, content.template)
    ? 'unchanged'
    : { ...record, template: content.template }
}
