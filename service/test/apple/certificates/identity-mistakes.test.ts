import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IdentityError, type LoadOptions } from '../../../src/apple/certificates/load.ts'
import {
  type IdentityFiles,
  makeApple,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../../support/certificates.ts'
import { load, loadFiles } from '../../support/loaded-identity.ts'
import { privateKeyPem } from '../../support/signing-keys.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const apple = await makeApple()
const otherApple = await makeApple({ generation: 'G3', keys: { root: 'other', wwdr: 'third' } })
const sameName = await makeApple({ keys: { root: 'root', wwdr: 'other' } })

describe('the service does not start with', () => {
  const fault = async (change: Partial<IdentityFiles>) => ({ ...(await apple.issue()), ...change })
  const locked = (type?: 'pkcs1') => privateKeyPem('leaf', { type, passphrase: 'right' })
  const damaged = (kind: string) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`
  type Row = [string, () => Promise<Partial<IdentityFiles>>, RegExp, Partial<LoadOptions>?]
  const faults: Row[] = [
    [
      'no certificate',
      () => fault({ certificate: undefined }),
      /certificate\.pem is missing; put the PEM file there/,
    ],
    [
      'a certificate in DER',
      () => fault({ certificate: '0\u0082' }),
      /certificate\.pem holds no PEM certificate; .*openssl x509 -inform DER/,
    ],
    [
      'a damaged certificate',
      () => fault({ certificate: damaged('CERTIFICATE') }),
      /certificate\.pem is damaged; download/,
    ],
    ['no key', () => fault({ key: undefined }), /key\.pem is missing; put the PEM file there/],
    ['a key that is none', () => fault({ key: 'hello' }), /key\.pem holds no PEM private key/],
    ['a damaged key', () => fault({ key: damaged('PRIVATE KEY') }), /key\.pem is damaged; export/],
    [
      'the key of another certificate',
      async () => fault({ key: await privateKeyPem('other') }),
      /key\.pem does not belong to certificate\.pem; put the key there/,
    ],
    [
      'an encrypted key and no password',
      async () => fault({ key: await locked() }),
      /key\.pem is encrypted; set CERTIFICATE_PASSWORD/,
    ],
    [
      'an encrypted key and a wrong password',
      async () => fault({ key: await locked() }),
      /key\.pem is encrypted and CERTIFICATE_PASSWORD does not open it/,
      { password: 'wrong' },
    ],
    [
      'a traditional encrypted key and no password',
      async () => fault({ key: await locked('pkcs1') }),
      /key\.pem is encrypted; set CERTIFICATE_PASSWORD/,
    ],
    [
      'a traditional encrypted key and a wrong password',
      async () => fault({ key: await locked('pkcs1') }),
      /key\.pem is encrypted and CERTIFICATE_PASSWORD does not open it/,
      { password: 'wrong' },
    ],
    [
      'an elliptic key',
      () => apple.issue({ key: 'elliptic' }),
      /key\.pem is ec; Wallet wants RSA with at least 2048 bits/,
    ],
    [
      'a key that is too short',
      () => apple.issue({ key: 'short' }),
      /key\.pem is RSA with 1024 bits; Wallet wants RSA with at least 2048/,
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
      () => fault({ chain: `${sameName.wwdr}` }),
      /chain\.pem holds ".* G4", which did not sign certificate\.pem/,
      { apple: { ...apple.asApple, shipped: [] } },
    ],
    [
      'a WWDR whose signature alone tells that it is the wrong one',
      async () => ({
        ...(await apple.issue({ authorityKeyIdentifier: false })),
        chain: `${sameName.wwdr}`,
      }),
      /chain\.pem holds ".* G4", which did not sign certificate\.pem/,
      { apple: { ...apple.asApple, shipped: [] } },
    ],
    [
      'a wrong WWDR where the one that ships with us fits',
      () => fault({ chain: `${otherApple.wwdr}` }),
      /chain\.pem holds ".* G3", .*delete chain\.pem, the right one ships with us/,
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
    ['a chain that is no PEM', () => fault({ chain: 'hello' }), /chain\.pem holds no PEM cert/],
  ]

  test.each(faults)('%s', async (_, files, mistake, options) => {
    const { mistakes } = await mistakesOf(loadFiles(apple, await files(), options))
    expect(mistakes).toEqual([expect.stringMatching(mistake)])
    expect(mistakes[0]).toMatch(/\/pass\.com\.example\.test\/(certificate|key|chain)\.pem /)
    expect(mistakes[0]).not.toContain('\n')
  })

  test('a file that cannot be read', async () => {
    const directory = await temporaryFolder()
    const folder = await writeIdentity(directory, TEST_PASS_TYPE_ID, {
      ...(await apple.issue()),
      key: undefined,
    })
    await mkdir(join(folder, 'key.pem'))
    const { mistakes } = await mistakesOf(load(apple, directory))
    expect(mistakes).toEqual([expect.stringMatching(/key\.pem cannot be read \(EISDIR\)/)])
  })

  test('several mistakes, which are all told at once', async () => {
    const directory = await temporaryFolder()
    const encrypted = await privateKeyPem('leaf', { passphrase: 'x' })
    const wrong = { ...(await apple.issue({ team: null })), key: encrypted, chain: 'hello' }
    await writeIdentity(directory, 'pass.com.example.wrong', wrong)
    await mkdir(join(directory, 'pass.com.example.empty'))
    await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
    const { mistakes } = await mistakesOf(load(apple, directory))
    expect(mistakes.map((line) => line.slice(directory.length + 1).split(' ')[0]).sort()).toEqual([
      'pass.com.example.empty/certificate.pem',
      'pass.com.example.empty/key.pem',
      'pass.com.example.wrong/certificate.pem',
      'pass.com.example.wrong/certificate.pem',
      'pass.com.example.wrong/chain.pem',
      'pass.com.example.wrong/key.pem',
    ])
  })

  test('a certificates folder that is a file', async () => {
    const file = join(await temporaryFolder(), 'certificates')
    await writeFile(file, '')
    const { mistakes } = await mistakesOf(load(apple, file))
    expect(mistakes).toEqual([expect.stringMatching(/certificates cannot be read \(ENOTDIR\)/)])
  })
})

async function mistakesOf(loading: Promise<unknown>): Promise<IdentityError> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof IdentityError) return error
  throw new Error('It loaded, and should not have', { cause: error })
}
