import { spawn } from 'node:child_process'
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { watch } from 'node:fs'
import { chown, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  type ImportOptions,
  importCertificates,
} from '../../../src/apple/certificates/import/import.ts'
import { createRequest, listRequests } from '../../../src/apple/certificates/import/request.ts'
import { planIdentityWrite } from '../../../src/apple/certificates/import/write-identity.ts'
import { loadIdentityFolder } from '../../support/certificates/load-identity.ts'
import { rsa } from '../../support/certificates/signing-keys.ts'
import {
  createTestApple,
  fromNow,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'

const day = 24 * 60 * 60 * 1000
const apple = await createTestApple()
const otherApple = await createTestApple({
  generation: 'G3',
  keys: { root: 'other', wwdr: 'third' },
})

/** Writes files into a folder and imports them, with the test Apple as Apple. */
async function importInto(
  directory: string,
  files: Record<string, string | Buffer>,
  options: Partial<ImportOptions> = {},
) {
  const folder = await createTemporaryFolder()
  const paths = Object.keys(files).map((name) => join(folder, name))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return importCertificates({
    paths,
    directory,
    passwords: { known: [], ask: undefined },
    now: new Date(),
    apple: apple.appleCertificates,
    ...options,
  })
}

const load = (directory: string) => loadIdentityFolder(apple, directory)
const toDer = (pem: string) => new X509Certificate(pem).raw
const toPublicKey = (key: KeyObject) =>
  createPublicKey(key.export({ type: 'pkcs8', format: 'pem' })).toCryptoKey(rsa, true, ['verify'])
const toFingerprint = (pem: string) => new X509Certificate(pem).fingerprint256

describe('an import', () => {
  it('completes the chain with the intermediate that ships, and warns of nothing', async () => {
    const directory = await createTemporaryFolder()
    const { certificate, key } = await apple.issue()
    const { imported, notes } = await importInto(directory, { 'pass.cer': toDer(certificate), key })
    expect([imported.map(({ warnings }) => warnings), notes]).toEqual([[[]], []])
    const chain = await readFile(join(directory, TEST_PASS_TYPE_ID, 'chain.pem'), 'utf8')
    expect(toFingerprint(chain)).toBe(apple.wwdr.fingerprint256)
    expect((await load(directory)).warnings).toEqual([])
  })

  it('leaves out a WWDR of another generation, and says so', async () => {
    const { certificate, key } = await apple.issue()
    const files = { a: certificate + key, 'AppleWWDRCAG3.cer': otherApple.wwdr.raw }
    const { notes } = await importInto(await createTemporaryFolder(), files)
    expect(notes).toEqual([
      expect.stringMatching(
        /AppleWWDRCAG3\.cer: "Test Worldwide .* G3" did not sign the certificate/,
      ),
    ])
  })

  it('takes an intermediate of Apple that is newer than those that ship', async () => {
    const directory = await createTemporaryFolder()
    const newer = await createTestApple({ generation: 'G9', keys: { root: 'root', wwdr: 'third' } })
    const { certificate, key } = await newer.issue()
    const known = { ...apple.appleCertificates, root: newer.root }
    known.namesByFingerprint = new Map([[newer.root.fingerprint256, 'Test Root CA']])
    const files = { a: certificate + key, 'AppleWWDRCAG9.cer': newer.wwdr.raw }
    const { imported } = await importInto(directory, files, { apple: known })
    expect(imported[0]?.identity.foreignRoot).toBeUndefined()
    const { identities } = await loadIdentityFolder(apple, directory, { apple: known })
    expect(identities[0]?.foreignRoot).toBeUndefined()
  })

  it('takes a certificate that a root signed directly', async () => {
    const directory = await createTemporaryFolder()
    const { certificate, key } = await otherApple.issue({ issuedBy: 'root' })
    const { imported } = await importInto(directory, { a: certificate + key + otherApple.root })
    expect(imported[0]?.warnings).toEqual([
      expect.stringMatching(/its chain ends at "Test Root CA"/),
    ])
    expect((await load(directory)).identities[0]?.foreignRoot).toBe('Test Root CA')
  })

  it('finds the key of a request, and the request is done', async () => {
    const directory = await createTemporaryFolder()
    const request = { directory, passTypeIdentifier: TEST_PASS_TYPE_ID, email: 'ada@example.com' }
    const { keyFile } = await createRequest(request)
    const key = createPrivateKey(await readFile(keyFile))
    const { certificate } = await apple.issue({ publicKey: toPublicKey(key) })
    const { imported } = await importInto(directory, { 'pass.cer': toDer(certificate) })
    expect(imported[0]?.keyFrom).toBe(keyFile)
    expect(await listRequests(directory)).toEqual([])
    const [identity] = (await load(directory)).identities
    expect(identity?.key.equals(key)).toBe(true)
  })

  it('finds the key of the identity that it renews', async () => {
    const directory = await createTemporaryFolder()
    await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
    const renewed = await apple.issue({ notAfter: fromNow(390 * day) })
    await importInto(directory, { 'pass.cer': toDer(renewed.certificate) })
    const [identity] = (await load(directory)).identities
    expect(identity?.certificate.fingerprint256).toBe(toFingerprint(renewed.certificate))
  })

  it('takes the newest certificate of a Pass Type ID, and every Pass Type ID', async () => {
    const directory = await createTemporaryFolder()
    const old = await apple.issue({ notAfter: fromNow(30 * day) })
    const renewed = await apple.issue({ notAfter: fromNow(390 * day) })
    const other = await apple.issue({ passTypeIdentifier: 'pass.com.example.other', key: 'other' })
    const all = old.certificate + renewed.certificate + old.key + other.certificate + other.key
    const { notes } = await importInto(directory, { all })
    expect(notes).toEqual([
      expect.stringMatching(/all: an older certificate for pass\.com\.example\.test, valid until/),
    ])
    const { identities } = await load(directory)
    expect(new Set(identities.map(({ certificate }) => certificate.fingerprint256))).toEqual(
      new Set([renewed, other].map(({ certificate }) => toFingerprint(certificate))),
    )
  })

  it('changes nothing when one of several certificates is refused', async () => {
    const directory = await createTemporaryFolder()
    const { certificate, key } = await apple.issue()
    const other = await apple.issue({ passTypeIdentifier: 'pass.com.example.other', key: 'other' })
    const importing = importInto(directory, { all: certificate + key + other.certificate })
    await expect(importing).rejects.toThrow(/pass\.com\.example\.other has another private key/)
    expect(await readdir(directory)).toEqual([])
  })

  it('knows a certificate that may sign passes with NFC', async () => {
    const commonName = `Pass Type ID with NFC: ${TEST_PASS_TYPE_ID}`
    const { certificate, key } = await apple.issue({ commonName })
    const { imported } = await importInto(await createTemporaryFolder(), { a: certificate + key })
    expect(imported[0]?.nfc).toBe(true)
  })

  it('warns when it replaces a certificate that is valid longer, or of another team', async () => {
    const directory = await createTemporaryFolder()
    await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
    const { certificate, key } = await apple.issue({
      notAfter: fromNow(100 * day),
      team: 'ZYXWV98765',
    })
    const { imported } = await importInto(directory, { a: certificate + key })
    expect(imported[0]?.warnings).toEqual([
      expect.stringMatching(/was valid longer, until \d{4}-\d\d-\d\d\.$/),
      expect.stringMatching(/was of another team, ABCDE12345\. Wallet does not update passes/),
    ])
  })

  it('replaces files that could not be read', async () => {
    const directory = await createTemporaryFolder()
    await writeIdentity(directory, TEST_PASS_TYPE_ID, { certificate: 'a', key: 'b', chain: 'c' })
    const { certificate, key } = await apple.issue()
    await importInto(directory, { a: certificate + key })
    expect((await load(directory)).identities).toHaveLength(1)
  })

  it.runIf(process.getuid?.() === 0)(
    'by root belongs to the user of the certificates folder',
    async () => {
      const directory = await createTemporaryFolder()
      await chown(directory, 65_534, 65_534)
      const { certificate, key } = await apple.issue()
      await importInto(directory, { a: certificate + key })
      const folder = join(directory, TEST_PASS_TYPE_ID)
      const paths = [folder, ...(await readdir(folder)).map((name) => join(folder, name))]
      const owners = await Promise.all(paths.map(async (path) => (await stat(path)).uid))
      expect(owners).toEqual([65_534, 65_534, 65_534, 65_534])
    },
  )
})

describe('an interrupted import', () => {
  it('leaves the old identity or the new one whole after each of its steps', async () => {
    const old = await apple.issue()
    const renewed = await apple.issue({ notAfter: fromNow(390 * day), key: 'other' })
    const seen: string[] = []
    for (let count = 0; count <= 5; count++) {
      const directory = await createTemporaryFolder()
      await writeIdentity(directory, TEST_PASS_TYPE_ID, old)
      const steps = await planIdentityWrite(directory, TEST_PASS_TYPE_ID, renewed)
      expect(steps).toHaveLength(5)
      for (const step of steps.slice(0, count)) await step()
      const { identities } = await load(directory)
      const isNew = identities[0]?.certificate.fingerprint256 === toFingerprint(renewed.certificate)
      seen.push(isNew ? 'new' : 'old')
    }
    expect(seen).toEqual(['old', 'old', 'old', 'new', 'new', 'new'])
  })

  it('of another root leaves the old chain until the certificate changes', async () => {
    const renewed = await otherApple.issue({ notAfter: fromNow(390 * day), key: 'other' })
    for (let count = 0; count <= 5; count++) {
      const directory = await createTemporaryFolder()
      await writeIdentity(directory, TEST_PASS_TYPE_ID, await apple.issue())
      const steps = await planIdentityWrite(directory, TEST_PASS_TYPE_ID, renewed)
      for (const step of steps.slice(0, count)) await step()
      expect((await load(directory)).identities[0]?.chain).toHaveLength(1)
    }
  })

  it('that is killed at any of its writes leaves a whole identity, and can be run again', async () => {
    const old = await apple.issue()
    const renewed = await apple.issue({ notAfter: fromNow(390 * day), key: 'other' })
    const fingerprints = [old, renewed].map(({ certificate }) => toFingerprint(certificate))
    const killed: number[] = []
    for (let event = 1; event <= 8; event++) {
      const dataDir = await createTemporaryFolder()
      const directory = join(dataDir, 'certificates')
      await writeIdentity(directory, TEST_PASS_TYPE_ID, old)
      const file = join(dataDir, 'renewed.pem')
      await writeFile(file, renewed.certificate + renewed.key + renewed.chain)
      if (await killAtWrite(dataDir, join(directory, TEST_PASS_TYPE_ID), file, event)) {
        killed.push(event)
      }
      const { identities } = await load(directory)
      expect(fingerprints).toContain(identities[0]?.certificate.fingerprint256)
      await importInto(directory, { a: renewed.certificate + renewed.key })
      const [identity] = (await load(directory)).identities
      expect(identity?.certificate.fingerprint256).toBe(fingerprints[1])
    }
    expect(killed.length).toBeGreaterThan(3)
    // Eight processes, one after the other.
  }, 180_000)
})

const commandLine = fileURLToPath(new URL('../../../src/cli/passwright.ts', import.meta.url))

/** Kills the real command at its nth change of the folder; false if it had ended before. */
async function killAtWrite(dataDir: string, folder: string, file: string, nth: number) {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir }
  const child = spawn(process.execPath, [commandLine, 'certs', 'import', file], { env })
  let changes = 0
  const watcher = watch(folder, () => {
    changes += 1
    if (changes === nth) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('close', resolve))
  watcher.close()
  return child.signalCode === 'SIGKILL'
}

describe('a request', () => {
  const options = (directory: string) => ({
    directory,
    passTypeIdentifier: TEST_PASS_TYPE_ID,
    email: 'ada@example.com',
  })

  it('keeps the key of an earlier one, also when several are made at once', async () => {
    const directory = await createTemporaryFolder()
    const requests = await Promise.all(
      Array.from({ length: 5 }, () => createRequest(options(directory))),
    )
    expect(requests.filter(({ isNew }) => isNew)).toHaveLength(1)
    const key = await readFile(requests[0]?.keyFile ?? '', 'utf8')
    await createRequest({ ...options(directory), email: 'grace@example.com' })
    expect(await readFile(requests[0]?.keyFile ?? '', 'utf8')).toBe(key)
    expect(await readdir(directory)).toEqual(['requests'])
  })

  it('with a key that is damaged is not written over', async () => {
    const directory = await createTemporaryFolder()
    const { keyFile } = await createRequest(options(directory))
    await writeFile(keyFile, 'half a k')
    await expect(createRequest(options(directory))).rejects.toThrow(
      /key\.pem is damaged; move its folder/,
    )
    expect(await readFile(keyFile, 'utf8')).toBe('half a k')
  })

  it('is not taken for an identity or a file that nothing uses', async () => {
    const directory = await createTemporaryFolder()
    await createRequest(options(directory))
    expect(await load(directory)).toEqual({ identities: [], warnings: [] })
  })
})

it('drafts of imports that were killed long ago are removed', async () => {
  const directory = await createTemporaryFolder()
  const draft = join(directory, '.import-1')
  await mkdir(draft)
  const hours = new Date(Date.now() - 2 * 60 * 60 * 1000)
  await utimes(draft, hours, hours)
  await mkdir(join(directory, '.import-2'))
  const { certificate, key } = await apple.issue()
  await importInto(directory, { a: certificate + key })
  expect((await readdir(directory)).sort()).toEqual(['.import-2', TEST_PASS_TYPE_ID])
})
