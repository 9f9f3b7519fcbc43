import { expect, it } from 'vitest'
import { inspectPass } from '../../../src/apple/verify/inspect-pass.ts'
import { verifyPass } from '../../../src/apple/verify/verify-pass.ts'
import { createTestIdentity } from '../../support/certificates/test-apple.ts'
import { createDamagedPasses } from '../../support/verify/mutations.ts'
import { createPassKit } from '../../support/verify/pass-kit.ts'

/** `npm run proof -- verify-fuzz` does so 100,000 times, and watches time and memory. */
const COUNT = 2_000

it('damaged passes get an answer each, and none brings verify or inspect down', async () => {
  const { identity, apple } = await createTestIdentity()
  const nextPass = createDamagedPasses(createPassKit(identity), 1)
  const found = new Set<string>()
  for (let index = 0; index < COUNT; index += 1) {
    const pass = nextPass()
    const { accepted, findings } = verifyPass(pass, { apple: apple.appleCertificates })
    expect(accepted).toBe(findings.every(({ level }) => level === 'warning'))
    for (const { code } of findings) found.add(code)
    expect(inspectPass(pass).images.length).toBeLessThan(20)
  }
  // The mutations reach behind the archive.
  for (const code of [
    'archive_damaged',
    'manifest_hash_wrong',
    'signature_unreadable',
    'signature_invalid',
    'pass_json_unreadable',
    'image_damaged',
    'strings_unreadable',
  ]) {
    expect(found).toContain(code)
  }
}, 180_000)
