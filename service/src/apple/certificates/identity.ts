import type { KeyObject, X509Certificate } from 'node:crypto'
import { type Issue, Problem, toInvalidRequest } from '@passwright/shared'

/** A signing identity: a Pass Type ID certificate, its key and its chain up to Apple's root. */
export interface Identity {
  /** The UID of the certificate's subject, equal to its marker extension. */
  passTypeIdentifier: string
  /** The OU of the certificate's subject. */
  teamIdentifier: string
  /** The O of the certificate's subject; the team identifier when there is none. */
  organizationName: string
  certificate: X509Certificate
  key: KeyObject
  /** The intermediates to include in a signature, the leaf's issuer first, without the root. */
  chain: X509Certificate[]
  notBefore: Date
  notAfter: Date
  /** True for the identity that the service created itself; Wallet refuses its passes. */
  development: boolean
  /** The name at the top of its chain when that is not Apple's root. */
  foreignRoot: string | undefined
}

/** When an identity can sign no more: its certificate, or the first of its intermediates, expires. */
export function getExpiry({ certificate, chain }: Identity): Date {
  const dates = [certificate, ...chain].map(({ validToDate }) => validToDate.getTime())
  return new Date(Math.min(...dates))
}

const DAY_MS = 24 * 60 * 60 * 1000

/** How many days are left until an instant; a day that has begun counts, 0 or less means expired. */
export function countDaysLeft(expiresAt: Date, now: Date): number {
  return Math.ceil((expiresAt.getTime() - now.getTime()) / DAY_MS)
}

/** Whether the certificate and all its intermediates are valid at an instant. */
export function isValidAt(identity: Identity, instant: Date): boolean {
  return [identity.certificate, ...identity.chain].every(
    (certificate) => certificate.validFromDate <= instant && instant <= certificate.validToDate,
  )
}

/** The identity for requests that name none: the configured default, else the first in the list. */
export function selectDefaultIdentity(
  identities: readonly Identity[],
  defaultPassTypeId: string | undefined,
): Identity {
  const [first] = identities
  const identity = identities.find((one) => one.passTypeIdentifier === defaultPassTypeId) ?? first
  if (!identity) throw new Error('There is no signing identity, not even the development one')
  return identity
}

/** The identity with the Pass Type ID that a request names; throws `invalid_request` if unknown. */
export function selectIdentity(
  identities: readonly Identity[],
  passTypeIdentifier: string,
): Identity {
  const identity = identities.find((one) => one.passTypeIdentifier === passTypeIdentifier)
  if (identity) return identity
  throw toInvalidRequest(findIdentityIssues(identities, { passTypeIdentifier }))
}

/** Finds a Pass Type ID in a request body that no identity has. */
export function findIdentityIssues(
  identities: readonly Identity[],
  { passTypeIdentifier }: Record<string, unknown>,
): Issue[] {
  const isKnown = identities.some((one) => one.passTypeIdentifier === passTypeIdentifier)
  if (typeof passTypeIdentifier !== 'string' || isKnown) return []
  const message = 'is not set up on this server; leave it out to use the default one'
  return [{ path: 'passTypeIdentifier', message }]
}

/** The identity of a stored pass; throws when the operator has removed it since. */
export function getIdentity(identities: readonly Identity[], passTypeIdentifier: string): Identity {
  const identity = identities.find((one) => one.passTypeIdentifier === passTypeIdentifier)
  if (identity) return identity
  throw new Problem(
    'certificate_expired',
    `The signing certificate of ${passTypeIdentifier} is not on this server any more; its operator must put it back`,
  )
}

/** Throws `certificate_expired` when a certificate of the identity is not valid at this time. */
export function assertIdentityValid(identity: Identity, now: Date): void {
  if (isValidAt(identity, now)) return
  throw new Problem(
    'certificate_expired',
    `The signing certificate of ${identity.passTypeIdentifier} is not valid at this time; the operator of this server must renew it`,
  )
}
