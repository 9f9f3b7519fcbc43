import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ensureDevelopmentIdentity } from '../../src/apple/certificates/folder/development.ts'
import { readConfig } from '../../src/config.ts'
import { migrate, openDatabase } from '../../src/db/database.ts'
import { diagnose } from '../../src/doctor/diagnose.ts'
import type { Finding, Patient } from '../../src/doctor/finding.ts'
import { checkSamplePass } from '../../src/doctor/sample-pass.ts'
import { probe } from '../../src/net/probe.ts'
import { version } from '../../src/version.ts'
import { getPrivateKey } from '../support/certificates/signing-keys.ts'
import {
  createTestApple,
  createTestIdentity,
  fromNow,
  type PassCertificateOptions,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../support/certificates/test-apple.ts'
import { databases } from '../support/databases/databases.ts'
import { tryCommand } from '../support/environment/service-process.ts'
import { mountSmallDisk } from '../support/environment/small-disk.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { findClosedPort, startOriginServer, startTcpServer } from '../support/http/origin-server.ts'
import { startFakeSmtpServer } from '../support/smtp/fake-smtp-server.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60_000
const apple = await createTestApple()
const otherApple = await createTestApple({ keys: { root: 'other', wwdr: 'third' } })

type Env = Record<string, string>

/** An installation in which nothing is broken: its settings, and what stands for the world outside. */
async function createInstallation(
  databaseUrl?: string,
  certificate: PassCertificateOptions = {},
): Promise<{ env: Env; overrides: Partial<Patient> }> {
  const folder = await createTemporaryFolder()
  const certificates = join(folder, 'certificates')
  await writeIdentity(certificates, TEST_PASS_TYPE_ID, await apple.issue(certificate))
  const env = {
    DATA_DIR: folder,
    CERTIFICATES_DIR: certificates,
    PUBLIC_URL: 'https://passes.example.com',
    ...(databaseUrl && { DATABASE_URL: databaseUrl }),
  }
  const { database } = readConfig(env)
  const db = openDatabase(database, () => {})
  await migrate(db, database.kind)
  await db.destroy()
  return { env, overrides: { apple: apple.appleCertificates, probeHealth: async () => healthy() } }
}

/** What our own service replies through PUBLIC_URL. */
function healthy(date = new Date()) {
  const text = JSON.stringify({ status: 'ok', version })
  return { status: 200, date, location: undefined, text }
}

/** The findings that are not ok. */
async function findFaults(env: Env, overrides: Partial<Patient>): Promise<Finding[]> {
  const { ok, findings } = await diagnose(env, overrides)
  expect(ok).toBe(findings.every(({ level }) => level !== 'broken'))
  expect(findings.every(({ level, fix }) => (level === 'ok') === (fix === null))).toBe(true)
  return findings.filter(({ level }) => level !== 'ok')
}

describe.each(databases)('the doctor, on $name', ({ createDatabase }) => {
  it('says what is well, one line each', async () => {
    const { env, overrides } = await createInstallation(await createDatabase())
    const { ok, findings } = await diagnose(env, overrides)
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(ok).toBe(true)
    expect(new Set(findings.map(({ code }) => code))).toEqual(
      new Set(['certificate', 'clock', 'public_url', 'database', 'disk', 'mail', 'phones']),
    )
    expect(findings[0]?.message).toMatch(
      /^pass\.com\.example\.test: .* team ABCDE12345 .*365 days left$/,
    )
  })

  it('runs beside a service, finds what it would, and changes nothing', async () => {
    const databaseUrl = await createDatabase()
    const service = await startTestService({ databaseUrl })
    onTestFinished(service.stop)
    const { certificatesDir, dataDir } = service.ctx.config
    const env = {
      DATA_DIR: dataDir,
      CERTIFICATES_DIR: certificatesDir,
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: service.url,
    }
    const list = async () => [await readdir(dataDir), await readdir(certificatesDir)]
    const before = await list()
    const key = await service.createKey()
    const passes = Array.from({ length: 20 }, () =>
      service.fetch('/api/passes', { key, json: { title: 'Pass' } }),
    )
    const { exitCode, stdout, stderr } = await tryCommand(env, 'doctor', '--json')
    expect(stderr).toBe('')
    expect(exitCode).toBe(1)
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] }
    expect(ok).toBe(false)
    const broken = findings.filter(({ level }) => level === 'broken').map(({ code }) => code)
    expect(broken).toEqual(['development_identity', 'public_url_local'])
    for (const finding of findings) {
      expect(Object.keys(finding)).toEqual(['code', 'level', 'message', 'fix'])
    }
    for (const made of await Promise.all(passes)) expect(made.status).toBe(201)
    expect(await list()).toEqual(before)
  })

  it('finds a database that lacks migrations or was migrated by a newer version', async () => {
    const { env, overrides } = await createInstallation(await createDatabase())
    const change = async (query: ReturnType<typeof sql>) => {
      const db = openDatabase(readConfig(env).database, () => {})
      await query.execute(db)
      await db.destroy()
    }
    await change(sql`insert into kysely_migration values ('999-later', '2027-01-01')`)
    expect(await findFaults(env, overrides)).toMatchObject([
      { code: 'database_newer', level: 'broken', message: expect.stringContaining('999-later') },
    ])
    await change(sql`delete from kysely_migration where name >= '006'`)
    expect(await findFaults(env, overrides)).toMatchObject([
      { code: 'database_not_migrated', level: 'warning', message: expect.stringContaining('006') },
    ])
  })

  it('shows what phones reported lately, the newest first, and nothing that acts on a terminal', async () => {
    const { env, overrides } = await createInstallation(await createDatabase())
    let daysAgo = 0
    const service = await startTestService({
      databaseUrl: env.DATABASE_URL ?? '',
      overrides: () => ({ now: () => fromNow(-daysAgo * DAY_MS) }),
    })
    onTestFinished(service.stop)
    const report = (message: string) =>
      service.fetch('/apple/v1/log', { method: 'POST', json: { logs: [message] } })
    daysAgo = 8
    await report('long ago')
    expect(await findFaults(env, overrides)).toEqual([])
    daysAgo = 2
    await report('Register task: 404')
    daysAgo = 1
    await report('Get pass task: 500')
    await report('Get pass task: 500')
    daysAgo = 0
    await report('Unregister task\n\u001b]0;owned\u0007\u001b[31mred\u202e')
    const [finding, ...others] = await findFaults(env, overrides)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ code: 'phones_reported_errors', level: 'warning' })
    expect(finding?.message).toMatch(
      /^Phones reported, the newest first: "Unregister task .*red" \(20.*\); "Get pass task: 500" \(2 times, last 20.*\); "Register task: 404" \(20[^"]*\)$/,
    )
    expect(finding?.message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    // Also what came into the database on another way.
    const db = openDatabase(readConfig(env).database, () => {})
    await db
      .updateTable('device_log')
      .set({ message: '\u001b[2Jgone' })
      .where('message', 'like', 'Unregister%')
      .execute()
    await db.destroy()
    const [changed] = await findFaults(env, overrides)
    expect(changed?.message).toContain('"[2Jgone"')
  })

  it('finds a clock that is behind the newest event', async () => {
    const { env, overrides } = await createInstallation(await createDatabase())
    const service = await startTestService({
      databaseUrl: env.DATABASE_URL ?? '',
      overrides: () => ({ now: () => new Date(Date.now() + DAY_MS) }),
    })
    await service.client(await service.createKey()).createPass({ title: 'Pass' })
    await service.stop()
    expect(await findFaults(env, overrides)).toMatchObject([
      {
        code: 'clock_wrong',
        level: 'broken',
        message: expect.stringMatching(/clock is 14\d\d minutes behind the newest event/),
      },
    ])
  })
})

describe.each(databases.filter(({ name }) => name === 'postgres'))(
  'the doctor, on $name',
  ({ createDatabase }) => {
    it('finds a database that is read-only, or whose clock is another', async () => {
      const { env, overrides } = await createInstallation(await createDatabase())
      const ahead = { ...overrides, now: () => fromNow(10 * MINUTE_MS) }
      const faults = await findFaults(env, {
        ...ahead,
        probeHealth: async () => healthy(ahead.now()),
      })
      expect(faults).toMatchObject([
        {
          code: 'clock_wrong',
          message: expect.stringContaining('10 minutes ahead of that of PostgreSQL'),
        },
      ])
      const url = `${env.DATABASE_URL}?options=-c%20default_transaction_read_only%3Don`
      expect(await findFaults({ ...env, DATABASE_URL: url }, overrides)).toMatchObject([
        { code: 'database_read_only', level: 'broken' },
      ])
    })
  },
)

describe('the doctor finds', () => {
  type Arrange = (env: Env, overrides: Partial<Patient>) => Promise<void>
  type Row = [what: string, arrange: Arrange, level: Finding['level'], code: string, fix: RegExp]
  const reissue = (options: PassCertificateOptions) => async (env: Env) => {
    await writeIdentity(env.CERTIFICATES_DIR ?? '', TEST_PASS_TYPE_ID, await apple.issue(options))
  }
  const reply = (more: object) => async (_: Env, overrides: Partial<Patient>) => {
    overrides.probeHealth = async () => ({ ...healthy(), ...more })
  }
  const identityFile = (env: Env, name: string) =>
    join(env.CERTIFICATES_DIR ?? '', TEST_PASS_TYPE_ID, name)

  const rows: Row[] = [
    [
      'wrong settings',
      async (env) => void Object.assign(env, { SMTP_URL: 'smtp://mail.example.com' }),
      'broken',
      'settings_invalid',
      /./,
    ],
    [
      'no identity',
      (env) => rm(env.CERTIFICATES_DIR ?? '', { recursive: true }),
      'broken',
      'certificate_missing',
      /certs request/,
    ],
    [
      'the development identity',
      async (env) => {
        await rm(env.CERTIFICATES_DIR ?? '', { recursive: true })
        await ensureDevelopmentIdentity(env.CERTIFICATES_DIR ?? '', new Date())
      },
      'broken',
      'development_identity',
      /certs import/,
    ],
    [
      "a root that is not Apple's",
      async (env) => {
        await writeIdentity(env.CERTIFICATES_DIR ?? '', TEST_PASS_TYPE_ID, await otherApple.issue())
      },
      'broken',
      'foreign_root',
      /certs import/,
    ],
    [
      'an expired certificate',
      reissue({ notBefore: fromNow(-9 * DAY_MS), notAfter: fromNow(-DAY_MS) }),
      'broken',
      'certificate_expired',
      /Renew it/,
    ],
    [
      'a certificate that is not valid yet',
      reissue({ notBefore: fromNow(DAY_MS) }),
      'broken',
      'certificate_not_yet_valid',
      /clock/,
    ],
    [
      'a certificate that expires soon',
      reissue({ notAfter: fromNow(29 * DAY_MS) }),
      'warning',
      'certificate_expiring',
      /Renew it/,
    ],
    [
      'a key of another certificate',
      async (env) => {
        const { key } = await apple.issue({ key: 'other' })
        await writeFile(identityFile(env, 'key.pem'), key)
      },
      'broken',
      'certificate_unusable',
      /^Put the key there that created its signing request$/,
    ],
    [
      'a key that everybody can read',
      (env) => chmod(identityFile(env, 'key.pem'), 0o644),
      'warning',
      'key_open',
      /^Run: chmod 600 .*key\.pem$/,
    ],
    [
      'a default that is not there',
      async (env) => void Object.assign(env, { DEFAULT_PASS_TYPE_ID: 'pass.com.example.none' }),
      'broken',
      'default_identity_missing',
      /name another/,
    ],
    [
      'a certificate that no identity uses',
      async (env) => {
        const { certificate } = await apple.issue()
        await writeFile(join(env.CERTIFICATES_DIR ?? '', 'pass.pem'), certificate)
      },
      'warning',
      'certificate_unused',
      /./,
    ],
    [
      'a clock that is ahead of that of PUBLIC_URL',
      reply({ date: fromNow(-9 * MINUTE_MS) }),
      'broken',
      'clock_wrong',
      /Set the clock/,
    ],
    [
      'a clock that is behind that of PUBLIC_URL',
      reply({ date: fromNow(9 * MINUTE_MS) }),
      'broken',
      'clock_wrong',
      /Set the clock/,
    ],
    [
      'a PUBLIC_URL without https',
      async (env) => void Object.assign(env, { PUBLIC_URL: 'http://passes.example.com' }),
      'broken',
      'public_url_not_https',
      /proxy with a certificate/,
    ],
    [
      'a PUBLIC_URL that only this machine reaches',
      async (env) => void Object.assign(env, { PUBLIC_URL: 'https://[::1]:3000/' }),
      'broken',
      'public_url_local',
      /proxy with a certificate/,
    ],
    [
      'a PUBLIC_URL that redirects',
      reply({ status: 301, location: 'https://www.example.com/' }),
      'broken',
      'public_url_redirects',
      /Set PUBLIC_URL/,
    ],
    [
      'a PUBLIC_URL that leads to something else',
      reply({ text: '<h1>Welcome to nginx!</h1>' }),
      'broken',
      'public_url_not_ours',
      /proxy/,
    ],
    [
      'a service of another version',
      reply({ text: '{"status":"ok","version":"0.0.1"}' }),
      'warning',
      'public_url_version',
      /Restart/,
    ],
    [
      'a database that does not exist yet',
      async (env) => void Object.assign(env, { DATABASE_URL: `sqlite:${env.DATA_DIR}/other.db` }),
      'warning',
      'database_missing',
      /DATABASE_URL/,
    ],
    [
      'a database that is none',
      async (env) => {
        await writeFile(`${env.DATA_DIR}/other.db`, 'x'.repeat(10_000))
        Object.assign(env, { DATABASE_URL: `sqlite:${env.DATA_DIR}/other.db` })
      },
      'broken',
      'database_unavailable',
      /DATABASE_URL/,
    ],
    [
      'a PostgreSQL that does not run',
      async (env) => {
        const port = await findClosedPort()
        Object.assign(env, {
          DATABASE_URL: `postgres://user:password@127.0.0.1:${port}/passwright`,
        })
      },
      'broken',
      'database_unavailable',
      /PostgreSQL runs/,
    ],
    [
      'a mail server that does not run',
      async (env) => void Object.assign(env, mailSettings(await findClosedPort())),
      'broken',
      'mail_unavailable',
      /mail test/,
    ],
    [
      'a mail server that refuses the login',
      async (env) => {
        const auth = { user: 'club', password: 'right' }
        const server = await startFakeSmtpServer({ auth })
        onTestFinished(server.close)
        Object.assign(env, mailSettings(server.port, 'club:hunter2@'), { SMTP_TLS: 'optional' })
      },
      'broken',
      'mail_unavailable',
      /SMTP_PASSWORD/,
    ],
  ]
  it.each(rows)('%s, with a fix', async (_, arrange, level, code, fix) => {
    const { env, overrides } = await createInstallation()
    await arrange(env, overrides)
    const faults = await findFaults(env, overrides)
    expect(faults).toMatchObject([{ level, code, fix: expect.stringMatching(fix) }])
    expect(JSON.stringify(faults)).not.toMatch(/user:password|hunter2/)
  })

  it('a full disk', async () => {
    const disk = mountSmallDisk()
    if ('reason' in disk) return console.info(`Skipped: a full disk, because ${disk.reason}.`)
    onTestFinished(disk.remove)
    const { env, overrides } = await createInstallation()
    const faults = await findFaults({ ...env, DATA_DIR: disk.folder }, overrides)
    expect(faults).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          code: 'disk_full',
          level: 'broken',
          message: expect.stringContaining(disk.folder),
        }),
      ]),
    )
  })

  it('everything that hangs, within seconds', async () => {
    const silent = await startTcpServer('127.0.0.1', () => {})
    onTestFinished(silent.close)
    const { env, overrides } = await createInstallation()
    const hanging = {
      ...env,
      ...mailSettings(silent.port),
      DATABASE_URL: `postgres://user:password@127.0.0.1:${silent.port}/passwright`,
      PUBLIC_URL: `http://127.0.0.1:${silent.port}`,
    }
    const startedAt = performance.now()
    const { findings } = await diagnose(hanging, {
      apple: overrides.apple ?? apple.appleCertificates,
    })
    expect(performance.now() - startedAt).toBeLessThan(20_000)
    const broken = findings.filter(({ level }) => level === 'broken').map(({ code }) => code)
    expect(broken).toEqual([
      'public_url_local',
      'public_url_unreachable',
      'database_unavailable',
      'mail_unavailable',
    ])
  }, 40_000)
})

function mailSettings(port: number, login = ''): Env {
  return { SMTP_URL: `smtp://${login}127.0.0.1:${port}`, MAIL_FROM: 'club@example.com' }
}

describe('a sample pass', () => {
  it('is signed by the identity and judged as Wallet would', async () => {
    const { identity, apple } = await createTestIdentity()
    const now = new Date()
    expect(await checkSamplePass(identity, now, apple.appleCertificates)).toEqual([])
    expect(await checkSamplePass(identity, now, otherApple.appleCertificates)).toMatchObject([
      { code: 'sample_refused', level: 'broken', fix: expect.stringMatching(/./) },
    ])
    const damaged = { ...identity, key: await getPrivateKey('other') }
    expect(await checkSamplePass(damaged, now, apple.appleCertificates)).toMatchObject([
      { code: 'sample_unsigned', level: 'broken' },
    ])
  })
})

describe('the report for people', () => {
  it('is one line each, with the fix, and ends with 1 if anything is broken', async () => {
    const folder = await createTemporaryFolder()
    const { exitCode, stdout, stderr } = await tryCommand({ DATA_DIR: folder }, 'doctor')
    expect(stderr).toBe('')
    expect(exitCode).toBe(1)
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toMatch(/^BROKEN {3}There is no signing identity .*certs request.*\.$/)
    expect(lines).toHaveLength(8)
    // No database, identity or secret was made.
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a probe of PUBLIC_URL', () => {
  it('gives status, date and text, and why there is no reply', async () => {
    const server = await startOriginServer('127.0.0.1', (_, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example' }).end('text')
    })
    onTestFinished(server.close)
    expect(await probe(new URL(`${server.url}/health`), 5_000)).toEqual({
      status: 302,
      date: expect.any(Date),
      location: 'https://elsewhere.example',
      text: 'text',
    })
    expect(server.requestPaths).toEqual(['/health'])
    const closed = await findClosedPort()
    expect(await probe(new URL(`https://127.0.0.1:${closed}`), 5_000)).toEqual({
      error: 'could not be reached',
    })
    expect(await probe(new URL(server.url.replace('http:', 'https:')), 5_000)).toEqual({
      error: expect.stringContaining('does not support TLS'),
    })
  })
})
