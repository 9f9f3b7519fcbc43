// A copy of shared/src/portable/pass-name.ts, made by "npm run sync": change it there.

import type { Pass } from './api/passes'
import { isEmpty } from './forms/blanks'

/** What a list needs to know of a pass to name it. */
export type NamedPass = Pick<
  Pass,
  'title' | 'subtitle' | 'externalId' | 'barcodeValue' | 'createdAt' | 'voided'
> & { email?: { to?: string | undefined } | undefined }

/**
 * Names a pass in a list to choose from: "Riverside Climbing Club · Ada Example · member-1042". Passes
 * without an own ID have the recipient of their email instead, else their barcode and their day.
 */
export function toPassName(pass: NamedPass): string {
  const { title, subtitle, externalId, barcodeValue, createdAt, voided, email } = pass
  const [id] = [[externalId], [email?.to], [barcodeValue, createdAt.slice(0, 10)]].filter(
    (parts) => !isEmpty(parts),
  )
  const parts = [title, subtitle, ...(id ?? [])].filter((part) => !isEmpty(part))
  return parts.join(' \u00b7 ') + (voided ? ' (voided)' : '')
}
