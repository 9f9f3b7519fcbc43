import type { X509Certificate } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appleCertificates as realApple } from '../../../src/apple/certificates/apple-certificates.ts'
import {
  DEVELOPMENT_PASS_TYPE_ID,
  ensureDevelopmentIdentity,
} from '../../../src/apple/certificates/development.ts'
import { isValidAt } from '../../../src/apple/certificates/identity.ts'
import {
  fromNow,
  makeApple,
  TEST_PASS_TYPE_ID,
  TEST_TEAM_ID,
  writeIdentity,
} from '../../support/certificates.ts'
import { load, loadFiles } from '../../support/loaded-identity.ts'
import { privateKeyPem } from '../../support/signing-keys.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const day = 24 * 60 * 60 * 1000
const apple = await makeApple()
const otherApple = await makeApple({ generation: 'G3', keys: { root: 'other', wwdr: 'third' } })

describe('a signing identity', () => {
  test('takes pass type, team and organisation from its certificate', async () => {
    const { identities, warnings } = await loadFiles(apple, await apple.issue())
    expect(identities).toHaveLength(1)
    expect(identities[0]).toMatchObject({
      passTypeIdentifier: TEST_PASS_TYPE_ID,
      teamIdentifier: TEST_TEAM_ID,
      organizationName: 'Example & Söhne GmbH',
      development: false,
    })
    expect(warnings).toEqual([])
  })

  test('signs with the intermediate that really signed it, wherever that stands', async () => {
    const files = await apple.issue()
    const strangers = `${otherApple.wwdr}${otherApple.root}`
    for (const chain of [`${strangers}${files.chain}`, `${apple.root}${apple.wwdr}${strangers}`]) {
      const { identities } = await loadFiles(apple, { ...files, chain })
      expect(fingerprints(identities[0]?.chain)).toEqual([apple.wwdr.fingerprint256])
    }
  })

  test('needs no chain.pem when the intermediate that ships with us signed it', async () => {
    const { certificate, key } = await apple.issue()
    const { identities, warnings } = await loadFiles(apple, { certificate, key })
    expect(fingerprints(identities[0]?.chain)).toEqual([apple.wwdr.fingerprint256])
    expect(warnings).toEqual([])
  })

  test.each(['pkcs8', 'pkcs1'] as const)(
    'opens its encrypted key (%s) with CERTIFICATE_PASSWORD',
    async (type) => {
      const key = await privateKeyPem('leaf', { type, passphrase: 'open sesame' })
      const files = { ...(await apple.issue()), key }
      const { identities } = await loadFiles(apple, files, { password: 'open sesame' })
      expect(identities[0]?.certificate.checkPrivateKey(identities[0].key)).toBe(true)
    },
  )

  test('may come through a link, beside hidden folders and things that are none', async () => {
    const directory = await temporaryFolder()
    const elsewhere = await temporaryFolder()
    const folder = await writeIdentity(elsewhere, TEST_PASS_TYPE_ID, await apple.issue())
    await symlink(folder, join(directory, TEST_PASS_TYPE_ID))
    // What a start leaves behind that was killed while it made the development identity.
    await writeIdentity(directory, '.development-draft', { key: 'half a key' })
    await mkdir(join(directory, 'lost+found'))
    await writeFile(join(directory, 'README'), 'not an identity')
    const { identities } = await load(apple, directory)
    expect(identities.map((one) => one.passTypeIdentifier)).toEqual([TEST_PASS_TYPE_ID])
  })

  test('stands before younger ones, and the development identity comes last', async () => {
    const directory = await temporaryFolder()
    await ensureDevelopmentIdentity(directory, fromNow(-400 * day))
    for (const [id, age] of [
      ['pass.com.example.b', 10],
      ['pass.com.example.c', 90],
      ['pass.com.example.a', 40],
    ] as const) {
      const wishes = { passTypeIdentifier: id, notBefore: fromNow(-age * day) }
      await writeIdentity(directory, id, await apple.issue(wishes))
    }
    const { identities } = await load(apple, directory)
    expect(identities.map((one) => one.passTypeIdentifier)).toEqual([
      'pass.com.example.c',
      'pass.com.example.a',
      'pass.com.example.b',
      DEVELOPMENT_PASS_TYPE_ID,
    ])
  })

  test('is valid from its first to its last second, and only while its intermediate is', async () => {
    const notBefore = fromNow(-day)
    const notAfter = fromNow(day)
    const { identities } = await loadFiles(apple, await apple.issue({ notBefore, notAfter }))
    const ending = await makeApple({ wwdrNotAfter: fromNow(60 * day) })
    const [outlived] = (await loadFiles(apple, await ending.issue())).identities
    const [identity] = identities
    if (identity === undefined || outlived === undefined) throw new Error('not loaded')
    expect(isValidAt(identity, notBefore)).toBe(true)
    expect(isValidAt(identity, notAfter)).toBe(true)
    expect(isValidAt(identity, new Date(notBefore.getTime() - 1000))).toBe(false)
    expect(isValidAt(identity, new Date(notAfter.getTime() + 1000))).toBe(false)
    expect(isValidAt(outlived, fromNow(59 * day))).toBe(true)
    expect(isValidAt(outlived, fromNow(61 * day))).toBe(false)
  })
})

describe('an identity loads with a loud warning when', () => {
  test.each([
    ['it has expired', { notAfter: fromNow(-day) }, /EXPIRED on \d{4}-\d\d-\d\d/],
    ['it is not valid yet', { notBefore: fromNow(day) }, /NOT YET VALID/],
    ['thirty days are left', { notAfter: fromNow(30 * day + 5000) }, /expires on .* in 30 days/],
  ])('%s', async (_, wishes, warning) => {
    const { identities, warnings } = await loadFiles(apple, await apple.issue(wishes))
    expect(identities).toHaveLength(1)
    expect(warnings).toEqual([expect.stringMatching(warning)])
    expect(warnings[0]).toContain(TEST_PASS_TYPE_ID)
  })

  test('but not while thirty-one days are left', async () => {
    const { warnings } = await loadFiles(
      apple,
      await apple.issue({ notAfter: fromNow(31 * day + 5000) }),
    )
    expect(warnings).toEqual([])
  })

  test('its intermediate has expired', async () => {
    const ended = await makeApple({ wwdrNotAfter: fromNow(-day) })
    const { warnings } = await loadFiles(apple, await ended.issue(), { apple: ended.asApple })
    expect(warnings).toEqual([expect.stringMatching(/Certification Authority G4 EXPIRED/)])
  })

  test('its root is not Apple', async () => {
    const { identities, warnings } = await loadFiles(apple, await otherApple.issue())
    expect(identities[0]?.development).toBe(false)
    expect(warnings).toEqual([
      expect.stringMatching(/ends at "Test Root CA", which is not Apple Root CA.*REFUSES/),
    ])
  })
})

describe('Apple', () => {
  test('is the WWDR G4 that ships with us, byte for byte, and Apple Root CA', () => {
    const [g4] = realApple.shipped
    expect(g4?.fingerprint256.replaceAll(':', '')).toBe(
      'EA4757885538DD8CB59FF4556F676087D83C85E70902C122E42C0808B5BCE14C',
    )
    expect(realApple.names.get(g4?.fingerprint256 ?? '')).toBe('WWDR G4')
    expect(g4?.issuer).toContain('CN=Apple Root CA')
    const names = [...realApple.names].map(([sha256, name]) => `${name} ${sha256}`)
    expect(names[0]?.replaceAll(':', '')).toBe(
      'Apple Root CA B0B1730ECBC7FF4505142C49F1295E6EDA6BCAED7E2C68C5BE91B5A11001F024',
    )
  })

  test('is told by fingerprint, so the names of Apple on a stranger help nobody', async () => {
    const named = { ...apple.asApple, names: new Map([['00:11', 'Test Root CA']]) }
    const { warnings } = await loadFiles(apple, await apple.issue(), { apple: named })
    expect(warnings).toEqual([expect.stringContaining('not Apple Root CA')])
  })
})

function fingerprints(chain: X509Certificate[] = []): string[] {
  return chain.map(({ fingerprint256 }) => fingerprint256)
}
