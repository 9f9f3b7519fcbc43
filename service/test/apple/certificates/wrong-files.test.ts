import { execFileSync } from 'node:child_process'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it, test } from 'vitest'
import { loadIdentities } from '../../../src/apple/certificates/folder/load.ts'
import { ConfigError } from '../../../src/config-error.ts'
import { loadIdentityFolder } from '../../support/certificates/load-identity.ts'
import { getPrivateKey } from '../../support/certificates/signing-keys.ts'
import {
  createTestApple,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'

const apple = await createTestApple()
const issued = await apple.issue()
const { certificate, key: keyPem } = issued
const { certificate: otherCertificate, key: otherKey } = await apple.issue({ key: 'other' })
const huge = Buffer.alloc(200_000, 0x30)
const key = await getPrivateKey('leaf')
const files: Record<string, Buffer> = {}

/** Makes the files that people have from Apple's portal, Keychain and openssl. */
beforeAll(async () => {
  const folder = await mkdtemp(join(inject('folder'), 'openssl-'))
  const path = (name: string) => join(folder, name)
  await writeFile(path('key'), keyPem)
  await writeFile(path('certificate'), certificate)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder })
  openssl('req', '-new', '-key', 'key', '-subj', '/CN=Ada', '-out', 'csr')
  openssl('req', '-in', 'csr', '-outform', 'DER', '-out', 'csr-der')
  const bundle = ['-export', '-inkey', 'key', '-in', 'certificate', '-passout', 'pass:x']
  openssl('pkcs12', ...bundle, '-out', 'p12')
  openssl('crl2pkcs7', '-nocrl', '-certfile', 'certificate', '-out', 'p7b')
  openssl('crl2pkcs7', '-nocrl', '-certfile', 'certificate', '-outform', 'DER', '-out', 'p7b-der')
  for (const name of ['csr', 'csr-der', 'p12', 'p7b', 'p7b-der']) {
    files[name] = await readFile(path(name))
  }
  const publicKey = createPublicKey(key)
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x' }
  Object.assign(files, {
    certificate: Buffer.from(certificate),
    key: Buffer.from(keyPem),
    cer: new X509Certificate(certificate).raw,
    'public key': Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })),
    'public key in DER': publicKey.export({ type: 'spki', format: 'der' }),
    'key in DER': key.export({ type: 'pkcs8', format: 'der' }),
    'old key in DER': key.export({ type: 'pkcs1', format: 'der' }),
    'encrypted key in DER': key.export({ type: 'pkcs8', format: 'der', ...encrypted }),
    'OpenSSH key': Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n'),
    'UTF-16': Buffer.from(`\ufeff${keyPem}`, 'utf16le'),
    'web page': Buffer.from('<!DOCTYPE html><title>Sign In</title>'),
    empty: Buffer.from('\n'),
  })
})

const request = 'is a certificate signing request \\(CSR\\); '
const publicKey = 'is a public key; '
const importIt = 'run "passwright certs import" with this path'
const inPlaceOfCertificate: [string, string][] = [
  ['p12', `is a .p12 file .*; ${importIt}`],
  ['csr', `${request}upload it at https://developer.apple.com/.* that Apple issues for it`],
  ['csr-der', `${request}upload it at`],
  ['public key', `${publicKey}put the certificate there`],
  ['public key in DER', `${publicKey}put the certificate there`],
  ['cer', `is a certificate in DER \\(.cer\\); ${importIt}`],
  ['p7b', `is a .p7b file .*; ${importIt}`],
  ['p7b-der', `is a .p7b file .*; ${importIt}`],
  ['key', 'is a private key; move it to key.pem, and put the certificate there'],
  ['key in DER', 'is a private key in DER; '],
  ['OpenSSH key', 'is a private key in the format of OpenSSH; put the certificate'],
  ['UTF-16', `is saved as UTF-16; ${importIt}`],
  ['web page', 'is a web page; download the file again'],
  ['empty', 'is empty; put the certificate there'],
]
const inPlaceOfKey: [string, string][] = [
  ['p12', `is a .p12 file .*; ${importIt}`],
  ['csr', `${request}put the private key there that was made with it`],
  ['csr-der', `${request}put the private key`],
  ['public key', `${publicKey}put the private key there that belongs to it`],
  ['public key in DER', `${publicKey}put the private key`],
  ['cer', 'is a certificate in DER .*; put the private key there'],
  ['certificate', 'is a certificate; move it to certificate.pem, and put its private key there'],
  ['p7b', 'is a .p7b file .*; put the private key there'],
  ['key in DER', `is a private key in DER; ${importIt}`],
  ['old key in DER', `is a private key in DER; ${importIt}`],
  ['encrypted key in DER', `is a private key in DER; ${importIt}`],
  ['OpenSSH key', 'is a private key in the format of OpenSSH; convert it with "ssh-keygen'],
  ['UTF-16', `is saved as UTF-16; ${importIt}`],
  ['empty', 'is empty; put the private key there'],
]
const inPlaceOfChain: [string, string][] = [
  ['cer', `is a certificate in DER .*; ${importIt}`],
  ['p12', `is a .p12 file .*; ${importIt}`],
  ['key', 'is a private key; move it to key.pem'],
  ['csr', `${request}put the intermediate there`],
]

describe.each([
  ['certificate.pem', inPlaceOfCertificate],
  ['key.pem', inPlaceOfKey],
  ['chain.pem', inPlaceOfChain],
] as const)('in the place of %s', (name, rows) => {
  it.each(rows)('%s is told what it is and what to do with it', async (kind, message) => {
    const directory = await createTemporaryFolder()
    const folder = await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
    await writeFile(join(folder, name), files[kind] ?? '')
    const error = await loadIdentityFolder(apple, directory).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).messages).toEqual([
      expect.stringMatching(new RegExp(`^${join(folder, name)} ${message}`)),
    ])
  })
})

test('a .p12 in the folder of a Pass Type ID is told the command that imports it', async () => {
  const directory = await createTemporaryFolder()
  const folder = join(directory, TEST_PASS_TYPE_ID)
  await mkdir(folder)
  await writeFile(join(folder, 'my card.p12'), files.p12 ?? '')
  const error = await loadIdentityFolder(apple, directory).catch((reason: unknown) => reason)
  expect((error as ConfigError).messages).toContain(
    `${folder}/certificate.pem is missing; import what lies in its folder: passwright certs import '${folder}/my card.p12'`,
  )
})

describe('a certificate or key that no identity uses', () => {
  const load = async (put: Record<string, Buffer | string | undefined>) => {
    const directory = await createTemporaryFolder()
    await writeIdentity(directory, TEST_PASS_TYPE_ID, issued)
    for (const [name, content] of Object.entries(put)) {
      await mkdir(join(directory, name, '..'), { recursive: true })
      await writeFile(join(directory, name), content ?? '')
    }
    const { warnings } = await loadIdentityFolder(apple, directory)
    return warnings.map((warning) => warning.replaceAll(`${directory}/`, ''))
  }

  it('is named in one warning with the command that imports them all', async () => {
    const warnings = await load({
      'club/pass.pem': otherCertificate,
      'my card.p12': files.p12,
      'no-ending': otherKey,
      'pass.cer': new X509Certificate(otherCertificate).raw,
    })
    expect(warnings).toEqual([
      expect.stringMatching(
        /has 4 files with certificates or keys that no identity uses\. Import them, then delete them there: passwright certs import club\/pass\.pem 'my card\.p12' no-ending pass\.cer$/,
      ),
    ])
  })

  it('is told what it is when it cannot be imported', async () => {
    expect(
      await load({ 'my.certSigningRequest': files.csr, 'other.pem': 'hello', 'big.p12': huge }),
    ).toEqual([
      'big.p12 is not used: it is too large for a certificate or key',
      expect.stringMatching(
        /^my\.certSigningRequest is not used: it is a certificate signing request \(CSR\); upload it at/,
      ),
      expect.stringMatching(/^other\.pem is not used: it holds no certificate and no key; import/),
    ])
  })

  it('is quiet once it has been imported', async () => {
    expect(
      await load({
        'certificate.pem': certificate,
        'pass.cer': files.cer,
        'key.pem': keyPem,
        'AppleWWDRCAG4.cer': apple.wwdr.raw,
      }),
    ).toEqual([])
  })

  it('is none of the other files there, and no identity is', async () => {
    expect(
      await load({ secret: 'a'.repeat(64), 'README.txt': 'hello', '.hidden.pem': otherKey }),
    ).toEqual([])
    const empty = await loadIdentities({ directory: '/nowhere', now: new Date() })
    expect(empty.warnings).toEqual([])
  })

  it('is one of at most 20 that the command names', async () => {
    const many = Array.from({ length: 25 }, (_, index) => [`${index}.pem`, otherKey])
    const [warning = ''] = await load(Object.fromEntries(many))
    expect(warning).toMatch(/has 25 files .*, and 5 more$/)
    expect(warning.match(/\d+\.pem/g)).toHaveLength(20)
  })
})
