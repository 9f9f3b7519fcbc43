import { invalidRequest, Problem } from '@passwright/shared'
import { type Identity, isValidAt } from './identity.ts'

/** The identity that signs where a request names none: the operator's choice, else the oldest real one. */
export function selectDefaultIdentity(
  identities: readonly Identity[],
  preferred: string | undefined,
): Identity {
  const [first] = identities
  const identity = identities.find((one) => one.passTypeIdentifier === preferred) ?? first
  if (!identity) throw new Error('There is no signing identity, not even the development one')
  return identity
}

/** The identity that a request names by its Pass Type ID. */
export function selectIdentity(
  identities: readonly Identity[],
  passTypeIdentifier: string,
): Identity {
  const identity = identities.find((one) => one.passTypeIdentifier === passTypeIdentifier)
  if (identity) return identity
  throw invalidRequest([
    {
      path: 'passTypeIdentifier',
      message: 'is not set up on this server; leave it out to use the default one',
    },
  ])
}

/** The identity that a stored pass was made with; the operator may have taken it away since. */
export function getIdentity(identities: readonly Identity[], passTypeIdentifier: string): Identity {
  const identity = identities.find((one) => one.passTypeIdentifier === passTypeIdentifier)
  if (identity) return identity
  throw new Problem(
    'certificate_expired',
    `The signing certificate of ${passTypeIdentifier} is not on this server any more; its operator must put it back`,
  )
}

/** Throws `certificate_expired` when Wallet would refuse what this identity signs now. */
export function assertIdentityValid(identity: Identity, now: Date): void {
  if (isValidAt(identity, now)) return
  throw new Problem(
    'certificate_expired',
    `The signing certificate of ${identity.passTypeIdentifier} is not valid at this time; the operator of this server must renew it`,
  )
}
