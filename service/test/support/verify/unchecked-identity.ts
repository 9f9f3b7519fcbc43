import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

/** The certificates in a PEM text, whatever they are for. */
export function parseCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

/** A private key in PEM, whatever it belongs to. */
export function parseKey(pem: string): KeyObject {
  return createPrivateKey(pem)
}
