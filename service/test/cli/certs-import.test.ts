import { randomBytes } from 'node:crypto'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { loadIdentities } from '../../src/apple/certificates/folder/load.ts'
import {
  type CertificateForms,
  createCertificateForms,
  FORM_PASSWORD,
  UMLAUT_PASSWORD,
} from '../support/certificates/certificate-forms.ts'
import { getPrivateKeyPem } from '../support/certificates/signing-keys.ts'
import { createTestApple, fromNow, TEST_PASS_TYPE_ID } from '../support/certificates/test-apple.ts'
import { type CommandResult, tryCommand } from '../support/environment/service-process.ts'

const day = 24 * 60 * 60 * 1000
const apple = await createTestApple()
const otherApple = await createTestApple({
  generation: 'G3',
  keys: { root: 'other', wwdr: 'third' },
})
const sameName = await createTestApple({ keys: { root: 'root', wwdr: 'other' } })
const oldWwdr = await createTestApple({ wwdrNotAfter: fromNow(-day) })
const issued = await apple.issue()
let forms: CertificateForms
let folders = 0

beforeAll(() => {
  forms = createCertificateForms(issued)
})

type Files = Record<string, Buffer | string | undefined>

/** A folder with these files, and the settings to import them. */
async function prepare(files: Files) {
  folders += 1
  const folder = join(inject('folder'), `import ${folders}`)
  await mkdir(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) throw new Error(`There is no form for ${name}`)
    await writeFile(join(folder, name), content)
  }
  return { folder, env: { DATA_DIR: join(folder, 'data') } }
}

async function importFiles(
  files: Files,
  { args = [], env = {}, names = Object.keys(files) }: ImportOptions = {},
) {
  const prepared = await prepare(files)
  const paths = names.map((name) => join(prepared.folder, name))
  const words = args.map((word) => word.replace('FOLDER', prepared.folder))
  const result = await tryCommand(
    { ...prepared.env, ...env },
    'certs',
    'import',
    ...paths,
    ...words,
  )
  const directory = join(prepared.folder, 'data', 'certificates')
  return { ...result, directory, folder: prepared.folder }
}

interface ImportOptions {
  args?: string[]
  env?: Record<string, string>
  /** The files to name on the command line, if not all. */
  names?: string[]
}

const password = { env: { CERTIFICATE_PASSWORD: FORM_PASSWORD } }

describe('certs import takes', () => {
  const p12 = (form: string) => () => ({ 'My Card.p12': forms[form] })
  const pem = (form: string) => () => ({ 'card.pem': forms[form] })
  const withKey = (form: string) => () => ({
    'pass.cer': forms.cer,
    'key.pem': forms[form],
    'chain.pem': forms.chain,
  })
  const rows: [name: string, files: () => Files, options?: ImportOptions][] = [
    ['a .cer in DER with its key and chain in PEM', withKey('key')],
    ['PEM with the certificate, the key and the chain', pem('pem')],
    ['PEM with the key first and the certificate last', pem('key first')],
    ['PEM in two files', () => ({ a: forms.certificate, b: `${forms.key}${forms.chain}` })],
    ['PEM with CRLF', pem('crlf')],
    ['PEM with the line ends of old Macs', pem('cr')],
    ['PEM with a byte-order mark', pem('bom')],
    ['PEM in UTF-16', pem('utf-16')],
    ['PEM with text before each block', pem('with text')],
    ['PEM with \\n spelled out', pem('literal \\n')],
    ['PEM on one line, in quotes', pem('one line')],
    ['PEM that is indented', pem('indented')],
    ['a .p12 with AES', p12('p12 aes'), password],
    ['a .p12 as Keychain writes it, with RC2-40', p12('p12 rc2-40'), password],
    ['a .p12 with 3DES', p12('p12 3des'), password],
    ['a .p12 with 3DES of two keys', p12('p12 2-key 3des'), password],
    ['a .p12 with RC2-128', p12('p12 rc2-128'), password],
    ['a .p12 with SHA-512', p12('p12 sha512'), password],
    ['a .p12 with an empty password', p12('p12 empty password')],
    ['a .p12 with an empty password where another is set', p12('p12 empty password'), password],
    ['a .p12 without encryption', p12('p12 no password')],
    ['a .p12 without a MAC', p12('p12 no mac'), password],
    [
      'a .p12 with AES and a password with umlauts',
      p12('p12 umlaut'),
      { env: { CERTIFICATE_PASSWORD: UMLAUT_PASSWORD } },
    ],
    [
      'a .p12 with RC2-40 and a password with umlauts',
      p12('p12 rc2-40 umlaut'),
      { env: { CERTIFICATE_PASSWORD: UMLAUT_PASSWORD } },
    ],
    [
      'a .p12 without a chain, and the chain besides',
      () => ({
        'a.p12': forms['p12 without chain'],
        'WWDR.cer': apple.wwdr.raw,
        'root.cer': apple.root.raw,
      }),
      password,
    ],
    ['a .p12 in Base64', () => ({ 'p12.txt': forms['p12 base64'] }), password],
    ['a .p12 with indefinite lengths', p12('p12 indefinite'), password],
    ['a .p12 that is named .pem', pem('p12 aes'), password],
    ['a .p7b in PEM with the key', () => ({ 'a.p7b': forms.p7b, k: forms.key })],
    ['a .p7b in DER with the key', () => ({ 'a.p7b': forms['p7b der'], k: forms.key })],
    [
      'a trusted certificate of OpenSSL',
      () => ({ a: forms.trusted, b: `${forms.key}${forms.chain}` }),
    ],
    ['a key in PKCS#8 and DER', withKey('key pkcs8 der')],
    ['a key in PKCS#1', withKey('key pkcs1')],
    ['a key in PKCS#1 and DER', withKey('key pkcs1 der')],
    ['a key in PKCS#1, encrypted with AES', withKey('key pkcs1 aes'), password],
    ['a key in PKCS#1, encrypted with 3DES', withKey('key pkcs1 3des'), password],
    ['a key in PKCS#8, encrypted with AES', withKey('key pkcs8 aes'), password],
    ['a key in PKCS#8 and DER, encrypted', withKey('key pkcs8 aes der'), password],
    ['a key in PKCS#8, encrypted with scrypt', withKey('key pkcs8 scrypt'), password],
    ['a key in PKCS#8, encrypted with 3DES', withKey('key pkcs8 3des'), password],
    ['a key in PKCS#8, encrypted with RC2-40', withKey('key pkcs8 rc2-40'), password],
    ['a key in PKCS#8, encrypted with MD5 and DES', withKey('key pkcs8 md5-des'), password],
    [
      'a key that lies next to the certificate',
      withKey('key'),
      { names: ['pass.cer', 'chain.pem'] },
    ],
    [
      'a key in a .p12 next to the certificate, with the password',
      () => ({ 'pass.cer': forms.cer, 'chain.pem': forms.chain, 'key.p12': forms['p12 aes'] }),
      { names: ['pass.cer', 'chain.pem'], ...password },
    ],
    [
      'a password from a file with CRLF',
      () => ({ 'a.p12': forms['p12 aes'], secret: `${FORM_PASSWORD}\r\n` }),
      { names: ['a.p12'], args: ['--password-file', 'FOLDER/secret'] },
    ],
    [
      'a certificate among files that are not needed',
      () => ({ 'all.pem': forms.pem, 'my.csr': forms.csr, 'public.pem': forms['public key'] }),
    ],
    ['the same file twice', () => ({ 'card.pem': forms.pem }), { names: ['card.pem', 'card.pem'] }],
  ]

  it.concurrent.each(rows)('%s', async (_, files, options) => {
    const { exitCode, stdout, stderr, directory } = await importFiles(files(), options)
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(loudWarning)])
    expect(stdout).toMatch(/^Imported pass\.com\.example\.test\n/)
    const folder = join(directory, TEST_PASS_TYPE_ID)
    expect((await readdir(folder)).sort()).toEqual(['certificate.pem', 'chain.pem', 'key.pem'])
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    }
    const { identities } = await loadIdentities({ directory, now: new Date() })
    expect(identities.map(({ passTypeIdentifier }) => passTypeIdentifier)).toEqual([
      TEST_PASS_TYPE_ID,
    ])
  })
})

const loudWarning =
  /WARNING: pass\.com\.example\.test: its chain ends at "Test Root CA", which is not Apple Root CA\. Wallet REFUSES its passes/

describe('certs import refuses', () => {
  const single = (content: Buffer | string | (() => Buffer | undefined)) => () => ({
    'card.pem': typeof content === 'function' ? content() : content,
  })
  const whole = async (options: Parameters<typeof apple.issue>[0], authority = apple) => {
    const { certificate, key, chain } = await authority.issue(options)
    return { 'card.pem': certificate + key + chain }
  }
  const half = async (options: Parameters<typeof apple.issue>[0] = {}) => {
    const { certificate, key } = await apple.issue(options)
    return certificate + key
  }
  const portal = 'https://developer\\.apple\\.com/account/resources/certificates'
  const rows: [
    name: string,
    files: () => Files | Promise<Files>,
    message: string,
    options?: ImportOptions,
  ][] = [
    [
      'a signing request',
      single(() => forms.csr),
      `is a certificate signing request \\(CSR\\); upload it at ${portal} and import`,
    ],
    ['a public key', single(() => forms['public key']), 'is a public key; import the certificate'],
    ['an empty file', single(''), 'is empty; copy or download it again'],
    [
      'random bytes',
      single(randomBytes(5_000)),
      'holds no certificate and no key; import the .cer',
    ],
    ['a text', single('hello'), 'holds no certificate and no key'],
    [
      'a web page',
      single('<!DOCTYPE html><title>Sign In</title>'),
      `is a web page; download the file again at ${portal}`,
    ],
    ['a ZIP archive', single(Buffer.from('PK\x03\x04rest')), 'is a ZIP archive; unpack it'],
    [
      'a Java keystore',
      single(Buffer.from('feedfeed00000002', 'hex')),
      'is a keystore of Java \\(JKS\\); export it',
    ],
    [
      'a keychain',
      single(Buffer.from('kych\0\0')),
      'is a keychain of macOS; open it in Keychain Access',
    ],
    [
      'an OpenSSH key',
      single('-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n'),
      'is a private key in the format of OpenSSH; convert',
    ],
    [
      'a PEM file that is cut off',
      single(() => forms.certificate?.subarray(0, 400)),
      'is cut off: a line "-----END',
    ],
    [
      'a damaged certificate',
      single('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      'is damaged; export or download it again',
    ],
    [
      'a damaged key',
      single('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
      'is damaged; export or download it again',
    ],
    [
      'a .p12 that is cut off',
      single(() => forms['p12 aes']?.subarray(0, 900)),
      'holds no certificate and no key|is damaged',
      password,
    ],
    [
      'a .p12 with RC4',
      single(() => forms['p12 rc4']),
      'is encrypted with RC4, which is not supported any more',
      password,
    ],
    [
      'an old key encrypted with DES',
      single(() => forms['key pkcs1 des']),
      'is encrypted with DES, which is not',
      password,
    ],
    ['a file of 2 MB', single(Buffer.alloc(2_000_000, 0x30)), 'is larger than 1 MB'],
    [
      'a .p12 with a wrong password',
      single(() => forms['p12 rc2-40']),
      'is encrypted, and the password given does not open it',
      { env: { CERTIFICATE_PASSWORD: 'wrong' } },
    ],
    [
      'a .p12 without its password where nobody can be asked',
      single(() => forms['p12 aes']),
      'is encrypted; give its password with --password-file FILE or in CERTIFICATE_PASSWORD',
    ],
    [
      'an encrypted key with a wrong password',
      () => ({ 'pass.cer': forms.cer, 'key.pem': forms['key pkcs8 aes'] }),
      'key\\.pem is encrypted, and the password given',
      { env: { CERTIFICATE_PASSWORD: 'wrong' } },
    ],
    [
      'a certificate without a key',
      () => ({ 'pass.cer': forms.cer, 'chain.pem': forms.chain }),
      'came without its private key.*"My Certificates", export.*passwright certs request --pass-type-id pass\\.com\\.example\\.test',
    ],
    [
      'a certificate whose key may be in an encrypted file next to it',
      () => ({ 'pass.cer': forms.cer, 'chain.pem': forms.chain, 'key.p12': forms['p12 aes'] }),
      "key\\.p12 may hold it, but is encrypted.*passwright certs import '.*pass\\.cer' '.*key\\.p12'",
      { names: ['pass.cer', 'chain.pem'] },
    ],
    [
      'the key of another certificate',
      async () => ({
        'pass.cer': forms.cer,
        'chain.pem': forms.chain,
        'key.pem': await getPrivateKeyPem('other'),
      }),
      'has another private key than the one in .*key\\.pem',
    ],
    [
      'a key alone',
      single(() => forms.key),
      'holds a private key without a certificate; name the .cer',
    ],
    [
      'a key alone that has its certificate next to it',
      () => ({ 'key.pem': forms.key, 'pass.cer': forms.cer }),
      "name the certificate too: passwright certs import '.*pass\\.cer' '.*key\\.pem'",
      { names: ['key.pem'] },
    ],
    [
      'the key of an app for push',
      async () => ({ 'AuthKey_ABC.p8': await getPrivateKeyPem('elliptic') }),
      'holds a private key without a certificate',
    ],
    [
      'a WWDR alone',
      single(() => apple.wwdr.raw),
      'is "Test Worldwide Developer Relations Certification Authority G4", which issues certificates.*name the .cer',
    ],
    [
      'an expired certificate',
      () => whole({ notAfter: fromNow(-day) }),
      'expired on \\d{4}-\\d\\d-\\d\\d, .*passwright certs request',
    ],
    [
      'a certificate with an elliptic key',
      () => whole({ key: 'elliptic' }),
      'has a key that is ec; Wallet needs RSA',
    ],
    [
      'a certificate with a key of 1024 bits',
      () => whole({ key: 'short' }),
      'has a key that is RSA with 1024 bits; Wallet needs',
    ],
    [
      'a development certificate',
      () =>
        whole({
          commonName: 'Apple Development: Ada Example (ABC)',
          signsPasses: false,
          marker: null,
        }),
      'is a development certificate, which signs apps .*choose "Pass Type ID Certificate"',
    ],
    [
      'a distribution certificate',
      () =>
        whole({
          commonName: 'Apple Distribution: Example (ABC)',
          signsPasses: false,
          marker: null,
        }),
      'is a distribution certificate, which signs apps',
    ],
    [
      'an old distribution certificate',
      () => whole({ commonName: 'iPhone Distribution: Example', signsPasses: false, marker: null }),
      'is a distribution certificate, which signs apps',
    ],
    [
      'a push certificate',
      () =>
        whole({ commonName: 'Apple Push Services: com.example', signsPasses: false, marker: null }),
      'is a push certificate of an app',
    ],
    [
      'a merchant certificate',
      () =>
        whole({
          commonName: 'Merchant ID: merchant.com.example',
          signsPasses: false,
          marker: null,
        }),
      'is an Apple Pay certificate',
    ],
    [
      'a certificate of a web server',
      () => whole({ commonName: 'example.com', signsPasses: false, marker: null }),
      'is "example\\.com", not a Pass Type ID certificate',
    ],
    [
      'a certificate that only has the name',
      () => whole({ signsPasses: false, marker: null }),
      'lacks what Apple puts into a Pass Type ID certificate',
    ],
    [
      'a certificate with two names',
      () => whole({ marker: 'pass.com.example.else' }),
      'names pass\\.com\\.example\\.test as its subject and pass\\.com\\.example\\.else as its pass type',
    ],
    ['a certificate without a team', () => whole({ team: null }), 'names no team \\(OU\\)'],
    [
      'a certificate that names a path',
      () => whole({ passTypeIdentifier: 'pass.x/../../../evil' }),
      'names "pass\\.x/\\.\\./\\.\\./\\.\\./evil", which is not a Pass Type ID',
    ],
    [
      'a certificate that signed itself',
      () => whole({ issuedBy: 'itself' }),
      'is signed by itself and not by Apple',
    ],
    [
      'a chain that cannot be completed',
      async () => ({ 'a.pem': await half() }),
      'was issued by "Test Worldwide .* G4", which is neither among the files nor .*certificateauthority',
    ],
    [
      'a chain that lies next to the file and is not named',
      async () => ({ 'a.pem': await half(), 'chain.pem': forms.chain }),
      'was issued by "Test Worldwide .* G4", which is neither among the files nor',
      { names: ['a.pem'] },
    ],
    [
      'a chain without its root',
      async () => ({ 'a.pem': (await half()) + apple.wwdr }),
      'was issued by "Test Root CA", which is neither',
    ],
    [
      'a WWDR of another generation',
      async () => ({ 'a.pem': (await half()) + otherApple.wwdr }),
      '"Test Worldwide .* G3" did not sign it; download it',
    ],
    [
      'a WWDR of the same name with another key',
      async () => ({ 'a.pem': (await half()) + sameName.wwdr }),
      'the one given has that name, but another key',
    ],
    [
      'an expired WWDR',
      () => whole({}, oldWwdr),
      'was issued by "Test Worldwide .* G4", which expired on',
    ],
  ]

  it.concurrent.each(rows)('%s', async (_, files, message, options) => {
    const result = await importFiles(await files(), options)
    expectRefusal(result, message)
    expect(await readdir(result.directory).catch(() => [])).toEqual([])
  })

  it('a folder, and names the files in it', async () => {
    const { folder, env } = await prepare({ "Ada's pass.cer": forms.cer, 'notes.txt': 'hello' })
    const result = await tryCommand(env, 'certs', 'import', folder)
    expectRefusal(
      result,
      `is a folder; name the files in it: passwright certs import '.*Ada'\\\\''s pass\\.cer'`,
    )
  })

  it('a file that is missing, with all the others that are', async () => {
    const result = await tryCommand(
      { DATA_DIR: inject('folder') },
      'certs',
      'import',
      '/nowhere/a',
      'b.cer',
    )
    expect(result.stderr).toBe(
      'Nothing was imported:\n- /nowhere/a is not there; check the path\n- b.cer is not there; check the path\n',
    )
    expect(result.exitCode).toBe(1)
  })

  it('a device that never ends', async () => {
    const result = await tryCommand({ DATA_DIR: inject('folder') }, 'certs', 'import', '/dev/zero')
    expectRefusal(result, '/dev/zero is larger than 1 MB')
  })

  it('a password on the command line', async () => {
    const result = await tryCommand({}, 'certs', 'import', 'a.p12', '--password', 'x')
    expect([result.exitCode, result.stdout]).toEqual([1, ''])
    expect(result.stderr).toMatch(/^Other users of this machine can see a password/)
  })

  it('a password file that is missing', async () => {
    const args = ['certs', 'import', 'a.p12', '--password-file', '/nowhere']
    const { exitCode, stderr } = await tryCommand({}, ...args)
    expect([exitCode, stderr]).toEqual([
      1,
      'The password file /nowhere cannot be read (ENOENT); check the path.\n',
    ])
  })

  it('no file at all', async () => {
    const { exitCode, stderr } = await tryCommand({}, 'certs', 'import')
    expect([exitCode, stderr]).toEqual([1, 'passwright certs import takes: FILE...\n'])
  })
})

/** A sentence of its own, without a stack trace. */
function expectRefusal({ exitCode, stdout, stderr }: CommandResult, message: string): void {
  expect([exitCode, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(new RegExp(`^Nothing was imported:\\n- .*(?:${message})`))
  expect(stderr).not.toMatch(/^\s+at /m)
}
