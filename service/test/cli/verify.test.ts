import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { ensureDevelopmentIdentity } from '../../src/apple/certificates/folder/development.ts'
import { loadIdentities } from '../../src/apple/certificates/folder/load.ts'
import { createTestIdentity } from '../support/certificates/test-apple.ts'
import { tryCommand } from '../support/environment/service-process.ts'
import { createPassKit, type PassKit, writeZip } from '../support/verify/pass-kit.ts'

let folder: string
let kit: PassKit

beforeAll(async () => {
  folder = await mkdtemp(join(inject('folder'), 'verify-'))
  const directory = join(folder, 'certificates')
  await ensureDevelopmentIdentity(directory, new Date())
  const { identities } = await loadIdentities({ directory, now: new Date() })
  const [identity] = identities
  if (!identity) throw new Error('No development identity')
  kit = createPassKit(identity)
})

const write = async (name: string, bytes: Buffer) => {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

describe('passwright verify', () => {
  it('judges a pass of the development identity on all else, and exits with 0', async () => {
    const path = await write('good.pkpass', kit.seal(kit.files()))
    // No settings are read: a wrong one is no matter.
    const { exitCode, stdout, stderr } = await tryCommand(
      { PORT: 'eighty' },
      'verify',
      path,
      '--json',
    )
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      accepted: true,
      findings: [
        {
          code: 'development_signature',
          level: 'warning',
          path: 'signature',
          message: expect.any(String),
          fix: expect.any(String),
        },
      ],
    })
  })

  it('exits with 1 and the reasons, for people and for programs', async () => {
    const path = await write(
      'bad.pkpass',
      kit.seal(kit.files(kit.json('generic', { serialNumber: 1 }))),
    )
    const people = await tryCommand({}, 'verify', path)
    expect([people.exitCode, people.stderr]).toEqual([1, ''])
    expect(people.stdout).toMatch(
      /^REFUSED {2}value_type {2}serialNumber\n {4}serialNumber must be a text\.\n/,
    )
    expect(people.stdout).toMatch(/\nWallet would refuse this pass\.\n$/)
    const programs = await tryCommand({}, 'verify', path, '--json')
    expect(programs.exitCode).toBe(1)
    expect(JSON.parse(programs.stdout)).toMatchObject({
      accepted: false,
      findings: [{ code: 'value_type', level: 'refused', path: 'serialNumber' }, {}],
    })
  })

  it.each([
    ['an empty file', Buffer.alloc(0), 'The file is empty.'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'it is a PDF'],
    ['half a pass', undefined, 'cut off or damaged'],
  ])('says what %s is', async (_, bytes, says) => {
    const half = kit.seal(kit.files()).subarray(0, 3_000)
    const path = await write('odd.pkpass', bytes ?? half)
    const { exitCode, stdout, stderr } = await tryCommand({}, 'verify', path)
    expect([exitCode, stderr]).toEqual([1, ''])
    expect(stdout).toContain(says)
  })

  it('says that a bundle holds several passes', async () => {
    const path = await write('all.pkpasses', writeZip([['one.pkpass', kit.seal(kit.files())]]))
    const { exitCode, stdout } = await tryCommand({}, 'verify', path)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('Unzip the bundle and verify each .pkpass in it.')
  })

  it.each([
    ['verify', 'gone.pkpass', 'does not exist; is the path right?'],
    ['inspect', 'folder.pkpass', 'is no file; name a .pkpass file'],
  ])('and %s say why %s cannot be read, without a stack trace', async (command, name, says) => {
    await mkdir(join(folder, 'folder.pkpass'), { recursive: true })
    const { exitCode, stdout, stderr } = await tryCommand({}, command, join(folder, name))
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toBe(`${join(folder, name)} ${says}\n`)
  })

  it('asks for a file', async () => {
    const { exitCode, stderr } = await tryCommand({}, 'verify')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('FILE.pkpass')
  })
})

describe('passwright inspect', () => {
  it('prints what is in a pass', async () => {
    const path = await write('shown.pkpass', kit.seal(kit.files()))
    const { exitCode, stdout, stderr } = await tryCommand({}, 'inspect', path)
    expect([exitCode, stderr]).toEqual([0, ''])
    for (const line of [
      /^ {2}style +generic$/m,
      /^ {2}organizationName +Example & Söhne GmbH$/m,
      /^ {2}expirationDate +2099-06-05T19:30:00\+02:00$/m,
      /^ {2}primaryFields +Member: Zoë \(member\)$/m,
      /^ {2}PKBarcodeFormatQR +Zoë 42 \(42\)$/m,
      /^ {2}icon@2x\.png +58 × 58, \d+ bytes$/m,
      /^ {2}de +2 texts$/m,
      /^ {2}signer +Pass Type ID: pass\.dev\.passwright, by .+, 20\d\d-/m,
    ]) {
      expect(stdout).toMatch(line)
    }
    const programs = await tryCommand({}, 'inspect', path, '--json')
    expect(JSON.parse(programs.stdout)).toMatchObject({
      style: 'generic',
      passJson: { serialNumber: 'ü-1' },
      signature: { signer: { name: 'Pass Type ID: pass.dev.passwright' } },
    })
  })

  it('and verify send no escape sequence of a stranger to the terminal', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e\u009b31m'
    const json = kit.json('generic', {
      organizationName: `A${evil}B`,
      [`expirationDate${evil}`]: 1,
    })
    const files = { ...kit.files(json), [`x${'\u009b31m'}.txt`]: Buffer.from('x') }
    const path = await write('evil.pkpass', kit.seal(files))
    for (const command of ['inspect', 'verify']) {
      const { stdout } = await tryCommand({}, command, path)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: It must not be there.
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    }
  })

  it('says what cannot be read, and exits with 1', async () => {
    const { identity } = await createTestIdentity()
    const other = createPassKit(identity)
    const broken = { ...other.files(), 'pass.json': Buffer.from('{') }
    const path = await write('broken.pkpass', other.seal(broken))
    const { exitCode, stdout } = await tryCommand({}, 'inspect', path)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/Cannot be read\n {2}pass_json_unreadable +pass\.json is no valid JSON/)
    const text = await tryCommand({}, 'inspect', await write('text.pkpass', Buffer.from('hello')))
    expect([text.exitCode, text.stderr]).toEqual([1, ''])
    expect(text.stdout).toContain('no zip archive')
  })
})
