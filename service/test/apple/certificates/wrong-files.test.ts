import { execFileSync } from 'node:child_process'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it, test } from 'vitest'
import { loadIdentities } from '../../../src/apple/certificates/load.ts'
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
const { certificate, key: keyPem } = await apple.issue()
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
const inPlaceOfCertificate: [string, string][] = [
  ['p12', 'is a .p12 file .*"openssl pkcs12 -legacy -in certificate.p12 -clcerts -nokeys -out '],
  ['csr', `${request}upload it at https://developer.apple.com/.* that Apple issues for it`],
  ['csr-der', `${request}upload it at`],
  ['public key', `${publicKey}put the certificate there`],
  ['public key in DER', `${publicKey}put the certificate there`],
  ['cer', 'is a certificate in DER \\(.cer\\); rename it .*"openssl x509 -inform DER -in cert'],
  ['p7b', 'is a .p7b file .*"openssl pkcs7 -in certificate.p7b -print_certs -out certificate.pem"'],
  ['p7b-der', 'is a .p7b file .*"openssl pkcs7'],
  ['key', 'is a private key; move it to key.pem, and put the certificate there'],
  ['key in DER', 'is a private key in DER; '],
  ['OpenSSH key', 'is a private key in the format of OpenSSH; put the certificate'],
  ['UTF-16', 'is saved as UTF-16; save it as UTF-8'],
  ['web page', 'is a web page; download the file again'],
  ['empty', 'is empty; put the certificate there'],
]
const inPlaceOfKey: [string, string][] = [
  ['p12', 'is a .p12 file .*"openssl pkcs12 -legacy -in key.p12 -nocerts -nodes -out key.pem"'],
  ['csr', `${request}put the private key there that was made with it`],
  ['csr-der', `${request}put the private key`],
  ['public key', `${publicKey}put the private key there that belongs to it`],
  ['public key in DER', `${publicKey}put the private key`],
  ['cer', 'is a certificate in DER .*; put the private key there'],
  ['certificate', 'is a certificate; move it to certificate.pem, and put its private key there'],
  ['p7b', 'is a .p7b file .*; put the private key there'],
  ['key in DER', 'is a private key in DER; .*"openssl pkey -inform DER -in key.der -out key.pem"'],
  ['old key in DER', 'is a private key in DER; rename it to key.der'],
  ['encrypted key in DER', 'is a private key in DER; rename it to key.der'],
  ['OpenSSH key', 'is a private key in the format of OpenSSH; convert it with "ssh-keygen'],
  ['UTF-16', 'is saved as UTF-16; save it as UTF-8'],
  ['empty', 'is empty; put the private key there'],
]
const inPlaceOfChain: [string, string][] = [
  ['cer', 'is a certificate in DER .*"openssl x509 -inform DER -in chain.cer -out chain.pem"'],
  [
    'p12',
    'is a .p12 file .*"openssl pkcs12 -legacy -in chain.p12 -cacerts -nokeys -out chain.pem"',
  ],
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

test('the commands that the messages name make files that work', async () => {
  const directory = await createTemporaryFolder()
  const folder = await writeIdentity(directory, TEST_PASS_TYPE_ID, {
    chain: (await apple.issue()).chain,
  })
  const commands: [string, string, string][] = [
    ['cer', 'certificate.cer', 'x509 -inform DER -in certificate.cer -out certificate.pem'],
    ['key in DER', 'key.der', 'pkey -inform DER -in key.der -out key.pem'],
    [
      'p12',
      'certificate.p12',
      'pkcs12 -in certificate.p12 -clcerts -nokeys -out certificate.pem -passin pass:x',
    ],
    ['p12', 'key.p12', 'pkcs12 -in key.p12 -nocerts -nodes -out key.pem -passin pass:x'],
    ['p7b', 'certificate.p7b', 'pkcs7 -in certificate.p7b -print_certs -out certificate.pem'],
  ]
  for (const [kind, name, command] of commands) {
    await writeFile(join(folder, name), files[kind] ?? '')
    execFileSync('openssl', command.split(' '), { cwd: folder })
    await rm(join(folder, name))
  }
  const { identities, warnings } = await loadIdentityFolder(apple, directory)
  expect(identities[0]?.passTypeIdentifier).toBe(TEST_PASS_TYPE_ID)
  expect(warnings).toEqual([])
})

describe('a certificate or key that no identity uses', () => {
  const load = async (put: Record<string, Buffer | string | undefined>) => {
    const directory = await createTemporaryFolder()
    await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
    for (const [name, content] of Object.entries(put)) {
      await mkdir(join(directory, name, '..'), { recursive: true })
      await writeFile(join(directory, name), content ?? '')
    }
    const { warnings } = await loadIdentityFolder(apple, directory)
    return warnings.map((warning) => warning.replaceAll(`${directory}/`, ''))
  }
  const why = 'is not used, because it is not in the folder of a Pass Type ID;'

  it('is named in a warning that says where it belongs', async () => {
    const warnings = await load({
      'certificate.pem': certificate,
      'pass.cer': files.cer,
      'key.pem': keyPem,
      'AppleWWDRCAG4.pem': `${apple.wwdr}`,
      'no-ending': keyPem,
      'bundle.p12': files.p12,
      'my.certSigningRequest': files.csr,
      'other.pem': 'hello',
      'club/pass.pem': certificate,
    })
    expect(warnings.sort()).toEqual(
      [
        `AppleWWDRCAG4.pem ${why} if it signed your certificate, move it to <Pass Type ID>/chain.pem`,
        `bundle.p12 ${why} it is a .p12 file (PKCS#12), which holds a certificate with its key; rename it to certificate.p12 and run "openssl pkcs12 -legacy -in certificate.p12 -clcerts -nokeys -out certificate.pem", in <Pass Type ID>`,
        `certificate.pem ${why} move it to ${TEST_PASS_TYPE_ID}/certificate.pem`,
        `club/pass.pem ${why} move it to ${TEST_PASS_TYPE_ID}/certificate.pem`,
        `key.pem ${why} move it to <Pass Type ID>/key.pem`,
        `my.certSigningRequest ${why} it is a certificate signing request (CSR); upload it at https://developer.apple.com/account/resources/certificates and put the certificate there that Apple issues for it, in <Pass Type ID>`,
        `no-ending ${why} move it to <Pass Type ID>/key.pem`,
        `other.pem ${why} move it to certificate.pem, key.pem or chain.pem in <Pass Type ID>`,
        `pass.cer ${why} it is a certificate in DER (.cer); rename it to certificate.cer and run "openssl x509 -inform DER -in certificate.cer -out certificate.pem", in <Pass Type ID>`,
      ].sort(),
    )
  })

  it('is none of the other files there, and no identity is', async () => {
    expect(
      await load({ secret: 'a'.repeat(64), 'README.txt': 'hello', '.hidden.pem': keyPem }),
    ).toEqual([])
    const empty = await loadIdentities({ directory: '/nowhere', now: new Date() })
    expect(empty.warnings).toEqual([])
  })

  it('is one of at most 20 that are named', async () => {
    const many = Array.from({ length: 25 }, (_, index) => [`${index}.pem`, keyPem])
    const warnings = await load(Object.fromEntries(many))
    expect(warnings).toHaveLength(21)
    expect(warnings.at(-1)).toMatch(/^5 more certificates or keys in .* are not used$/)
  })
})
