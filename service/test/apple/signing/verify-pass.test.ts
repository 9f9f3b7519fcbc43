import { expect, test } from 'vitest'
import { createSigner } from '../../../src/apple/signing/sign.ts'
import { makeApple, makeIdentity } from '../../support/certificates.ts'
import { passContent } from '../../support/pass-content.ts'
import { examinePass, judgePass } from '../../support/verify-pass.ts'

test('the judge of the tests finds what was changed, and another root', async () => {
  const { identity, apple } = await makeIdentity()
  const { root } = apple
  const stranger = await makeApple({ keys: { root: 'third', wwdr: 'other' } })
  const pass = await createSigner({ signer: 'native' })(passContent(identity), identity, new Date())
  const { files } = await judgePass(pass, { root })
  const inIcon = pass.indexOf('an icon')
  const inManifest = pass.indexOf('{"de.lproj') + 40
  const inSignature = pass.indexOf(files.get('signature') ?? '') + 2000
  const lists: [Buffer, RegExp[]][] = [
    [
      flip(pass, inIcon),
      [/archive: icon\.png has a wrong checksum/, /manifest: icon\.png is not in it/, /unzip: /],
    ],
    [
      flip(pass, inManifest),
      [/manifest: de\.lproj/, /pkijs says .* digest/, /openssl: CMS Verification failure/],
    ],
    [flip(pass, inSignature), [/signature: /, /openssl: /]],
  ]
  for (const [changed, expected] of lists) {
    const { findings } = await examinePass(changed, { root })
    for (const finding of expected) expect(findings.join('\n')).toMatch(finding)
  }
  const { findings } = await examinePass(pass, { root: stranger.root })
  expect(findings.join('\n')).toMatch(/signature: pkijs says .*openssl: /s)
})

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}
