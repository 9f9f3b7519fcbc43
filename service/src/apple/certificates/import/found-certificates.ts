import type { X509Certificate } from 'node:crypto'
import type { Content } from '../file-contents/contents.ts'
import { type PassCertificateNames, readPassCertificate } from '../pass-certificate.ts'

/** A Pass Type ID certificate and the file that it is in. */
export interface FoundCertificate {
  path: string
  certificate: X509Certificate
  names: PassCertificateNames
}

/** All certificates in the files, in their order. */
export function listCertificates(
  files: readonly { contents: readonly Content[] }[],
): X509Certificate[] {
  return files.flatMap(({ contents }) =>
    contents.flatMap((content) => (content.kind === 'certificate' ? [content.certificate] : [])),
  )
}

/** The names of a Pass Type ID certificate; undefined when the certificate cannot be read. */
export function readNames(certificate: X509Certificate): PassCertificateNames | undefined {
  try {
    return readPassCertificate(certificate)
  } catch {
    return undefined
  }
}

/** Whether two certificates are the same. */
export function isSame(a: X509Certificate, b: X509Certificate): boolean {
  return a.fingerprint256 === b.fingerprint256
}
