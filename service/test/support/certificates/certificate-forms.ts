import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BerValue, readBer } from '../../../src/apple/certificates/file-contents/ber.ts'
import type { IdentityFiles } from './test-apple.ts'

/** The password of all forms that have one, but for those that say otherwise. */
export const FORM_PASSWORD = 'correct horse'
export const UMLAUT_PASSWORD = 'Schlüssel zu 5 €'

/** An identity in all the forms in which people have it, by name. */
export type CertificateForms = Record<string, Buffer>

/** Makes the forms of an identity with openssl, as Apple's portal, Keychain and others do. */
export function createCertificateForms(files: IdentityFiles): CertificateForms {
  const folder = mkdtempSync(join(tmpdir(), 'passwright-forms-'))
  try {
    return createForms(folder, files)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function createForms(folder: string, { certificate, key, chain }: IdentityFiles): CertificateForms {
  for (const [name, text] of Object.entries({ certificate, key, chain })) {
    writeFileSync(join(folder, name), text)
  }
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const p12 = (...options: string[]) =>
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'key',
      '-in',
      'certificate',
      '-certfile',
      'chain',
      ...options,
    )
  const password = ['-passout', `pass:${FORM_PASSWORD}`]
  const legacy = (scheme: string) => ['-legacy', '-keypbe', scheme, '-certpbe', scheme, ...password]
  const pkcs8 = (...options: string[]) =>
    openssl('pkcs8', '-topk8', '-in', 'key', ...options, ...password)
  const providers = ['-provider', 'legacy', '-provider', 'default']
  const traditional = (...options: string[]) =>
    openssl('rsa', '-in', 'key', '-traditional', ...options)

  const aes = p12(...password)
  writeFileSync(join(folder, 'p12'), aes)
  const pem = certificate + key + chain
  const cer = new X509Certificate(certificate).raw
  return {
    cer,
    certificate: Buffer.from(certificate),
    key: Buffer.from(key),
    chain: Buffer.from(chain),
    pem: Buffer.from(pem),
    'key first': Buffer.from(key + chain + certificate),
    crlf: Buffer.from(pem.replaceAll('\n', '\r\n')),
    cr: Buffer.from(pem.replaceAll('\n', '\r')),
    bom: Buffer.from(`\ufeff${pem}`),
    'utf-16': Buffer.from(`\ufeff${pem}`, 'utf16le'),
    'with text': openssl('pkcs12', '-in', 'p12', '-nodes', '-passin', `pass:${FORM_PASSWORD}`),
    'literal \\n': Buffer.from(pem.replaceAll('\n', '\\n')),
    'one line': Buffer.from(`"${pem.replaceAll('\n', ' ')}"`),
    indented: Buffer.from(pem.replaceAll(/^/gm, '    ')),
    'p12 aes': aes,
    'p12 rc2-40': p12('-legacy', ...password),
    'p12 3des': p12(...legacy('PBE-SHA1-3DES')),
    'p12 rc2-128': p12(...legacy('PBE-SHA1-RC2-128')),
    'p12 2-key 3des': p12(...legacy('PBE-SHA1-2DES')),
    'p12 rc4': p12(...legacy('PBE-SHA1-RC4-128')),
    'p12 sha512': p12('-macalg', 'sha512', ...password),
    'p12 empty password': p12('-legacy', '-passout', 'pass:'),
    'p12 no password': p12('-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac', '-passout', 'pass:'),
    'p12 no mac': p12('-nomac', ...password),
    'p12 umlaut': p12('-passout', `pass:${UMLAUT_PASSWORD}`),
    'p12 rc2-40 umlaut': p12('-legacy', '-passout', `pass:${UMLAUT_PASSWORD}`),
    'p12 without chain': openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'key',
      '-in',
      'certificate',
      ...password,
    ),
    'p12 base64': Buffer.from(aes.toString('base64').replaceAll(/(.{64})/g, '$1\n')),
    'p12 indefinite': toIndefiniteLengths(readBer(aes)),
    p7b: openssl('crl2pkcs7', '-nocrl', '-certfile', 'certificate', '-certfile', 'chain'),
    'p7b der': openssl(
      'crl2pkcs7',
      '-nocrl',
      '-certfile',
      'certificate',
      '-certfile',
      'chain',
      '-outform',
      'DER',
    ),
    trusted: openssl('x509', '-in', 'certificate', '-trustout', '-addtrust', 'clientAuth'),
    'key pkcs8 der': openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'key', '-outform', 'DER'),
    'key pkcs1': traditional(),
    'key pkcs1 der': traditional('-outform', 'DER'),
    'key pkcs1 aes': traditional('-aes128', ...password),
    'key pkcs1 3des': traditional('-des3', ...password),
    'key pkcs1 des': traditional(...providers, '-des', ...password),
    'key pkcs8 aes': pkcs8('-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512'),
    'key pkcs8 aes der': pkcs8('-outform', 'DER'),
    'key pkcs8 scrypt': pkcs8('-scrypt'),
    'key pkcs8 3des': pkcs8('-v1', 'PBE-SHA1-3DES'),
    'key pkcs8 rc2-40': pkcs8(...providers, '-v1', 'PBE-SHA1-RC2-40'),
    'key pkcs8 md5-des': pkcs8(...providers, '-v1', 'PBE-MD5-DES'),
    csr: openssl('req', '-new', '-key', 'key', '-subj', '/CN=Ada'),
    'public key': Buffer.from(
      createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' }),
    ),
  }
}

/**
 * Encodes a .p12 as NSS and old versions of Java do: with indefinite lengths outside of what is
 * authenticated, and its OCTET STRING in pieces.
 */
function toIndefiniteLengths(file: BerValue): Buffer {
  const [version, content, mac] = file.items
  const [type, wrapped] = content?.items ?? []
  const octets = wrapped?.items[0]?.content ?? Buffer.alloc(0)
  const half = Math.floor(octets.length / 2)
  const pieces = [octets.subarray(0, half), octets.subarray(half)].map((piece) =>
    Buffer.concat([Buffer.from([0x04, 0x82, piece.length >> 8, piece.length & 0xff]), piece]),
  )
  const wrap = (tag: number, ...parts: (Buffer | undefined)[]) =>
    Buffer.concat([
      Buffer.from([tag, 0x80]),
      ...parts.map((part) => part ?? Buffer.alloc(0)),
      Buffer.from([0, 0]),
    ])
  const data = wrap(0x30, type?.raw, wrap(0xa0, wrap(0x24, ...pieces)))
  return wrap(0x30, version?.raw, data, mac?.raw)
}
