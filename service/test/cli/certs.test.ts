import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, it } from 'vitest'
import { createCertificateForms, FORM_PASSWORD } from '../support/certificates/certificate-forms.ts'
import {
  createTestApple,
  fromNow,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../support/certificates/test-apple.ts'
import { startServiceProcess, tryCommand } from '../support/environment/service-process.ts'

const day = 24 * 60 * 60 * 1000
const apple = await createTestApple()
const issued = await apple.issue()

async function createDataDir() {
  const dataDir = await mkdtemp(join(inject('folder'), 'certs-'))
  return { dataDir, directory: join(dataDir, 'certificates'), env: { DATA_DIR: dataDir } }
}

describe('certs request', () => {
  const id = 'pass.com.example.card'
  const args = ['certs', 'request', '--pass-type-id', id, '--email', 'ada@example.com']

  it('makes a key for the owner alone and a request that openssl verifies, and says what to click', async () => {
    const { env, directory } = await createDataDir()
    const { exitCode, stdout, stderr } = await tryCommand(env, ...args)
    expect([exitCode, stderr]).toEqual([0, ''])
    const folder = join(directory, 'requests', id)
    const csr = join(folder, `${id}.certSigningRequest`)
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600)
    const text = execFileSync('openssl', ['req', '-in', csr, '-noout', '-verify', '-text'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(text).toMatch(
      /Subject: emailAddress ?= ?ada@example\.com, CN ?= ?pass\.com\.example\.card/,
    )
    expect(text).toMatch(/Public-Key: \(2048 bit\)/)
    expect(text).toMatch(/Signature Algorithm: sha256WithRSAEncryption/)
    expect(stdout).toMatch(
      /identifiers\/list\/passTypeId\n[\s\S]*certificates\/add\n.*"Pass Type ID Certificate"[\s\S]*Choose File[\s\S]*Download[\s\S]*passwright certs import pass\.cer\n/,
    )
    expect(stdout).toContain(csr)
  })

  it('keeps the key when it is run again', async () => {
    const { env, directory } = await createDataDir()
    await tryCommand(env, ...args)
    const keyFile = join(directory, 'requests', id, 'key.pem')
    const key = await readFile(keyFile, 'utf8')
    const again = await tryCommand(env, ...args)
    expect([again.exitCode, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^The private key of an earlier request is kept/),
    ])
    expect(await readFile(keyFile, 'utf8')).toBe(key)
  })

  it.each([
    ['no Pass Type ID', ['--email', 'a@example.com'], /^Name the Pass Type ID, which begins with/],
    [
      'another ID',
      ['--pass-type-id', 'com.example', '--email', 'a@example.com'],
      /^Name the Pass Type ID/,
    ],
    [
      'a path',
      ['--pass-type-id', 'pass.a/../b', '--email', 'a@example.com'],
      /^Name the Pass Type ID/,
    ],
    [
      "the development identity's",
      ['--pass-type-id', 'pass.dev.passwright', '--email', 'a@b.de'],
      /choose one of your own/,
    ],
    ['no address', ['--pass-type-id', id], /^Name the email address/],
    ['a broken address', ['--pass-type-id', id, '--email', 'ada'], /^Name the email address/],
  ])('with %s says what to add', async (_, words, message) => {
    const { env } = await createDataDir()
    const { exitCode, stdout, stderr } = await tryCommand(env, 'certs', 'request', ...words)
    expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)])
  })
})

describe('certs status', () => {
  it('lists each identity as JSON, and the rest on standard error', async () => {
    const { env, directory } = await createDataDir()
    const notAfter = fromNow(20.5 * day)
    const commonName = 'Pass Type ID with NFC: pass.com.example.nfc'
    const nfc = { passTypeIdentifier: 'pass.com.example.nfc', commonName, notAfter }
    const expired = { passTypeIdentifier: 'pass.com.example.expired', notAfter: fromNow(-day / 2) }
    await writeIdentity(directory, 'pass.com.example.nfc', await apple.issue(nfc))
    await writeIdentity(directory, 'pass.com.example.expired', await apple.issue(expired))
    await writeFile(join(directory, 'old.pem'), issued.certificate)
    const defaults = { ...env, DEFAULT_PASS_TYPE_ID: 'pass.com.example.nfc' }
    const { exitCode, stdout, stderr } = await tryCommand(defaults, 'certs', 'status', '--json')
    expect(exitCode).toBe(0)
    const statuses = JSON.parse(stdout)
    const common = {
      teamIdentifier: 'ABCDE12345',
      organizationName: 'Example & Söhne GmbH',
      issuer: 'Test Worldwide Developer Relations Certification Authority G4',
      development: false,
      foreignRoot: 'Test Root CA',
      notBefore: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    }
    expect(statuses).toHaveLength(2)
    expect(statuses).toContainEqual({
      ...common,
      passTypeIdentifier: 'pass.com.example.nfc',
      expiresAt: notAfter.toISOString(),
      daysLeft: 21,
      valid: true,
      default: true,
      nfc: true,
    })
    expect(statuses).toContainEqual({
      ...common,
      passTypeIdentifier: 'pass.com.example.expired',
      expiresAt: expired.notAfter.toISOString(),
      daysLeft: 0,
      valid: false,
      default: false,
      nfc: false,
    })
    expect(stderr).toMatch(/^Warning: pass\.com\.example\.\w+: its certificate EXPIRED/m)
    expect(stderr).toMatch(
      /^Warning: .*Import them, then delete them there: passwright certs import .*old\.pem$/m,
    )
  })

  it('shows people the days left, the development identity and what waits for Apple', async () => {
    const { env, directory } = await createDataDir()
    await writeIdentity(
      directory,
      TEST_PASS_TYPE_ID,
      await apple.issue({ notAfter: fromNow(40.5 * day) }),
    )
    const id = 'pass.com.example.card'
    await tryCommand(env, 'certs', 'request', '--pass-type-id', id, '--email', 'a@example.com')
    const { stdout } = await tryCommand(env, 'certs', 'status')
    expect(stdout).toMatch(
      /^pass\.com\.example\.test {2}team ABCDE12345 .* {2}until \d{4}-\d\d-\d\d, 41 days left {2}\[default, not Apple: Wallet refuses it\]$/m,
    )
    expect(stdout).toMatch(
      /^pass\.com\.example\.card {2}requested: upload .*certSigningRequest to Apple/m,
    )
  })

  it('with a folder that cannot be used still lists the others, and exits with 1', async () => {
    const { env, directory } = await createDataDir()
    await writeIdentity(directory, TEST_PASS_TYPE_ID, issued)
    await mkdir(join(directory, 'pass.com.example.empty'))
    const { exitCode, stdout, stderr } = await tryCommand(env, 'certs', 'status', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toHaveLength(1)
    expect(stderr).toMatch(/^Error: .*pass\.com\.example\.empty\/certificate\.pem is missing/m)
  })

  it('without an identity says how to begin', async () => {
    const { env } = await createDataDir()
    expect((await tryCommand(env, 'certs', 'status', '--json')).stdout).toBe('[]\n')
    const { exitCode, stdout } = await tryCommand(env, 'certs', 'status')
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^There is no signing identity yet\. Begin with: passwright certs request/,
      ),
    ])
  })
})

describe('a password that is asked for', () => {
  const commandLine = fileURLToPath(new URL('../../src/cli/passwright.ts', import.meta.url))
  /** Runs the import in a terminal, made by script(1), and types these lines. */
  const typeAtImport = async (lines: string[]) => {
    const { dataDir } = await createDataDir()
    const path = join(dataDir, 'card.p12')
    await writeFile(path, createCertificateForms(issued)['p12 rc2-40'] ?? '')
    const command = `${process.execPath} ${commandLine} certs import ${path}`
    return new Promise<{ output: string; exitCode: number }>((resolve) => {
      const env = { PATH: process.env.PATH, DATA_DIR: dataDir }
      const child = execFile('script', ['-qec', command, '/dev/null'], { env }, (error, stdout) =>
        resolve({ output: stdout, exitCode: error ? Number(error.code) : 0 }),
      )
      child.stdout?.on('data', (text: string) => {
        if (text.includes('Password of')) child.stdin?.write(`${lines.shift()}\r`)
      })
    })
  }

  it('opens the .p12 and is not shown', async () => {
    const { output, exitCode } = await typeAtImport([FORM_PASSWORD])
    expect(output).toMatch(/Password of .*card\.p12: \r?\n/)
    expect(output).toContain('Imported pass.com.example.test')
    expect(output).not.toContain(FORM_PASSWORD)
    expect(exitCode).toBe(0)
  })

  it('is asked for again when it is wrong, three times at most', async () => {
    const { output } = await typeAtImport(['wrong', FORM_PASSWORD])
    expect(output).toMatch(
      /That password is wrong\. Password of .*card\.p12: [\s\S]*Imported pass\./,
    )
    const refused = await typeAtImport(['a', 'b', 'c', FORM_PASSWORD])
    expect(refused.output).toMatch(/card\.p12 is encrypted, and none of these passwords opens it/)
    expect(refused.exitCode).toBe(1)
  })

  it('can be cancelled, and nothing is changed', async () => {
    const { output, exitCode } = await typeAtImport(['\u0003'])
    expect([output.includes('Nothing was changed.'), exitCode]).toEqual([true, 1])
  })
})

it('certificates that were dropped into the folder are told about at the start, and its command imports them', async () => {
  const { env, directory } = await createDataDir()
  await mkdir(join(directory, 'from apple'), { recursive: true })
  await writeFile(join(directory, 'from apple', 'pass.cer'), issued.certificate)
  await writeFile(join(directory, 'my key.pem'), issued.key + issued.chain)
  const service = await startServiceProcess(env)
  try {
    const [, command = ''] =
      service
        .output()
        .match(/Import them, then delete them there: passwright (certs import .*?)"/) ?? []
    expect(command).toBe(
      `certs import '${directory}/from apple/pass.cer' '${directory}/my key.pem'`,
    )
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    )
    expect((await tryCommand(env, ...words)).exitCode).toBe(0)
    const status = await tryCommand(env, 'certs', 'status', '--json')
    expect(status.stderr).not.toContain('Import them')
    expect(JSON.parse(status.stdout)).toMatchObject([
      { passTypeIdentifier: TEST_PASS_TYPE_ID, default: true },
      { passTypeIdentifier: 'pass.dev.passwright', development: true },
    ])
  } finally {
    await service.stop('SIGTERM')
  }
})
