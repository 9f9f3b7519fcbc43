import { format } from 'node:util'
import { Problem } from '@passwright/shared'
import { PKPass } from 'passkit-generator'
import { describe, expect, test, vi } from 'vitest'
import { toPassFile } from '../../../src/apple/signing/archive.ts'
import { createSigner, type PassContent } from '../../../src/apple/signing/sign.ts'
import { makeIdentity } from '../../support/certificates.ts'
import { passContent } from '../../support/pass-content.ts'
import { changed, dropped, files, taken } from '../../support/passkit-generator-faults.ts'
import { examinePass, judgePass } from '../../support/verify-pass.ts'

// Where passkit-generator 3.6.1 is wrong, by name: what it really does, that the reference engine
// then says so, and that ours carries it. A version that mends one of these fails here.

const native = createSigner({ signer: 'native' })
const reference = createSigner({ signer: 'passkit-generator' })
const { identity, apple } = await makeIdentity()
const icon = toPassFile('icon.png', Buffer.from('an icon'))

describe('passkit-generator 3.6.1 loses or changes', () => {
  test.each(changed)('$name', async ({ keys, kept, we }) => {
    const content = passContent(identity, [icon], keys)
    const pass = withPasskitGenerator(content)
    for (const [key, value] of Object.entries(kept)) expect(pass.passJson?.[key]).toEqual(value)
    expect(await pathsThatWeName(content)).toEqual(we)
    await expectOursToCarry(content)
  })

  test.each(dropped)('the whole pass.json for $name', async ({ keys, we }) => {
    const content = passContent(identity, [icon], keys)
    const pass = withPasskitGenerator(content)
    expect(pass.failure).toMatch(/type is missing/)
    expect(pass.warnings).toMatch(/pass\.json.*invalid.*ValidationError/)
    expect(await pathsThatWeName(content)).toEqual([we])
    await expectOursToCarry(content)
  })

  test('the whole pass.json for a web service without a token', async () => {
    const content = passContent(identity, [icon], { webServiceURL: 'https://example.com' })
    expect(withPasskitGenerator(content).failure).toMatch(/type is missing/)
    expect(await pathsThatWeName(content)).toEqual(['webServiceURL'])
  })

  test.each(files)('a file with $name', async ({ file: given, kept }) => {
    const content = passContent(identity, [icon, given])
    const pass = withPasskitGenerator(content)
    expect(pass.files[given.name]?.toString()).toEqual(kept)
    expect(await pathsThatWeName(content)).toEqual([given.name])
    await expectOursToCarry(content)
  })
})

describe('passkit-generator 3.6.1 takes', () => {
  test.each(taken)('$name', async ({ keys }) => {
    const content = passContent(identity, [icon], keys)
    const pass = withPasskitGenerator(content)
    for (const [key, value] of Object.entries(keys)) expect(pass.passJson?.[key]).toEqual(value)
    expect(await pathsThatWeName(content)).toEqual([])
  })

  test('a pass without an icon, for "lexicon.txt" is one to it', () => {
    const without = withPasskitGenerator(passContent(identity, []))
    expect(without.warnings).toMatch(/one icon file is missing/)
    expect(without.failure).toBeUndefined()
    const lexicon = passContent(identity, [toPassFile('lexicon.txt', Buffer.from('x'))])
    expect(withPasskitGenerator(lexicon).warnings).toBe('')
  })

  test('a certificate of another pass type and team', async () => {
    const keys = { passTypeIdentifier: 'pass.com.example.else', teamIdentifier: 'ZZZZZ99999' }
    const content = passContent(identity, [icon], keys)
    const { findings } = await examinePass(await reference(content, identity, new Date()), {
      root: apple.root,
      programs: false,
    })
    expect(findings).toContain('ids: the certificate is for pass.com.example.test')
    expect(findings).toContain('ids: the certificate is of team ABCDE12345')
  })
})

test('passkit-generator 3.6.1 signs with SHA-1 and leaves the signed attributes unsorted', async () => {
  const pass = await reference(passContent(identity), identity, new Date())
  const { findings, pass: opened } = await examinePass(pass, { root: apple.root, programs: false })
  expect(findings).toEqual(['signature: its signed attributes are not in DER order'])
  const sha1 = Buffer.from('06052b0e03021a', 'hex')
  const sha256 = Buffer.from('0609608648016503040201', 'hex')
  expect(opened.files.get('signature')?.includes(sha1)).toBe(true)
  expect(opened.files.get('signature')?.includes(sha256)).toBe(false)
})

interface Outcome {
  passJson?: Record<string, unknown>
  files: Readonly<Record<string, Buffer>>
  warnings: string
  failure?: string
}

function withPasskitGenerator({ passJson, files }: PassContent): Outcome {
  const buffers = [{ name: 'pass.json', bytes: passJson }, ...files].map(
    ({ name, bytes }): [string, Buffer] => [name, Buffer.from(bytes)],
  )
  const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const warnings = () => said.mock.calls.map((words) => format(...words)).join('\n')
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
    said.mockRestore()
  }
}

/** The paths of engine_cannot; none where the reference engine makes the pass. */
async function pathsThatWeName(content: PassContent): Promise<string[]> {
  const outcome = await reference(content, identity, new Date()).catch((error: unknown) => error)
  if (Buffer.isBuffer(outcome)) return []
  if (!(outcome instanceof Problem) || outcome.code !== 'engine_cannot') throw outcome
  return outcome.issues?.map(({ path }) => path) ?? []
}

async function expectOursToCarry(content: PassContent): Promise<void> {
  const options = { root: apple.root, programs: false }
  const opened = await judgePass(await native(content, identity, new Date()), options)
  for (const { name, bytes } of [
    { name: 'pass.json', bytes: content.passJson },
    ...content.files,
  ]) {
    expect(opened.files.get(name)).toEqual(bytes)
  }
}
