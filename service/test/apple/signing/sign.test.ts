import { Problem } from '@passwright/shared'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toPassFile } from '../../../src/apple/signing/archive.ts'
import { createSigner } from '../../../src/apple/signing/sign.ts'
import { makeIdentity } from '../../support/certificates.ts'
import { passContent } from '../../support/pass-content.ts'
import { privateKey } from '../../support/signing-keys.ts'
import { judgePass } from '../../support/verify-pass.ts'

const seal = createSigner({ signer: 'native' })
const { identity, apple } = await makeIdentity()
const { root } = apple
const now = new Date()

describe('a sealed pass', () => {
  test('is taken by unzip, OpenSSL, GnuTLS and a CMS implementation in JavaScript', async () => {
    const { files, passJson } = await judgePass(await seal(passContent(identity), identity, now), {
      root,
    })
    expect([...files.keys()].sort()).toEqual([
      'de.lproj/pass.strings',
      'icon.png',
      'icon@2x.png',
      'manifest.json',
      'pass.json',
      'signature',
    ])
    expect(passJson).toEqual(JSON.parse(`${passContent(identity).passJson}`))
  })

  test('is the same, byte for byte, when made again for the same second', async () => {
    const same = passContent(identity)
    const second = new Date('2027-01-02T03:04:05.100Z')
    const first = await seal(same, identity, second)
    const again = await seal(
      { ...same, files: same.files.toReversed() },
      identity,
      new Date('2027-01-02T03:04:05.900Z'),
    )
    expect(again.equals(first)).toBe(true)
    const later = await seal(same, identity, new Date('2027-01-02T03:04:06Z'))
    expect(later.equals(first)).toBe(false)
  })

  test('has in its manifest every file in the order of names, whatever order was given', async () => {
    const { files } = await judgePass(await seal(passContent(identity), identity, now), { root })
    const manifest = files.get('manifest.json')?.toString() ?? ''
    expect(Object.keys(JSON.parse(manifest))).toEqual([
      'de.lproj/pass.strings',
      'icon.png',
      'icon@2x.png',
      'pass.json',
    ])
    expect(manifest).toMatch(/^\{("[^"]+":"[0-9a-f]{40}",?)+\}$/)
  })

  test('holds its files as they are, never deflated', async () => {
    const image = Buffer.alloc(5000, 'a')
    const pass = await seal(passContent(identity, [toPassFile('icon.png', image)]), identity, now)
    expect(pass.includes(image)).toBe(true)
  })

  test.each(['2026-11-24T08:09:10Z', '2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z'])(
    'says that it was signed at %s',
    async (instant) => {
      const pass = await seal(passContent(identity), identity, new Date(instant))
      const { signingTime, files } = await judgePass(pass, { root })
      expect(signingTime).toEqual(new Date(instant))
      // From 2050 on the two digits of a UTCTime would mean the last century.
      const utcTime = files.get('signature')?.includes(instant.slice(2).replaceAll(/[-:T]/g, ''))
      const fourDigits = files.get('signature')?.includes(instant.replaceAll(/[-:T]/g, ''))
      expect({ utcTime, fourDigits }).toEqual({ utcTime: true, fourDigits: instant > '2050' })
    },
  )

  test('carries the certificate and its intermediate, and not the root', async () => {
    const { files } = await judgePass(await seal(passContent(identity), identity, now), { root })
    const signature = files.get('signature') ?? Buffer.alloc(0)
    expect(signature.includes(identity.certificate.raw)).toBe(true)
    expect(signature.includes(apple.wwdr.raw)).toBe(true)
    expect(signature.includes(root.raw)).toBe(false)
  })

  test('verifies with a longer key too', async () => {
    const long = await makeIdentity({ key: 'long' })
    await judgePass(await seal(passContent(identity), long.identity, now), {
      root: long.apple.root,
    })
  })

  test('is signed by the identity that was asked, however they alternate', async () => {
    const other = await makeIdentity({ passTypeIdentifier: 'pass.com.example.other', key: 'other' })
    for (const one of [identity, other.identity, identity, other.identity]) {
      const pass = await seal(passContent(one), one, now)
      await judgePass(pass, { root: one === identity ? root : other.apple.root, programs: false })
    }
  })

  test('of any content, name and instant verifies', async () => {
    const name = fc.stringMatching(/^[a-zäöü漢😀@. "\\]{1,20}$/u).filter(isFileName)
    const file = fc.tuple(name, fc.uint8Array({ maxLength: 300 }))
    const files = fc.uniqueArray(file, { selector: ([one]) => one, maxLength: 6 })
    const instant = fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2120-01-01'),
      noInvalidDate: true,
    })
    await fc.assert(
      fc.asyncProperty(files, instant, fc.string({ unit: 'binary' }), async (given, at, text) => {
        const parts = given.map(([path, bytes]) => toPassFile(path, bytes))
        const { passTypeIdentifier, teamIdentifier } = identity
        const json = JSON.stringify({ passTypeIdentifier, teamIdentifier, text })
        const icon = toPassFile('icon.png', Buffer.from('icon'))
        const pass = await seal(
          { passJson: Buffer.from(json), files: [icon, ...parts] },
          identity,
          at,
        )
        const judged = await judgePass(pass, { root, programs: false })
        for (const [path, bytes] of given) {
          expect(judged.files.get(path)?.equals(bytes)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('sealing refuses', () => {
  test('to hand out a signature that its own certificate does not verify', async () => {
    const mixedUp = { ...identity, key: await privateKey('other') }
    await expect(seal(passContent(identity), mixedUp, now)).rejects.toThrow(/does not verify/)
    await expect(seal(passContent(identity), mixedUp, now)).rejects.toThrow(/does not verify/)
  })

  test.each(['pass.json', 'manifest.json', 'signature', 'icon.png'])(
    'a second %s',
    async (name) => {
      const icon = toPassFile('icon.png', Buffer.from('one'))
      const twice = passContent(identity, [icon, toPassFile(name, Buffer.from('another'))])
      await expect(seal(twice, identity, now)).rejects.toThrow(/twice/)
    },
  )

  test.each(['', '/icon.png', '../icon.png', 'a//b', 'de.lproj/', './icon.png', 'a\\b'])(
    'a file called "%s"',
    (name) => {
      expect(() => toPassFile(name, Buffer.from('x'))).toThrow(/no path inside a pass/)
    },
  )

  test('more than may wait, at once and with a Retry-After, and works on', async () => {
    const narrow = createSigner({ signer: 'native', concurrency: 2, maxQueued: 3 })
    const started = Array.from({ length: 7 }, () => narrow(passContent(identity), identity, now))
    const settled = await Promise.allSettled(started)
    expect(settled.map(({ status }) => status)).toEqual([
      ...new Array(5).fill('fulfilled'),
      ...new Array(2).fill('rejected'),
    ])
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    for (const problem of refused) {
      expect(problem).toBeInstanceOf(Problem)
      expect(problem).toMatchObject({ code: 'overloaded', headers: { 'Retry-After': '1' } })
    }
    await judgePass(await narrow(passContent(identity), identity, now), { root, programs: false })
  })
})

function isFileName(name: string): boolean {
  return !['.', '..', 'icon.png'].includes(name) && !name.includes('\\')
}
