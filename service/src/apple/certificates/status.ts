import { toCommonName } from './chain.ts'
import { countDaysLeft, type Identity, isValidAt, selectDefaultIdentity } from './identity.ts'
import { readPassCertificate } from './pass-certificate.ts'

/** A signing identity for operators and their programs. Instants are ISO 8601 in UTC. */
export interface IdentityStatus {
  passTypeIdentifier: string
  teamIdentifier: string
  organizationName: string
  /** The name of the certificate that issued it, with Apple's generation, such as G4. */
  issuer: string
  notBefore: string
  expiresAt: string
  /** Days until it expires, as `certificate.expiring` counts them; 0 or less once it has. */
  daysLeft: number
  /** Whether it and its chain can sign now. */
  valid: boolean
  /** Whether it signs passes of requests that name none. */
  default: boolean
  /** Whether it may sign passes with an `nfc` key. */
  nfc: boolean
  /** True for the identity that the service created itself; Wallet refuses its passes. */
  development: boolean
  /** The name at the top of its chain when that is not Apple's root, so that Wallet refuses it. */
  foreignRoot: string | null
}

/** The status of identities, in their order. */
export function toIdentityStatuses(
  identities: readonly Identity[],
  defaultPassTypeId: string | undefined,
  now: Date,
): IdentityStatus[] {
  return identities.map((identity) => ({
    passTypeIdentifier: identity.passTypeIdentifier,
    teamIdentifier: identity.teamIdentifier,
    organizationName: identity.organizationName,
    issuer: toCommonName(identity.certificate.issuer),
    notBefore: identity.notBefore.toISOString(),
    expiresAt: identity.notAfter.toISOString(),
    daysLeft: countDaysLeft(identity.notAfter, now) + 0,
    valid: isValidAt(identity, now),
    default: identity === selectDefaultIdentity(identities, defaultPassTypeId),
    nfc: readPassCertificate(identity.certificate).nfc,
    development: identity.development,
    foreignRoot: identity.foreignRoot ?? null,
  }))
}
