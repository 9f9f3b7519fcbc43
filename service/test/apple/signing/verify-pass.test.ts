import { expect, test } from 'vitest'
import { createTestApple, createTestIdentity } from '../../support/certificates/test-apple.ts'
import { createPassContent } from '../../support/passes/pass-content.ts'
import { createTestSigner } from '../../support/passes/test-signer.ts'
import { inspectPass, verifyPass } from '../../support/passes/verify-pass.ts'

test('the pass verification of the tests finds changed bytes and a wrong root', async () => {
  const { identity, apple } = await createTestIdentity()
  const { root } = apple
  const otherApple = await createTestApple({ keys: { root: 'third', wwdr: 'other' } })
  const pass = await createTestSigner({ signer: 'native' })(
    createPassContent(identity),
    identity,
    new Date(),
  )
  const { files } = await verifyPass(pass, { root })
  const offsetInIcon = pass.indexOf('an icon')
  const offsetInManifest = pass.indexOf('{"de.lproj') + 40
  const offsetInSignature = pass.indexOf(files.get('signature') ?? '') + 2000
  const changes: [Buffer, RegExp[]][] = [
    [
      flipBit(pass, offsetInIcon),
      [
        /archive: icon\.png has a wrong checksum/,
        /manifest: icon\.png is not listed with its SHA-1/,
        /unzip: /,
      ],
    ],
    [
      flipBit(pass, offsetInManifest),
      [/manifest: de\.lproj/, /pkijs says .* digest/, /openssl: CMS Verification failure/],
    ],
    [flipBit(pass, offsetInSignature), [/signature: /, /openssl: /]],
  ]
  for (const [changed, expected] of changes) {
    const { findings } = await inspectPass(changed, { root })
    for (const finding of expected) expect(findings.join('\n')).toMatch(finding)
  }
  const { findings } = await inspectPass(pass, { root: otherApple.root })
  expect(findings.join('\n')).toMatch(/signature: pkijs says .*openssl: /s)
})

function flipBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}
