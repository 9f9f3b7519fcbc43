import type { X509Certificate } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appleCertificates as realApple } from '../../../src/apple/certificates/apple-certificates.ts'
import {
  DEVELOPMENT_PASS_TYPE_ID,
  ensureDevelopmentIdentity,
} from '../../../src/apple/certificates/folder/development.ts'
import { isValidAt } from '../../../src/apple/certificates/identity.ts'
import { loadIdentityFiles, loadIdentityFolder } from '../../support/certificates/load-identity.ts'
import { getPrivateKeyPem } from '../../support/certificates/signing-keys.ts'
import {
  createTestApple,
  fromNow,
  TEST_PASS_TYPE_ID,
  TEST_TEAM_ID,
  writeIdentity,
} from '../../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'

const dayMs = 24 * 60 * 60 * 1000
const apple = await createTestApple()
const otherApple = await createTestApple({
  generation: 'G3',
  keys: { root: 'other', wwdr: 'third' },
})

describe('a signing identity', () => {
  test('has the pass type, team and organization of its certificate', async () => {
    const { identities, warnings } = await loadIdentityFiles(apple, await apple.issue())
    expect(identities).toHaveLength(1)
    expect(identities[0]).toMatchObject({
      passTypeIdentifier: TEST_PASS_TYPE_ID,
      teamIdentifier: TEST_TEAM_ID,
      organizationName: 'Example & Söhne GmbH',
      development: false,
    })
    expect(warnings).toEqual([])
  })

  test('has the intermediate that signed it as its chain, wherever it is in the file', async () => {
    const files = await apple.issue()
    const unrelated = `${otherApple.wwdr}${otherApple.root}`
    for (const chain of [`${unrelated}${files.chain}`, `${apple.root}${apple.wwdr}${unrelated}`]) {
      const { identities } = await loadIdentityFiles(apple, { ...files, chain })
      expect(fingerprints(identities[0]?.chain)).toEqual([apple.wwdr.fingerprint256])
    }
  })

  test('needs no chain.pem when the bundled intermediate signed it', async () => {
    const { certificate, key } = await apple.issue()
    const { identities, warnings } = await loadIdentityFiles(apple, { certificate, key })
    expect(fingerprints(identities[0]?.chain)).toEqual([apple.wwdr.fingerprint256])
    expect(warnings).toEqual([])
  })

  test.each(['pkcs8', 'pkcs1'] as const)(
    'can have an encrypted key (%s), which CERTIFICATE_PASSWORD opens',
    async (type) => {
      const key = await getPrivateKeyPem('leaf', { type, passphrase: 'open sesame' })
      const files = { ...(await apple.issue()), key }
      const { identities } = await loadIdentityFiles(apple, files, { password: 'open sesame' })
      expect(identities[0]?.certificate.checkPrivateKey(identities[0].key)).toBe(true)
    },
  )

  test('can be a symbolic link; hidden folders and unrelated files are ignored', async () => {
    const directory = await createTemporaryFolder()
    const elsewhere = await createTemporaryFolder()
    const folder = await writeIdentity(elsewhere, TEST_PASS_TYPE_ID, await apple.issue())
    await symlink(folder, join(directory, TEST_PASS_TYPE_ID))
    // Left behind when a start is killed while it creates the development identity.
    await writeIdentity(directory, '.development-draft', { key: 'half a key' })
    await mkdir(join(directory, 'lost+found'))
    await writeFile(join(directory, 'README'), 'not an identity')
    const { identities } = await loadIdentityFolder(apple, directory)
    expect(identities.map((one) => one.passTypeIdentifier)).toEqual([TEST_PASS_TYPE_ID])
  })

  test('comes before newer ones, and the development identity comes last', async () => {
    const directory = await createTemporaryFolder()
    await ensureDevelopmentIdentity(directory, fromNow(-400 * dayMs))
    for (const [id, ageDays] of [
      ['pass.com.example.b', 10],
      ['pass.com.example.c', 90],
      ['pass.com.example.a', 40],
    ] as const) {
      const options = { passTypeIdentifier: id, notBefore: fromNow(-ageDays * dayMs) }
      await writeIdentity(directory, id, await apple.issue(options))
    }
    const { identities } = await loadIdentityFolder(apple, directory)
    expect(identities.map((one) => one.passTypeIdentifier)).toEqual([
      'pass.com.example.c',
      'pass.com.example.a',
      'pass.com.example.b',
      DEVELOPMENT_PASS_TYPE_ID,
    ])
  })

  test('is valid from its first to its last second, and only while its intermediate is', async () => {
    const notBefore = fromNow(-dayMs)
    const notAfter = fromNow(dayMs)
    const { identities } = await loadIdentityFiles(
      apple,
      await apple.issue({ notBefore, notAfter }),
    )
    const expiring = await createTestApple({ wwdrNotAfter: fromNow(60 * dayMs) })
    const [outlivesIssuer] = (await loadIdentityFiles(apple, await expiring.issue())).identities
    const [identity] = identities
    if (identity === undefined || outlivesIssuer === undefined) throw new Error('not loaded')
    expect(isValidAt(identity, notBefore)).toBe(true)
    expect(isValidAt(identity, notAfter)).toBe(true)
    expect(isValidAt(identity, new Date(notBefore.getTime() - 1000))).toBe(false)
    expect(isValidAt(identity, new Date(notAfter.getTime() + 1000))).toBe(false)
    expect(isValidAt(outlivesIssuer, fromNow(59 * dayMs))).toBe(true)
    expect(isValidAt(outlivesIssuer, fromNow(61 * dayMs))).toBe(false)
  })
})

describe('an identity loads with a warning when', () => {
  test.each([
    ['it has expired', { notAfter: fromNow(-dayMs) }, /EXPIRED on \d{4}-\d\d-\d\d/],
    ['it is not valid yet', { notBefore: fromNow(dayMs) }, /NOT YET VALID/],
    ['thirty days are left', { notAfter: fromNow(30 * dayMs) }, /expires on .* in 30 days/],
  ])('%s', async (_, options, warning) => {
    const { identities, warnings } = await loadIdentityFiles(apple, await apple.issue(options))
    expect(identities).toHaveLength(1)
    expect(warnings).toEqual([expect.stringMatching(warning)])
    expect(warnings[0]).toContain(TEST_PASS_TYPE_ID)
  })

  test('but not while thirty-one days are left', async () => {
    const { warnings } = await loadIdentityFiles(
      apple,
      await apple.issue({ notAfter: fromNow(31 * dayMs + 5000) }),
    )
    expect(warnings).toEqual([])
  })

  test('its intermediate has expired', async () => {
    const expired = await createTestApple({ wwdrNotAfter: fromNow(-dayMs) })
    const { warnings } = await loadIdentityFiles(apple, await expired.issue(), {
      apple: expired.appleCertificates,
    })
    expect(warnings).toEqual([expect.stringMatching(/Certification Authority G4 EXPIRED/)])
  })

  test('its root is not Apple', async () => {
    const { identities, warnings } = await loadIdentityFiles(apple, await otherApple.issue())
    expect(identities[0]?.development).toBe(false)
    expect(warnings).toEqual([
      expect.stringMatching(/ends at "Test Root CA", which is not Apple Root CA.*REFUSES/),
    ])
  })
})

describe('Apple’s certificates', () => {
  test('are the bundled WWDR G4, byte for byte, and Apple Root CA', () => {
    const [g4] = realApple.bundled
    expect(g4?.fingerprint256.replaceAll(':', '')).toBe(
      'EA4757885538DD8CB59FF4556F676087D83C85E70902C122E42C0808B5BCE14C',
    )
    expect(realApple.namesByFingerprint.get(g4?.fingerprint256 ?? '')).toBe('WWDR G4')
    expect(g4?.issuer).toContain('CN=Apple Root CA')
    const names = [...realApple.namesByFingerprint].map(([sha256, name]) => `${name} ${sha256}`)
    expect(names[0]?.replaceAll(':', '')).toBe(
      'Apple Root CA B0B1730ECBC7FF4505142C49F1295E6EDA6BCAED7E2C68C5BE91B5A11001F024',
    )
  })

  test('are recognized by fingerprint, so another certificate with the same name does not count', async () => {
    const namesByFingerprint = new Map([['00:11', 'Test Root CA']])
    const sameName = { ...apple.appleCertificates, namesByFingerprint }
    const { warnings } = await loadIdentityFiles(apple, await apple.issue(), { apple: sameName })
    expect(warnings).toEqual([expect.stringContaining('not Apple Root CA')])
  })
})

function fingerprints(chain: X509Certificate[] = []): string[] {
  return chain.map(({ fingerprint256 }) => fingerprint256)
}
