import { describe, expect, it } from 'vitest'
import { ensureDevelopmentIdentity } from '../../../src/apple/certificates/folder/development.ts'
import { loadIdentities } from '../../../src/apple/certificates/folder/load.ts'
import { type VerifyOptions, verifyPass } from '../../../src/apple/verify/verify-pass.ts'
import {
  createTestApple,
  createTestIdentity,
  type PassCertificateOptions,
  type TestApple,
} from '../../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'
import { createPassKit } from '../../support/verify/pass-kit.ts'
import { parseCertificates, parseKey } from '../../support/verify/unchecked-identity.ts'

const day = 24 * 60 * 60 * 1000

/** A pass of a certificate that the service itself would not load. */
async function signWith(apple: TestApple, options: PassCertificateOptions, signedAt = new Date()) {
  const { identity } = await createTestIdentity()
  const files = await apple.issue(options)
  const [certificate] = parseCertificates(files.certificate)
  if (!certificate) throw new Error('No certificate')
  const kit = createPassKit({ ...identity, certificate, key: parseKey(files.key) })
  const cms = { time: signedAt, certificates: [certificate, apple.wwdr] }
  return kit.seal(kit.files(), { cms })
}

const codes = (pass: Uint8Array, apple: TestApple, options: VerifyOptions = {}) => {
  const { accepted, findings } = verifyPass(pass, { apple: apple.appleCertificates, ...options })
  return { accepted, codes: findings.map(({ code }) => code) }
}

describe('the certificate of a pass', () => {
  it('of a push or development kind is refused', async () => {
    const apple = await createTestApple()
    const pass = await signWith(apple, { signsPasses: false })
    expect(codes(pass, apple)).toEqual({ accepted: false, codes: ['certificate_purpose'] })
  })

  it.each([['Le Rendez Vous'], [null]])(
    'whose extension says %j instead of the pass type is refused',
    async (marker) => {
      const apple = await createTestApple()
      const pass = await signWith(apple, { marker })
      expect(codes(pass, apple)).toEqual({ accepted: false, codes: ['certificate_marker'] })
    },
  )

  it('that has expired since it signed is a warning; signing with it after that is refused', async () => {
    const apple = await createTestApple()
    const notAfter = new Date(Date.now() - 10 * day)
    const before = await signWith(apple, { notAfter }, new Date(Date.now() - 11 * day))
    expect(codes(before, apple)).toEqual({ accepted: true, codes: ['certificate_expired'] })
    const after = await signWith(apple, { notAfter })
    expect(codes(after, apple)).toEqual({ accepted: false, codes: ['signed_outside_validity'] })
  })

  it('is judged at the time that the caller names', async () => {
    const { identity, apple } = await createTestIdentity()
    const kit = createPassKit(identity)
    const pass = kit.seal(kit.files())
    const now = new Date(identity.notAfter.getTime() + day)
    expect(codes(pass, apple, { now })).toEqual({ accepted: true, codes: ['certificate_expired'] })
  })

  it('under a root that is not Apple’s is refused, also when it is called like Apple’s', async () => {
    const { identity } = await createTestIdentity()
    const other = await createTestApple({ keys: { root: 'third', wwdr: 'other' } })
    const kit = createPassKit(identity)
    const pass = kit.seal(kit.files())
    expect(codes(pass, other)).toEqual({ accepted: false, codes: ['chain_foreign_root'] })
    expect(verifyPass(pass)).toMatchObject({ accepted: false })
  })

  it('with the WWDR of another generation beside it is refused', async () => {
    const { identity, apple } = await createTestIdentity()
    const other = await createTestApple({
      generation: 'G3',
      keys: { root: 'third', wwdr: 'other' },
    })
    const kit = createPassKit(identity)
    const certificates = [identity.certificate, other.wwdr]
    const pass = kit.seal(kit.files(), { cms: { certificates } })
    expect(codes(pass, apple)).toEqual({ accepted: false, codes: ['chain_incomplete'] })
  })

  it('that did not sign it, although the signature names it, is refused', async () => {
    const { identity, apple } = await createTestIdentity()
    const { identity: other } = await createTestIdentity({ key: 'other' })
    const kit = createPassKit({ ...identity, key: other.key })
    expect(codes(kit.seal(kit.files()), apple)).toEqual({
      accepted: false,
      codes: ['signature_invalid'],
    })
  })

  it('of a development identity is a warning, and all else is verified', async () => {
    const directory = await createTemporaryFolder()
    const now = new Date()
    await ensureDevelopmentIdentity(directory, now)
    const { identities } = await loadIdentities({ directory, now })
    const [identity] = identities
    if (!identity) throw new Error('No development identity')
    const kit = createPassKit(identity)
    const { accepted, findings } = verifyPass(kit.seal(kit.files()))
    expect([accepted, findings.map(({ code }) => code)]).toEqual([true, ['development_signature']])

    const broken = verifyPass(kit.seal(kit.files(kit.json('generic', { serialNumber: 1 }))))
    expect(broken.accepted).toBe(false)
    expect(broken.findings.map(({ code }) => code)).toEqual(['value_type', 'development_signature'])
  })

  it('that only calls itself a development identity is refused', async () => {
    const apple = await createTestApple()
    const other = await createTestApple({ keys: { root: 'third', wwdr: 'other' } })
    const pass = await signWith(apple, { passTypeIdentifier: 'pass.dev.passwright' })
    expect(codes(pass, other).codes).toContain('chain_foreign_root')
  })
})
