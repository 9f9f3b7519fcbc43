import type { X509Certificate } from 'node:crypto'
import type { AppleCertificates } from './apple-certificates.ts'

/** The way from a certificate up to its root. */
export interface Chain {
  /** The leaf's issuer first; without the root. Empty where nobody at hand signed the leaf. */
  intermediates: X509Certificate[]
  /** Whether one of them, or the root above them, is a certificate of Apple's. */
  apple: boolean
  /** The name of the certificate in which the way ends, for people. */
  top: string
}

/**
 * Climbs from the leaf to whoever really signed it: the issuer's name, the authority key
 * identifier and the signature all have to agree; the order of the candidates decides nothing.
 */
export function findChain(
  leaf: X509Certificate,
  candidates: X509Certificate[],
  apple: AppleCertificates,
): Chain {
  const intermediates: X509Certificate[] = []
  let top = leaf
  for (;;) {
    const issuer = candidates.find((candidate) => candidate !== top && isIssuer(candidate, top))
    if (issuer === undefined || intermediates.includes(issuer)) break
    top = issuer
    if (isSelfSigned(issuer)) break
    intermediates.push(issuer)
  }
  return {
    intermediates,
    apple: [...intermediates, top].some(({ fingerprint256 }) => apple.names.has(fingerprint256)),
    top: toCommonName(isSelfSigned(top) ? top.subject : top.issuer),
  }
}

/** Whether the first certificate signed the second, by names, key identifiers and signature. */
export function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** A subject or issuer as node:crypto writes it → its common name, with the generation if any. */
export function toCommonName(distinguishedName: string): string {
  const lines = distinguishedName.split('\n')
  const part = (type: string) =>
    lines
      .find((line) => line.startsWith(`${type}=`))
      ?.slice(type.length + 1)
      .replaceAll(/\\(.)/g, '$1')
  const name = part('CN') ?? lines.join(', ')
  const unit = part('OU')
  return unit !== undefined && /^G\d+$/.test(unit) ? `${name} ${unit}` : name
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuer(certificate, certificate)
}
