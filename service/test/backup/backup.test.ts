import { existsSync, readdirSync, statSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { claimDatabase } from '../../src/accounts/installation.ts'
import { ensureInstallationSecret } from '../../src/accounts/installation-secret.ts'
import { createBackup } from '../../src/backup/backup.ts'
import { BackupError } from '../../src/backup/backup-error.ts'
import { examineDatabase } from '../../src/backup/existing-database.ts'
import { restoreBackup } from '../../src/backup/restore.ts'
import { readConfig } from '../../src/config.ts'
import { type Db, migrate, openDatabase } from '../../src/db/database.ts'
import { databases } from '../support/databases/databases.ts'
import {
  type CommandResult,
  runCommand,
  tryCommand,
} from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { createIphone } from '../support/phones/iphone.ts'
import { verifyWithPackage } from '../support/webhooks/verifiers.ts'
import { startWebhookReceiver } from '../support/webhooks/webhook-receiver.ts'

const passphrase = 'three words that nobody guesses'

const start = async (env: Record<string, string>): Promise<TestService> => {
  const service = await startTestService({ env })
  onTestFinished(() => service.stop())
  return service
}

/** The settings of a service, for its command line. */
const toEnv = ({ ctx }: TestService, databaseUrl: string | undefined): Record<string, string> => ({
  DATA_DIR: ctx.config.dataDir,
  CERTIFICATES_DIR: ctx.config.certificatesDir,
  BACKUP_PASSPHRASE: passphrase,
  ...(databaseUrl && { DATABASE_URL: databaseUrl }),
})

describe.each(databases)('a backup of $name', ({ name, createDatabase }) => {
  it('taken under load has every pass that was acknowledged before it; keys, phones, links and webhook secrets work on', async () => {
    const receiver = await startWebhookReceiver()
    onTestFinished(() => receiver.close())
    const settings = {
      PUBLIC_URL: 'https://passes.example.com',
      OUTBOUND_ALLOW: `127.0.0.1:${receiver.port}`,
    }
    const databaseUrl = name === 'postgres' ? await createDatabase() : undefined
    const original = await start({ ...settings, ...(databaseUrl && { DATABASE_URL: databaseUrl }) })
    const key = await original.createKey()
    const client = original.client(key)
    const { secret = '' } = await client.createWebhook({ url: `${receiver.url}/hook` })
    const { serialNumber, shareUrl } = await client.createPass({ title: 'On the phone' })
    const phone = createIphone({ serviceUrl: () => service.url })
    let service = original
    await phone.add(await client.getPassFile(serialNumber))

    const acknowledged: string[] = []
    let isLoaded = true
    const load = Array.from({ length: 4 }, async (_, caller) => {
      while (isLoaded) {
        const pass = await client.createPass({ title: `Load ${caller}` })
        acknowledged.push(pass.serialNumber)
      }
    })
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20)
    const before = [...acknowledged]
    const file = join(await createTemporaryFolder(), 'backup.age')
    const made = await tryCommand(toEnv(original, databaseUrl), 'backup', file)
    isLoaded = false
    await Promise.all(load)
    expect(made).toMatchObject({ exitCode: 0, stderr: '' })
    expect(made.stdout.includes('pg_dump')).toBe(name === 'postgres')
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(readdirSync(original.ctx.config.dataDir).filter((each) => each.startsWith('.'))).toEqual(
      [],
    )
    await original.stop()

    const folder = join(await createTemporaryFolder(), 'new')
    const env: Record<string, string> = {
      DATA_DIR: folder,
      CERTIFICATES_DIR: join(folder, 'certificates'),
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    }
    const restored = await tryCommand({ ...env, BACKUP_PASSPHRASE: passphrase }, 'restore', file)
    expect(restored).toMatchObject({ exitCode: 0, stderr: '' })
    expect(restored.stdout).not.toContain('pg_restore')
    service = await start({ ...settings, ...env })
    for (const serial of before) expect(await service.client(key).getPass(serial)).toBeDefined()
    const page = await service.fetch(new URL(shareUrl).pathname)
    expect(page.status).toBe(200)
    expect(await phone.registerAgain()).toEqual([200])
    await service.client(key).patchPass(serialNumber, { title: 'Still here' })
    expect(await phone.update()).toEqual([serialNumber])
    await expect
      .poll(() => receiver.requestsTo('/hook').find(({ body }) => body.includes('Still here')))
      .toBeDefined()
    const { headers, body } = receiver
      .requestsTo('/hook')
      .find((each) => each.body.includes('Still here'))!
    const signed = Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [header, String(value)]),
    )
    expect(await verifyWithPackage([{ headers: signed, body, secret }])).toEqual([true])
    expect(service.ctx.identities()[0]?.certificate.fingerprint256).toBe(
      original.ctx.identities()[0]?.certificate.fingerprint256,
    )
  })
})

describe('restore on PostgreSQL', () => {
  const [postgres] = databases.filter(({ name }) => name === 'postgres')
  const createDatabase = async () => (await postgres?.createDatabase()) ?? ''

  const withDatabase = async <T>(url: string, work: (db: Db) => Promise<T>): Promise<T> => {
    const db = openDatabase({ kind: 'postgres', url }, () => {})
    return work(db).finally(() => db.destroy())
  }
  /** A database as the first start of an installation with this secret leaves it. */
  const createInstallation = async (secret: Uint8Array) => {
    const url = await createDatabase()
    await withDatabase(url, async (db) => {
      await migrate(db, 'postgres')
      await claimDatabase(db, secret)
    })
    return url
  }

  const describeDatabase = (url: string, secret: Uint8Array) =>
    withDatabase(url, (db) => examineDatabase(db, 'postgres', secret)).catch((error) => {
      if (error instanceof BackupError) return error.message
      throw error
    })

  it('tells the database that belongs to a backup from every other', async () => {
    const [own, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const database = await createInstallation(own)
    expect(await describeDatabase(database, own)).toEqual({
      waitingJobs: 0,
      isDatabaseEmpty: false,
    })
    expect(await describeDatabase(database, other)).toMatch(
      /^DATABASE_URL names the database of another installation/,
    )
    const empty = await createDatabase()
    expect(await describeDatabase(empty, own)).toEqual({ waitingJobs: 0, isDatabaseEmpty: true })
    await withDatabase(empty, (db) => sql`create table invoice (id integer)`.execute(db))
    expect(await describeDatabase(empty, own)).toMatch(
      /^DATABASE_URL names a database that something else uses: .*"invoice"/,
    )
    await withDatabase(database, (db) =>
      sql`insert into kysely_migration values ('999-later', '2027-01-01')`.execute(db),
    )
    expect(await describeDatabase(database, own)).toMatch(
      /newer version of Passwright \(999-later\)/,
    )
    expect(await describeDatabase('postgres://passwright@127.0.0.1:1/none', own)).toMatch(
      /^The database cannot be used \(.*ECONNREFUSED/,
    )
  })

  it('touches nothing beside another database, and says of an empty one what is missing', async () => {
    const parent = await createTemporaryFolder()
    const original = join(parent, 'original')
    await ensureInstallationSecret([original])
    const file = join(parent, 'backup.age')
    // The certificates may be in DATA_DIR itself.
    const places = readConfig({
      DATA_DIR: original,
      CERTIFICATES_DIR: original,
      DATABASE_URL: 'postgres://passwright@127.0.0.1:1/none',
    })
    await createBackup(places, { file, passphrase, now: new Date() })
    const folder = join(parent, 'new')
    const another = await createInstallation(new Uint8Array(32))
    const config = readConfig({ DATA_DIR: folder, DATABASE_URL: another })
    await expect(restoreBackup(config, { file, passphrase })).rejects.toThrow(BackupError)
    expect(existsSync(folder)).toBe(false)
    const DATABASE_URL = await createDatabase()
    const env = { DATA_DIR: folder, DATABASE_URL, BACKUP_PASSPHRASE: passphrase }
    const output = await runCommand(env, 'restore', file)
    expect(output).toMatch(/the database is still EMPTY.*pg_restore/s)
    expect(existsSync(join(folder, 'certificates/secret'))).toBe(true)
  })

  it('an instance with another secret than the database says so at its start, and the others do not', async () => {
    const databaseUrl = await createDatabase()
    const startWithOwnSecret = async () => {
      const env = { CERTIFICATES_DIR: await createTemporaryFolder() }
      const service = await startTestService({ databaseUrl, env })
      onTestFinished(() => service.stop())
      return service.logs.filter((line) => line.includes('another file \\"secret\\"'))
    }
    expect(await startWithOwnSecret()).toEqual([])
    expect(await startWithOwnSecret()).toHaveLength(1)
  })
})

describe('restore', () => {
  let file: string
  beforeAll(async () => {
    const folder = await mkdtemp(join(inject('folder'), 'backup-'))
    const env = { DATA_DIR: folder, BACKUP_PASSPHRASE: passphrase }
    await runCommand(env, 'keys', 'create', '--name', 'Mine')
    await mkdir(join(folder, 'certificates/pass.com.example.card'), { recursive: true })
    await writeFile(join(folder, 'certificates/pass.com.example.card/key.pem'), 'a key', {
      mode: 0o600,
    })
    file = join(folder, '../mine.age')
    await runCommand(env, 'backup', file)
  })

  const restore = async (
    path: string,
    env: Record<string, string> = {},
  ): Promise<CommandResult & { folder: string }> => {
    const folder = join(await createTemporaryFolder(), 'new')
    const settings = { DATA_DIR: folder, BACKUP_PASSPHRASE: passphrase, ...env }
    return { ...(await tryCommand(settings, 'restore', path)), folder }
  }
  const expectRefusal = (
    { exitCode, stdout, stderr, folder }: CommandResult & { folder: string },
    reason: RegExp,
  ) => {
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(reason)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect(existsSync(folder)).toBe(false)
  }
  /** Restores a changed copy into an empty place; returns the error, after a look at the place. */
  const restoreSpoilt = async (change: (copy: string) => Promise<void>): Promise<string> => {
    const parent = await createTemporaryFolder()
    const copy = join(parent, 'spoilt.age')
    await copyFile(file, copy)
    await change(copy)
    const places = readConfig({ DATA_DIR: join(parent, 'new') })
    const error = await restoreBackup(places, { file: copy, passphrase }).catch((cause) => cause)
    expect(error).toBeInstanceOf(BackupError)
    expect(readdirSync(parent)).toEqual(['spoilt.age'])
    return error.message
  }
  const flip = (position: number) => async (copy: string) => {
    const bytes = await readFile(copy)
    bytes[position]! ^= 1
    await writeFile(copy, bytes)
  }

  it('puts back what was there, for the owner alone', async () => {
    const { folder, stdout } = await restore(file)
    expect(stdout).toMatch(/^The backup of 20\S+Z, made by version \S+, is restored\./)
    expect(await runCommand({ DATA_DIR: folder }, 'keys', 'list')).toContain('Mine')
    const key = join(folder, 'certificates/pass.com.example.card/key.pem')
    expect(await readFile(key, 'utf8')).toBe('a key')
    const modes = [
      '',
      'passwright.db',
      'certificates',
      'certificates/pass.com.example.card/key.pem',
    ]
    expect(modes.map((path) => statSync(join(folder, path)).mode & 0o077)).toEqual([0, 0, 0, 0])
  })

  it('refuses a wrong passphrase, and touches nothing', async () => {
    const wrong = await restore(file, { BACKUP_PASSPHRASE: `${passphrase}!` })
    expectRefusal(wrong, /^The passphrase does not open /)
    expectRefusal(await restore(file, { BACKUP_PASSPHRASE: '' }), /^A backup is encrypted with/)
  })

  it('refuses a file that is damaged anywhere or ends early, and touches nothing', async () => {
    const { size } = statSync(file)
    const damaged = /is damaged or incomplete\. Use another backup\.$/m
    for (const position of [130, 220, Math.floor(size / 2), size - 1]) {
      expect(await restoreSpoilt(flip(position))).toMatch(damaged)
    }
    for (const bytes of [150, Math.floor(size / 2), 65_536 + 200, size - 1]) {
      expect(await restoreSpoilt((copy) => truncate(copy, bytes))).toMatch(damaged)
    }
    expect(await restoreSpoilt((copy) => truncate(copy, 0))).toMatch(/is no backup of Passwright/)
    expectRefusal(await restore('/dev/null'), /is no backup of Passwright/)
    expectRefusal(await restore('/no/such/file'), /^\/no\/such\/file does not exist/)
  })

  it('refuses a place where something is, names it, and leaves it as it was', async () => {
    for (const path of ['passwright.db', 'passwright.db-wal', 'secret', 'certificates/key.pem']) {
      const folder = await createTemporaryFolder()
      await mkdir(join(folder, 'certificates'))
      await writeFile(join(folder, path), 'precious')
      const result = await restore(file, { DATA_DIR: folder })
      expect([result.exitCode, result.stdout]).toEqual([1, ''])
      expect(result.stderr).toContain(join(folder, path))
      expect(await readFile(join(folder, path), 'utf8')).toBe('precious')
      const files = readdirSync(folder, { recursive: true }).map(String).toSorted()
      expect(files).toEqual([...new Set(['certificates', path])].toSorted())
    }
  })

  it('refuses the other kind of database', async () => {
    const DATABASE_URL = 'postgres://passwright@127.0.0.1:1/none'
    expectRefusal(await restore(file, { DATABASE_URL }), /Leave DATABASE_URL out to restore it/)
  })

  it('a backup never replaces a file, and takes no passphrase from the command line', async () => {
    const env = { DATA_DIR: await createTemporaryFolder(), BACKUP_PASSPHRASE: passphrase }
    expect((await tryCommand(env, 'backup', file)).stderr).toMatch(/is there already/)
    const other = `${file}.other`
    expect((await tryCommand(env, 'backup', other)).stderr).toMatch(/^There is no database at/)
    const visible = await tryCommand(env, 'backup', other, '--passphrase', 'x')
    expect(visible.stderr).toMatch(/^Other users of this machine can see/)
    expect(existsSync(other)).toBe(false)
  })

  it('takes the passphrase from a file', async () => {
    const path = join(await createTemporaryFolder(), 'passphrase')
    await writeFile(path, `${passphrase}\n`)
    const folder = join(await createTemporaryFolder(), 'new')
    const args = ['restore', file, '--passphrase-file', path]
    expect(await tryCommand({ DATA_DIR: folder }, ...args)).toMatchObject({ exitCode: 0 })
  })
})
