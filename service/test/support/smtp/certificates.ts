import { randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import 'reflect-metadata'
import {
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Certificate, CertificateAuthority } from '../http/origin-server.ts'

/** Options of a certificate; by default it is valid for this machine's names. */
export interface MailCertificateOptions {
  /** Host names and IP addresses. */
  names?: string[]
  /** Signs it; a certificate without an authority is self-signed. */
  authority?: CertificateAuthority
  expired?: boolean
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000

/** Creates a certificate for a mail server, with its key. */
export async function createMailCertificate({
  names = ['localhost', '127.0.0.1'],
  authority,
  expired = false,
}: MailCertificateOptions = {}): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const subject = `CN=${names[0]}`
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `4${randomBytes(8).toString('hex').slice(1)}`,
    subject,
    issuer: authority?.name ?? subject,
    notBefore: new Date(Date.now() - 3 * day),
    notAfter: new Date(Date.now() + (expired ? -day : day)),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authority?.keys.privateKey ?? keys.privateKey,
    extensions: [
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
      ),
    ],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    cert: certificate.toString('pem'),
    key: PemConverter.encode(key, 'PRIVATE KEY'),
  }
}
