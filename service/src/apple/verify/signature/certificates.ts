import type { X509Certificate } from 'node:crypto'
import type { AppleCertificates } from '../../certificates/apple-certificates.ts'
import { type Chain, findChain, toCommonName } from '../../certificates/chain.ts'
import {
  DEVELOPMENT_PASS_TYPE_ID,
  DEVELOPMENT_ROOT_NAME,
} from '../../certificates/folder/development.ts'
import {
  type PassCertificateNames,
  readPassCertificate,
} from '../../certificates/pass-certificate.ts'
import { createFinding, type Finding, type FindingCode, findIf } from '../report/findings.ts'
import type { Signing } from './signature.ts'

type PassJson = Record<string, unknown>

/**
 * Verifies the certificate that signed a pass: its chain up to Apple's root, its dates when the pass was
 * signed, its purpose, and that it is for the pass type and the team of `pass.json`.
 */
export function verifyCertificates(
  { signer, others, time }: Signing,
  passJson: PassJson | undefined,
  apple: AppleCertificates,
  now: Date,
): Finding[] {
  if (signer === undefined) return []
  const names = readNames(signer)
  const chain = findSafeChain(signer, others, apple)
  if (names === undefined || chain === undefined) {
    return [found('certificate_purpose', 'The certificate of the signer cannot be read.')]
  }
  return [
    ...verifyChain(signer, chain, names),
    ...verifyDates([signer, ...chain.intermediates], time ?? now, now),
    ...verifyNames(names, passJson),
    ...verifyNfc(signer, passJson),
  ]
}

function found(code: FindingCode, message: string): Finding {
  return createFinding(code, 'signature', message)
}

/** Certificates of strangers may have anything in them that makes a parser throw. */
function readNames(signer: X509Certificate): PassCertificateNames | undefined {
  try {
    return readPassCertificate(signer)
  } catch {
    return undefined
  }
}

function findSafeChain(
  signer: X509Certificate,
  others: X509Certificate[],
  apple: AppleCertificates,
): Chain | undefined {
  try {
    return findChain(signer, [...others, apple.root], apple)
  } catch {
    return undefined
  }
}

function verifyChain(
  signer: X509Certificate,
  { intermediates, includesApple, topName }: Chain,
  { uid }: PassCertificateNames,
): Finding[] {
  // A pass certificate cannot issue others, though Apple issued it.
  if (includesApple && intermediates.every(({ ca }) => ca)) return []
  const isDevelopment = uid === DEVELOPMENT_PASS_TYPE_ID && topName === DEVELOPMENT_ROOT_NAME
  if (isDevelopment) {
    const message = 'The pass is signed by a development identity, which Wallet refuses.'
    return [found('development_signature', message)]
  }
  const issuer = toCommonName(signer.issuer)
  return intermediates.length === 0
    ? [
        found(
          'chain_incomplete',
          `"${issuer}", which issued the certificate, is not in the signature.`,
        ),
      ]
    : [found('chain_foreign_root', `The certificates lead to "${topName}", not to Apple Root CA.`)]
}

function verifyDates(certificates: readonly X509Certificate[], time: Date, now: Date): Finding[] {
  return certificates.flatMap((certificate) => {
    const { validFromDate: from, validToDate: to } = certificate
    const validity = `"${toCommonName(certificate.subject)}" is valid from ${toDay(from)} to ${toDay(to)}`
    if (time < from || time > to) {
      const message = `${validity}, and the pass was signed on ${toDay(time)}.`
      return [found('signed_outside_validity', message)]
    }
    const message = `${validity}: it has expired since it signed.`
    return findIf(now > to, 'certificate_expired', 'signature', message)
  })
}

function verifyNames(
  { signsPasses, marker, uid, team }: PassCertificateNames,
  passJson: PassJson | undefined,
): Finding[] {
  if (!signsPasses) {
    return [found('certificate_purpose', 'The certificate of the signer is none for passes.')]
  }
  if (marker === undefined || marker !== uid) {
    const message = `The certificate is for ${uid ?? 'no pass type'} by its subject and for ${marker ?? 'none'} by its extension.`
    return [found('certificate_marker', message)]
  }
  const { passTypeIdentifier, teamIdentifier } = passJson ?? {}
  return [
    ...findIf(
      typeof passTypeIdentifier === 'string' && passTypeIdentifier !== uid,
      'pass_type_differs',
      'passTypeIdentifier',
      `passTypeIdentifier is ${String(passTypeIdentifier)}, and the certificate is for ${uid}.`,
    ),
    ...findIf(
      typeof teamIdentifier === 'string' && teamIdentifier !== team,
      'team_differs',
      'teamIdentifier',
      `teamIdentifier is ${String(teamIdentifier)}, and the certificate belongs to ${team ?? 'no team'}.`,
    ),
  ]
}

/** Apple names such certificates "Pass Type ID with NFC". */
function verifyNfc(signer: X509Certificate, passJson: PassJson | undefined): Finding[] {
  const isDevelopment = signer.subject.includes(DEVELOPMENT_PASS_TYPE_ID)
  return findIf(
    passJson?.nfc !== undefined && !isDevelopment && !/with NFC/i.test(signer.subject),
    'nfc_certificate',
    'nfc',
    'The certificate is not one with NFC, so phones and readers ignore nfc.',
  )
}

function toDay(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? 'an unreadable date' : instant.toISOString().slice(0, 10)
}
