import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEVELOPMENT_PASS_TYPE_ID } from '../../../src/apple/certificates/folder/development.ts'

/** Reads the root certificate of the development identity in a CERTIFICATES_DIR, the last of its chain. */
export async function readDevelopmentRoot(certificatesDir: string): Promise<X509Certificate> {
  const chain = await readFile(join(certificatesDir, DEVELOPMENT_PASS_TYPE_ID, 'chain.pem'), 'utf8')
  const last = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.at(-1)
  return new X509Certificate(last ?? '')
}
