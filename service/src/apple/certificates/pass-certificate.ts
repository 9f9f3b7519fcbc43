import type { X509Certificate } from 'node:crypto'
import { toCommonName } from './chain.ts'
import { X509Certificate as ParsedCertificate } from './x509.ts'

/**
 * The object identifiers in a Pass Type ID certificate that Wallet checks.
 * Source: Apple's Security framework, SecPolicyCreatePassbookCardSigner.
 */
export const passCertificateOids = {
  uid: '0.9.2342.19200300.100.1.1',
  extendedKeyUsage: '2.5.29.37',
  passSigning: '1.2.840.113635.100.4.14',
  passTypeMarker: '1.2.840.113635.100.6.1.16',
  apnsProduction: '1.2.840.113635.100.6.3.2',
  intermediateMarker: '1.2.840.113635.100.6.2.1',
  policy: '1.2.840.113635.100.5.1',
} as const

/** The names in a Pass Type ID certificate; undefined where the certificate lacks one. */
export interface PassCertificateNames {
  uid: string | undefined
  marker: string | undefined
  team: string | undefined
  organization: string | undefined
  signsPasses: boolean
  /** Whether it may sign passes with an `nfc` key, which Apple grants on request. */
  nfc: boolean
}

/** Reads those names from any certificate. */
export function readPassCertificate(certificate: X509Certificate): PassCertificateNames {
  const parsed = new ParsedCertificate(certificate.raw)
  const subject = parsed.subjectName
  const marker = parsed.getExtension(passCertificateOids.passTypeMarker)
  return {
    uid: subject.getField(passCertificateOids.uid)[0],
    marker: marker === null ? undefined : readString(marker.value),
    team: subject.getField('OU')[0],
    organization: subject.getField('O')[0],
    signsPasses: certificate.keyUsage?.includes(passCertificateOids.passSigning) ?? false,
    nfc: toCommonName(certificate.subject).startsWith('Pass Type ID with NFC'),
  }
}

// The marker is a DER string of less than 128 bytes: a tag, a length, the text.
function readString(der: ArrayBuffer): string | undefined {
  const bytes = Buffer.from(der)
  const length = bytes[1]
  if (length === undefined || length !== bytes.length - 2) return undefined
  return bytes.toString('utf8', 2)
}
