import type { KeyObject, X509Certificate } from 'node:crypto'

/** Who signs a pass: a Pass Type ID certificate, its key and the way up to Apple's root. */
export interface Identity {
  /** The UID of the certificate's subject, equal to its marker extension. */
  passTypeIdentifier: string
  /** The OU of the certificate's subject. */
  teamIdentifier: string
  /** The O of the certificate's subject; the team where there is none. */
  organizationName: string
  certificate: X509Certificate
  key: KeyObject
  /** The intermediates that travel in the signature, the leaf's issuer first; never a root. */
  chain: X509Certificate[]
  notBefore: Date
  notAfter: Date
  /** True for the throwaway identity that we made ourselves; Wallet refuses its passes. */
  development: boolean
  /** The name at the top of its chain where that is not Apple's root. */
  foreignRoot: string | undefined
}

/** Whether the certificate and every intermediate above it are valid at that instant. */
export function isValidAt(identity: Identity, instant: Date): boolean {
  return [identity.certificate, ...identity.chain].every(
    (certificate) => certificate.validFromDate <= instant && instant <= certificate.validToDate,
  )
}
