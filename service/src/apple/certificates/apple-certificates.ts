import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Apple's certificates, or those that a test issues in their place. */
export interface AppleCertificates {
  /** The root of all passes. */
  root: X509Certificate
  /** Intermediates bundled with the service, so that operators need not download them. */
  bundled: X509Certificate[]
  /** Names of Apple's certificates by SHA-256 fingerprint (upper-case hex with colons). */
  namesByFingerprint: ReadonlyMap<string, string>
}

// Fingerprints of the DER, from https://www.apple.com/certificateauthority/. Only G4 issues Pass
// Type ID certificates today; the others are here so that errors can name them.
const fingerprints: [name: string, sha256: string][] = [
  ['Apple Root CA', 'B0B1730ECBC7FF4505142C49F1295E6EDA6BCAED7E2C68C5BE91B5A11001F024'],
  ['WWDR G4', 'EA4757885538DD8CB59FF4556F676087D83C85E70902C122E42C0808B5BCE14C'],
  ['WWDR G3', 'DCF21878C77F4198E4B4614F03D696D89C66C66008D4244E1B99161AAC91601F'],
  ['WWDR G5', '53FD008278E5A595FE1E908AE9C5E5675F26243264A5A6438C023E3CE2870760'],
  ['WWDR of 2013', 'CE057691D730F89CA25E916F7335F4C8A15713DCD273A658C024023F8EB809C2'],
]

/** Apple's pinned certificates, with its root and WWDR G4 bundled. */
export const appleCertificates: AppleCertificates = {
  root: readCertificate('AppleIncRootCertificate.pem'),
  bundled: [readCertificate('AppleWWDRCAG4.pem')],
  namesByFingerprint: new Map(
    fingerprints.map(([name, sha256]) => [(sha256.match(/../g) ?? []).join(':'), name]),
  ),
}

function readCertificate(file: string): X509Certificate {
  return new X509Certificate(readFileSync(new URL(file, import.meta.url)))
}
