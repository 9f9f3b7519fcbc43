import { type Identity, isValidAt } from '../identity/identity.ts'
import type { PassRecord } from '../pass/record.ts'

/** What the share page still offers of a pass: the way into Wallet, only its file, or nothing. */
type Offer = 'wallet' | 'file' | 'nothing'

/** How a pass stands when somebody looks at it, and what can be had of it then. */
export const shareStates = {
  valid: { offer: 'wallet' },
  /** Signed by nobody that an iPhone knows. */
  development: { offer: 'wallet' },
  expired: { offer: 'file' },
  voided: { offer: 'file' },
  /** Nobody can sign it now: its certificate has run out, or was taken away. */
  unsigned: { offer: 'nothing' },
} as const satisfies Record<string, { offer: Offer }>

export type ShareState = keyof typeof shareStates

/** How a pass stands; of several troubles the one that nobody can mend is told first. */
export function shareStateOf(
  { spec, voided }: Pick<PassRecord, 'spec' | 'voided'>,
  identity: Identity | undefined,
  now: Date,
): ShareState {
  if (voided) return 'voided'
  if (spec.expirationDate !== undefined && new Date(spec.expirationDate) < now) return 'expired'
  if (!identity || !isValidAt(identity, now)) return 'unsigned'
  return identity.development ? 'development' : 'valid'
}
