import type { X509Certificate } from 'node:crypto'
import type { AppleCertificates } from './apple-certificates.ts'

/** The chain from a certificate up to its root. */
export interface Chain {
  /** The leaf's issuer first, without the root. Empty when no candidate signed the leaf. */
  intermediates: X509Certificate[]
  /** The certificate that signed the leaf: the first intermediate, or the root itself. */
  issuer: X509Certificate | undefined
  /** The root, when it is among the candidates. */
  root: X509Certificate | undefined
  /** Whether an intermediate or the root is one of Apple's certificates. */
  includesApple: boolean
  /** The common name of the certificate at which the chain ends. */
  topName: string
}

/**
 * Builds the chain of a leaf from candidates in any order. An issuer must match in its name, its
 * key identifier and the signature.
 */
export function findChain(
  leaf: X509Certificate,
  candidates: X509Certificate[],
  apple: AppleCertificates,
): Chain {
  const intermediates: X509Certificate[] = []
  let last = leaf
  let root: X509Certificate | undefined
  for (;;) {
    const issuer = candidates.find((candidate) => candidate !== last && isIssuer(candidate, last))
    if (issuer === undefined || intermediates.includes(issuer)) break
    last = issuer
    if (isSelfSigned(issuer)) {
      root = issuer
      break
    }
    intermediates.push(issuer)
  }
  return {
    intermediates,
    issuer: intermediates[0] ?? root,
    root,
    includesApple: [...intermediates, last].some(({ fingerprint256 }) =>
      apple.namesByFingerprint.has(fingerprint256),
    ),
    topName: toCommonName(isSelfSigned(last) ? last.subject : last.issuer),
  }
}

/** Whether `issuer` signed the certificate, by names, key identifiers and signature. */
export function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** The common name in a subject or issuer as node:crypto writes it, with Apple's generation (G4) if any. */
export function toCommonName(distinguishedName: string): string {
  const lines = distinguishedName.split('\n')
  const getPart = (type: string) =>
    lines
      .find((line) => line.startsWith(`${type}=`))
      ?.slice(type.length + 1)
      .replaceAll(/\\(.)/g, '$1')
  const name = getPart('CN') ?? lines.join(', ')
  const unit = getPart('OU')
  return unit !== undefined && /^G\d+$/.test(unit) ? `${name} ${unit}` : name
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuer(certificate, certificate)
}
