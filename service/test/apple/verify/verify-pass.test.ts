import { styles } from '@passwright/shared/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { findingRows } from '../../../src/apple/verify/report/findings.ts'
import { verifyPass } from '../../../src/apple/verify/verify-pass.ts'
import { createTestIdentity, type TestApple } from '../../support/certificates/test-apple.ts'
import { brokenPasses } from '../../support/verify/broken-passes.ts'
import { createPassKit, images, type PassKit } from '../../support/verify/pass-kit.ts'

let kit: PassKit
let apple: TestApple

beforeAll(async () => {
  const made = await createTestIdentity()
  apple = made.apple
  kit = createPassKit(made.identity)
})

const verify = (pass: Uint8Array) => verifyPass(pass, { apple: apple.appleCertificates })

describe('a good pass is accepted without a finding', () => {
  const good: [name: string, build: () => Buffer][] = [
    ...styles.map((style): [string, () => Buffer] => [
      `in the style ${style}`,
      () => kit.seal(kit.files(kit.json(style))),
    ]),
    ['that is deflated', () => kit.seal(kit.files(), { zip: { isDeflated: true } })],
    [
      'that was zipped as a stream',
      () => kit.seal(kit.files(), { zip: { isDeflated: true, isStreamed: true } }),
    ],
    ['with a comment in the archive', () => kit.seal(kit.files(), { zip: { comment: 'hello' } })],
    [
      'with an entry for the folder of a language',
      () => kit.seal(kit.files(), { zip: { folders: ['de.lproj/'] } }),
    ],
    ['signed with SHA-1', () => kit.seal(kit.files(), { cms: { digest: 'sha1' } })],
    [
      'whose signer is named by its key',
      () => kit.seal(kit.files(), { cms: { identifiesByKey: true } }),
    ],
    [
      'with the root in the signature',
      () => {
        const { certificate, chain } = kit.identity
        return kit.seal(kit.files(), { cms: { certificates: [certificate, ...chain, apple.root] } })
      },
    ],
    [
      'with strip and thumbnail where they are shown',
      () =>
        kit.seal({
          ...kit.files(kit.json('storeCard')),
          ...images('strip', 375, 144),
        }),
    ],
    [
      'without a web service',
      () =>
        kit.seal(
          kit.files(
            kit.json('coupon', { webServiceURL: undefined, authenticationToken: undefined }),
          ),
        ),
    ],
  ]
  it.each(good)('%s', (_, build) => {
    expect(verify(build())).toEqual({ accepted: true, findings: [] })
  })
})

describe('a pass that is broken in one way gets the finding of it', () => {
  it.each(brokenPasses)('$name: $code', ({ code, follows, build }) => {
    const { accepted, findings } = verify(build(kit))
    expect(findings.map((finding) => finding.code)).toContain(code)
    const { level } = findingRows[code]
    // Nothing else is found, but what follows from it.
    const others = findings.filter((finding) => ![code, follows].includes(finding.code))
    expect(others.map((finding) => finding.code).join()).toBe('')
    expect(accepted).toBe(level === 'warning')
    for (const { message, fix } of findings) expect(`${message} ${fix}`).toMatch(/^.+[.?] .+\.$/s)
  })

  it('and the corpus has every code but those of certificates', () => {
    const shown = new Set<string>(brokenPasses.map(({ code }) => code))
    const missing = Object.keys(findingRows).filter((code) => !shown.has(code))
    expect(missing).toEqual([
      'chain_foreign_root',
      'development_signature',
      'certificate_purpose',
      'certificate_marker',
      'certificate_expired',
    ])
  })
})
