import { format } from 'node:util'
import { Problem } from '@passwright/shared'
import { PKPass } from 'passkit-generator'
import { describe, expect, test, vi } from 'vitest'
import { toPassFile } from '../../../src/apple/signing/archive.ts'
import type { PassContent } from '../../../src/apple/signing/sign.ts'
import { createTestIdentity } from '../../support/certificates/test-apple.ts'
import { createPassContent } from '../../support/passes/pass-content.ts'
import { accepted, changed, dropped, files } from '../../support/passes/passkit-generator-faults.ts'
import { createTestSigner } from '../../support/passes/test-signer.ts'
import { inspectPass, verifyPass } from '../../support/passes/verify-pass.ts'

// Each known fault of passkit-generator 3.6.1: what it does, that the reference engine reports it,
// and that ours has no such fault. A version that fixes one of them fails here.

const native = createTestSigner({ signer: 'native' })
const reference = createTestSigner({ signer: 'passkit-generator' })
const { identity, apple } = await createTestIdentity()
const icon = toPassFile('icon.png', Buffer.from('an icon'))

describe('passkit-generator 3.6.1 loses or changes', () => {
  test.each(changed)('$name', async ({ keys, output, refusedPaths }) => {
    const content = createPassContent(identity, [icon], keys)
    const pass = createWithPasskitGenerator(content)
    for (const [key, value] of Object.entries(output)) expect(pass.passJson?.[key]).toEqual(value)
    expect(await findReportedPaths(content)).toEqual(refusedPaths)
    await expectOursUnchanged(content)
  })

  test.each(dropped)('the whole pass.json for $name', async ({ keys, refusedPath }) => {
    const content = createPassContent(identity, [icon], keys)
    const pass = createWithPasskitGenerator(content)
    expect(pass.failure).toMatch(/type is missing/)
    expect(pass.warnings).toMatch(/pass\.json.*invalid.*ValidationError/)
    expect(await findReportedPaths(content)).toEqual([refusedPath])
    await expectOursUnchanged(content)
  })

  test('the whole pass.json for a web service without a token', async () => {
    const content = createPassContent(identity, [icon], { webServiceURL: 'https://example.com' })
    expect(createWithPasskitGenerator(content).failure).toMatch(/type is missing/)
    expect(await findReportedPaths(content)).toEqual(['webServiceURL'])
  })

  test.each(files)('a file with $name', async ({ file: given, output }) => {
    const content = createPassContent(identity, [icon, given])
    const pass = createWithPasskitGenerator(content)
    expect(pass.files[given.name]?.toString()).toEqual(output)
    expect(await findReportedPaths(content)).toEqual([given.name])
    await expectOursUnchanged(content)
  })
})

describe('passkit-generator 3.6.1 accepts', () => {
  test.each(accepted)('$name', async ({ keys }) => {
    const content = createPassContent(identity, [icon], keys)
    const pass = createWithPasskitGenerator(content)
    for (const [key, value] of Object.entries(keys)) expect(pass.passJson?.[key]).toEqual(value)
    expect(await findReportedPaths(content)).toEqual([])
  })

  test('a pass without an icon, if it has a file such as "lexicon.txt"', () => {
    const withoutIcon = createWithPasskitGenerator(createPassContent(identity, []))
    expect(withoutIcon.warnings).toMatch(/one icon file is missing/)
    expect(withoutIcon.failure).toBeUndefined()
    const lexicon = createPassContent(identity, [toPassFile('lexicon.txt', Buffer.from('x'))])
    expect(createWithPasskitGenerator(lexicon).warnings).toBe('')
  })

  test('a certificate of another pass type and team', async () => {
    const keys = { passTypeIdentifier: 'pass.com.example.else', teamIdentifier: 'ZZZZZ99999' }
    const content = createPassContent(identity, [icon], keys)
    const { findings } = await inspectPass(await reference(content, identity, new Date()), {
      root: apple.root,
      programs: false,
    })
    expect(findings).toContain('ids: the certificate is for the pass type pass.com.example.test')
    expect(findings).toContain('ids: the certificate belongs to team ABCDE12345')
  })
})

test('passkit-generator 3.6.1 signs with SHA-1 and leaves the signed attributes unsorted', async () => {
  const pass = await reference(createPassContent(identity), identity, new Date())
  const { findings, pass: opened } = await inspectPass(pass, { root: apple.root, programs: false })
  expect(findings).toEqual(['signature: its signed attributes are not in DER order'])
  const sha1 = Buffer.from('06052b0e03021a', 'hex')
  const sha256 = Buffer.from('0609608648016503040201', 'hex')
  expect(opened.files.get('signature')?.includes(sha1)).toBe(true)
  expect(opened.files.get('signature')?.includes(sha256)).toBe(false)
})

interface Result {
  passJson?: Record<string, unknown>
  files: Readonly<Record<string, Buffer>>
  warnings: string
  failure?: string
}

function createWithPasskitGenerator({ passJson, files }: PassContent): Result {
  const buffers = [{ name: 'pass.json', bytes: passJson }, ...files].map(
    ({ name, bytes }): [string, Buffer] => [name, Buffer.from(bytes)],
  )
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const warnings = () => warn.mock.calls.map((values) => format(...values)).join('\n')
  try {
    const pass = new PKPass(Object.fromEntries(buffers), {
      signerCert: identity.certificate.toString(),
      signerKey: identity.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      wwdr: apple.wwdr.toString(),
    })
    const raw = pass.getAsRaw()
    return {
      passJson: JSON.parse(raw['pass.json']?.toString() ?? 'null'),
      files: raw,
      warnings: warnings(),
    }
  } catch (error) {
    return { files: {}, warnings: warnings(), failure: String(error) }
  } finally {
    warn.mockRestore()
  }
}

/** The paths of the `engine_cannot` problem; none when the reference engine signs the pass. */
async function findReportedPaths(content: PassContent): Promise<string[]> {
  const result = await reference(content, identity, new Date()).catch((error: unknown) => error)
  if (Buffer.isBuffer(result)) return []
  if (!(result instanceof Problem) || result.code !== 'engine_cannot') throw result
  return result.issues?.map(({ path }) => path) ?? []
}

async function expectOursUnchanged(content: PassContent): Promise<void> {
  const options = { root: apple.root, programs: false }
  const opened = await verifyPass(await native(content, identity, new Date()), options)
  for (const { name, bytes } of [
    { name: 'pass.json', bytes: content.passJson },
    ...content.files,
  ]) {
    expect(opened.files.get(name)).toEqual(bytes)
  }
}
