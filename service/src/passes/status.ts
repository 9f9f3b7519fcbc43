import { type Identity, isValidAt } from '../apple/certificates/identity.ts'
import type { PassRecord } from './pass.ts'

/**
 * How a pass stands: as it should, signed by nobody that an iPhone knows, over, or with nobody left
 * to sign it.
 */
export type PassStatus = 'valid' | 'development' | 'expired' | 'voided' | 'deleted' | 'unsigned'

/** How a pass stands at an instant; of several troubles the one that nobody can mend is told first. */
export function getPassStatus(
  { spec, voided, deletedAt }: Pick<PassRecord, 'spec' | 'voided' | 'deletedAt'>,
  identity: Identity | undefined,
  now: Date,
): PassStatus {
  if (deletedAt !== null) return 'deleted'
  if (voided) return 'voided'
  if (spec.expirationDate !== undefined && new Date(spec.expirationDate) < now) return 'expired'
  if (!identity || !isValidAt(identity, now)) return 'unsigned'
  return identity.development ? 'development' : 'valid'
}
