import { Problem } from '@passwright/shared'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toPassFile } from '../../../src/apple/signing/archive.ts'
import { createSigner } from '../../../src/apple/signing/sign.ts'
import { joinChunks } from '../../../src/chunked-bytes.ts'
import { getPrivateKey } from '../../support/certificates/signing-keys.ts'
import { createTestIdentity } from '../../support/certificates/test-apple.ts'
import { createPassContent } from '../../support/passes/pass-content.ts'
import { createTestSigner } from '../../support/passes/test-signer.ts'
import { verifyPass } from '../../support/passes/verify-pass.ts'

const signPass = createTestSigner({ signer: 'native' })
const { identity, apple } = await createTestIdentity()
const { root } = apple
const now = new Date()

describe('a signed pass', () => {
  test('is accepted by unzip, OpenSSL, GnuTLS and a CMS implementation in JavaScript', async () => {
    const { files, passJson } = await verifyPass(
      await signPass(createPassContent(identity), identity, now),
      {
        root,
      },
    )
    expect([...files.keys()].sort()).toEqual([
      'de.lproj/pass.strings',
      'icon.png',
      'icon@2x.png',
      'manifest.json',
      'pass.json',
      'signature',
    ])
    expect(passJson).toEqual(JSON.parse(`${createPassContent(identity).passJson}`))
  })

  test('is the same, byte for byte, when signed again with the same time to the second', async () => {
    const content = createPassContent(identity)
    const signingTime = new Date('2027-01-02T03:04:05.100Z')
    const first = await signPass(content, identity, signingTime)
    const again = await signPass(
      { ...content, files: content.files.toReversed() },
      identity,
      new Date('2027-01-02T03:04:05.900Z'),
    )
    expect(again.equals(first)).toBe(true)
    const later = await signPass(content, identity, new Date('2027-01-02T03:04:06Z'))
    expect(later.equals(first)).toBe(false)
  })

  test('has every file in its manifest, sorted by name', async () => {
    const { files } = await verifyPass(await signPass(createPassContent(identity), identity, now), {
      root,
    })
    const manifest = files.get('manifest.json')?.toString() ?? ''
    expect(Object.keys(JSON.parse(manifest))).toEqual([
      'de.lproj/pass.strings',
      'icon.png',
      'icon@2x.png',
      'pass.json',
    ])
    expect(manifest).toMatch(/^\{("[^"]+":"[0-9a-f]{40}",?)+\}$/)
  })

  test('stores its files uncompressed, and shares the memory of large ones with other passes', async () => {
    const sizes = { icon: 10, 'icon@2x': 4_095, logo: 4_096, 'logo@2x': 0, strip: 200_000 }
    const images = Object.entries(sizes).map(([name, size]) =>
      toPassFile(`${name}.png`, Buffer.alloc(size, name)),
    )
    const sign = createSigner({ signer: 'native' })
    const pass = await sign(createPassContent(identity, images), identity, now, 'ours')
    const shared = images.filter(({ bytes }) => pass.chunks.includes(bytes))
    expect(shared.map(({ name }) => name)).toEqual(['logo.png', 'strip.png'])

    const whole = joinChunks(pass)
    expect(whole.byteLength).toBe(pass.byteLength)
    const { files } = await verifyPass(whole, { root })
    for (const { name, bytes } of images) expect(files.get(name)).toEqual(bytes)
  })

  test.each(['2026-11-24T08:09:10Z', '2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z'])(
    'has the signing time %s',
    async (instant) => {
      const pass = await signPass(createPassContent(identity), identity, new Date(instant))
      const { signingTime, files } = await verifyPass(pass, { root })
      expect(signingTime).toEqual(new Date(instant))
      // A UTCTime has two digits for the year, which mean 1950 to 2049.
      const utcTime = files.get('signature')?.includes(instant.slice(2).replaceAll(/[-:T]/g, ''))
      const fourDigits = files.get('signature')?.includes(instant.replaceAll(/[-:T]/g, ''))
      expect({ utcTime, fourDigits }).toEqual({ utcTime: true, fourDigits: instant > '2050' })
    },
  )

  test('includes the certificate and its intermediate, but not the root', async () => {
    const { files } = await verifyPass(await signPass(createPassContent(identity), identity, now), {
      root,
    })
    const signature = files.get('signature') ?? Buffer.alloc(0)
    expect(signature.includes(identity.certificate.raw)).toBe(true)
    expect(signature.includes(apple.wwdr.raw)).toBe(true)
    expect(signature.includes(root.raw)).toBe(false)
  })

  test('verifies with a longer key too', async () => {
    const longKey = await createTestIdentity({ key: 'long' })
    await verifyPass(await signPass(createPassContent(identity), longKey.identity, now), {
      root: longKey.apple.root,
    })
  })

  test('is signed by the given identity, also when identities alternate', async () => {
    const other = await createTestIdentity({
      passTypeIdentifier: 'pass.com.example.other',
      key: 'other',
    })
    for (const one of [identity, other.identity, identity, other.identity]) {
      const pass = await signPass(createPassContent(one), one, now)
      await verifyPass(pass, { root: one === identity ? root : other.apple.root, programs: false })
    }
  })

  test('verifies with any content, file names and signing time', async () => {
    const name = fc.stringMatching(/^[a-zäöü漢😀@. "\\]{1,20}$/u).filter(isFileName)
    const file = fc.tuple(name, fc.uint8Array({ maxLength: 300 }))
    const files = fc.uniqueArray(file, { selector: ([one]) => one, maxLength: 6 })
    const instant = fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2120-01-01'),
      noInvalidDate: true,
    })
    await fc.assert(
      fc.asyncProperty(
        files,
        instant,
        fc.string({ unit: 'binary' }),
        async (entries, signingTime, text) => {
          const parts = entries.map(([path, bytes]) => toPassFile(path, bytes))
          const { passTypeIdentifier, teamIdentifier } = identity
          const json = JSON.stringify({ passTypeIdentifier, teamIdentifier, text })
          const icon = toPassFile('icon.png', Buffer.from('icon'))
          const pass = await signPass(
            { passJson: Buffer.from(json), files: [icon, ...parts] },
            identity,
            signingTime,
          )
          const opened = await verifyPass(pass, { root, programs: false })
          for (const [path, bytes] of entries) {
            expect(opened.files.get(path)?.equals(bytes)).toBe(true)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('signing refuses', () => {
  test('a key that does not belong to the certificate', async () => {
    const mismatched = { ...identity, key: await getPrivateKey('other') }
    await expect(signPass(createPassContent(identity), mismatched, now)).rejects.toThrow(
      /does not verify/,
    )
    await expect(signPass(createPassContent(identity), mismatched, now)).rejects.toThrow(
      /does not verify/,
    )
  })

  test.each(['pass.json', 'manifest.json', 'signature', 'icon.png'])(
    'a second %s',
    async (name) => {
      const icon = toPassFile('icon.png', Buffer.from('one'))
      const content = createPassContent(identity, [icon, toPassFile(name, Buffer.from('another'))])
      await expect(signPass(content, identity, now)).rejects.toThrow(/is in the pass twice/)
    },
  )

  test.each(['', '/icon.png', '../icon.png', 'a//b', 'de.lproj/', './icon.png', 'a\\b'])(
    'a file called "%s"',
    (name) => {
      expect(() => toPassFile(name, Buffer.from('x'))).toThrow(/is not a path inside a pass/)
    },
  )

  test('passes beyond a full queue at once, and works on', async () => {
    const signWithSmallQueue = createTestSigner({ signer: 'native', concurrency: 3, maxQueued: 5 })
    const started = Array.from({ length: 7 }, () =>
      signWithSmallQueue(createPassContent(identity), identity, now),
    )
    const settled = await Promise.allSettled(started)
    expect(settled.map(({ status }) => status)).toEqual([
      ...new Array(5).fill('fulfilled'),
      ...new Array(2).fill('rejected'),
    ])
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    for (const problem of refused) {
      expect(problem).toBeInstanceOf(Problem)
      expect(problem).toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 })
    }
    await verifyPass(await signWithSmallQueue(createPassContent(identity), identity, now), {
      root,
      programs: false,
    })
  })
})

test('the pass of one owner does not wait behind the passes of another', async () => {
  const sign = createSigner({ signer: 'native', concurrency: 3 })
  const finished: string[] = []
  const start = async (owner: string) => {
    await sign(createPassContent(identity), identity, now, owner)
    finished.push(owner)
  }
  const theirs = Array.from({ length: 30 }, () => start('theirs'))
  await Promise.all([...theirs, start('ours')])
  expect(finished.indexOf('ours')).toBeLessThan(6)
})

function isFileName(name: string): boolean {
  return !['.', '..', 'icon.png'].includes(name) && !name.includes('\\')
}
