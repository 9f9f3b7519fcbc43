import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LoadIdentitiesOptions } from '../../../src/apple/certificates/folder/load.ts'
import { ConfigError } from '../../../src/config-error.ts'
import { loadIdentityFiles, loadIdentityFolder } from '../../support/certificates/load-identity.ts'
import { getPrivateKeyPem } from '../../support/certificates/signing-keys.ts'
import {
  createTestApple,
  type IdentityFiles,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'

const apple = await createTestApple()
const otherApple = await createTestApple({
  generation: 'G3',
  keys: { root: 'other', wwdr: 'third' },
})
const sameName = await createTestApple({ keys: { root: 'root', wwdr: 'other' } })

describe('the service does not start with', () => {
  const filesWith = async (change: Partial<IdentityFiles>) => ({
    ...(await apple.issue()),
    ...change,
  })
  const encryptedKey = (type?: 'pkcs1') => getPrivateKeyPem('leaf', { type, passphrase: 'right' })
  const damaged = (kind: string) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`
  type Row = [
    string,
    () => Promise<Partial<IdentityFiles>>,
    RegExp,
    Partial<LoadIdentitiesOptions>?,
  ]
  const invalidFiles: Row[] = [
    [
      'no certificate',
      () => filesWith({ certificate: undefined }),
      /certificate\.pem is missing; put the PEM file there/,
    ],
    [
      'a damaged certificate',
      () => filesWith({ certificate: damaged('CERTIFICATE') }),
      /certificate\.pem is damaged; download/,
    ],
    [
      'a certificate file without a certificate',
      () => filesWith({ certificate: 'hello' }),
      /certificate\.pem holds no PEM certificate; it begins with/,
    ],
    ['no key', () => filesWith({ key: undefined }), /key\.pem is missing; put the PEM file there/],
    [
      'a key file without a key',
      () => filesWith({ key: 'hello' }),
      /key\.pem holds no PEM private key/,
    ],
    [
      'a damaged key',
      () => filesWith({ key: damaged('PRIVATE KEY') }),
      /key\.pem is damaged; export/,
    ],
    [
      'the key of another certificate',
      async () => filesWith({ key: await getPrivateKeyPem('other') }),
      /key\.pem does not belong to certificate\.pem; put the key there/,
    ],
    [
      'an encrypted key and no password',
      async () => filesWith({ key: await encryptedKey() }),
      /key\.pem is encrypted; set CERTIFICATE_PASSWORD/,
    ],
    [
      'an encrypted key and a wrong password',
      async () => filesWith({ key: await encryptedKey() }),
      /key\.pem is encrypted and CERTIFICATE_PASSWORD does not open it/,
      { password: 'wrong' },
    ],
    [
      'a traditional encrypted key and no password',
      async () => filesWith({ key: await encryptedKey('pkcs1') }),
      /key\.pem is encrypted; set CERTIFICATE_PASSWORD/,
    ],
    [
      'a traditional encrypted key and a wrong password',
      async () => filesWith({ key: await encryptedKey('pkcs1') }),
      /key\.pem is encrypted and CERTIFICATE_PASSWORD does not open it/,
      { password: 'wrong' },
    ],
    [
      'an elliptic key',
      () => apple.issue({ key: 'elliptic' }),
      /key\.pem is ec; Wallet needs RSA with at least 2048 bits/,
    ],
    [
      'a key that is too short',
      () => apple.issue({ key: 'short' }),
      /key\.pem is RSA with 1024 bits; Wallet needs RSA with at least 2048/,
    ],
    [
      'a certificate not made for passes',
      () => apple.issue({ signsPasses: false }),
      /certificate\.pem is not a Pass Type ID certificate; create one/,
    ],
    [
      'a certificate without the marker',
      () => apple.issue({ marker: null }),
      /certificate\.pem is not a Pass Type ID certificate; create one/,
    ],
    [
      'a marker that names something else',
      () => apple.issue({ marker: 'Le Rendez Vous' }),
      /names pass\.com\.example\.test as its subject and Le Rendez Vous as its pass type/,
    ],
    [
      'a certificate without a UID',
      () => apple.issue({ uid: null }),
      /names no pass type as its subject/,
    ],
    [
      'a certificate without a team',
      () => apple.issue({ team: null }),
      /certificate\.pem names no team \(OU\)/,
    ],
    [
      'a folder of another name',
      () => apple.issue({ passTypeIdentifier: 'pass.com.example.else' }),
      /is for pass\.com\.example\.else; rename its folder from pass\.com\.example\.test to/,
    ],
    [
      'a WWDR that did not sign it',
      async () => ({ ...(await otherApple.issue()), chain: `${apple.wwdr}` }),
      /chain\.pem holds ".* G4", which did not sign certificate\.pem; put ".* G3" there/,
    ],
    [
      'a WWDR of the right name with another key',
      () => filesWith({ chain: `${sameName.wwdr}` }),
      /chain\.pem holds ".* G4", which did not sign certificate\.pem/,
      { apple: { ...apple.appleCertificates, bundled: [] } },
    ],
    [
      'a wrong WWDR that only the signature gives away',
      async () => ({
        ...(await apple.issue({ authorityKeyIdentifier: false })),
        chain: `${sameName.wwdr}`,
      }),
      /chain\.pem holds ".* G4", which did not sign certificate\.pem/,
      { apple: { ...apple.appleCertificates, bundled: [] } },
    ],
    [
      'a wrong WWDR where the bundled one is right',
      () => filesWith({ chain: `${otherApple.wwdr}` }),
      /chain\.pem holds ".* G3", .*delete chain\.pem, the right one is bundled/,
    ],
    [
      'no WWDR at all',
      async () => ({ ...(await otherApple.issue()), chain: undefined }),
      /chain\.pem is missing.*put ".* G3" there/,
    ],
    [
      'a root in place of the WWDR',
      async () => ({ ...(await otherApple.issue()), chain: `${otherApple.root}` }),
      /chain\.pem holds "Test Root CA", which did not sign certificate\.pem/,
    ],
    [
      'a chain file that is not PEM',
      () => filesWith({ chain: 'hello' }),
      /chain\.pem holds no PEM cert/,
    ],
  ]

  test.each(invalidFiles)('%s', async (_, files, pattern, options) => {
    const { messages } = await findConfigError(loadIdentityFiles(apple, await files(), options))
    expect(messages).toEqual([expect.stringMatching(pattern)])
    expect(messages[0]).toMatch(/\/pass\.com\.example\.test\/(certificate|key|chain)\.pem /)
    expect(messages[0]).not.toContain('\n')
  })

  test('a file that cannot be read', async () => {
    const directory = await createTemporaryFolder()
    const folder = await writeIdentity(directory, TEST_PASS_TYPE_ID, {
      ...(await apple.issue()),
      key: undefined,
    })
    await mkdir(join(folder, 'key.pem'))
    const { messages } = await findConfigError(loadIdentityFolder(apple, directory))
    expect(messages).toEqual([expect.stringMatching(/key\.pem cannot be read \(EISDIR\)/)])
  })

  test('several errors, and reports them all at once', async () => {
    const directory = await createTemporaryFolder()
    const encrypted = await getPrivateKeyPem('leaf', { passphrase: 'x' })
    const invalid = { ...(await apple.issue({ team: null })), key: encrypted, chain: 'hello' }
    await writeIdentity(directory, 'pass.com.example.wrong', invalid)
    await mkdir(join(directory, 'pass.com.example.empty'))
    await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
    const { messages } = await findConfigError(loadIdentityFolder(apple, directory))
    expect(messages.map((line) => line.slice(directory.length + 1).split(' ')[0]).sort()).toEqual([
      'pass.com.example.empty/certificate.pem',
      'pass.com.example.empty/key.pem',
      'pass.com.example.wrong/certificate.pem',
      'pass.com.example.wrong/certificate.pem',
      'pass.com.example.wrong/chain.pem',
      'pass.com.example.wrong/key.pem',
    ])
  })

  test('a certificates folder that is a file', async () => {
    const file = join(await createTemporaryFolder(), 'certificates')
    await writeFile(file, '')
    const { messages } = await findConfigError(loadIdentityFolder(apple, file))
    expect(messages).toEqual([expect.stringMatching(/certificates cannot be read \(ENOTDIR\)/)])
  })
})

async function findConfigError(loading: Promise<unknown>): Promise<ConfigError> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ConfigError) return error
  throw new Error('Expected a ConfigError', { cause: error })
}
