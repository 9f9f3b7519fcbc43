import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { ConfigError } from '../config-error.ts'
import { createPrivateFolder } from '../private-files.ts'
import { createTables } from './migrations/001-start.ts'
import { addMail } from './migrations/002-mail.ts'
import { addWebhooks } from './migrations/003-webhooks.ts'
import { renameTables } from './migrations/004-names.ts'
import { addSummaries } from './migrations/005-summaries.ts'
import { addOwners } from './migrations/006-fairness.ts'
import { addCertificateWarnings } from './migrations/007-certificate-warnings.ts'
import { addSubtitles } from './migrations/008-subtitles.ts'
import { addDevices } from './migrations/009-devices.ts'
import { addKeyLimits } from './migrations/010-key-limits.ts'
import { addTemplates } from './migrations/011-templates.ts'
import { addGoogle } from './migrations/012-google.ts'
import { addPeople } from './migrations/013-people.ts'
import { addStatistics } from './migrations/014-statistics.ts'
import { addInstallation } from './migrations/015-installation.ts'
import { numberSearchedPasses } from './migrations/016-search.ts'
import type { Dialect } from './migrations/dialect.ts'
import type { Database } from './schema.ts'
import { NodeSqliteDialect } from './sqlite/dialect.ts'
import { createExpectedWrites, type ExpectedWrites } from './sqlite/expected-writes.ts'
import type { OnGroupCommit } from './sqlite/group-commit.ts'

/** A SQLite file, or the URL of a PostgreSQL database. */
export type DatabaseSettings = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string }

export type { Dialect }

/** The database; a query that may also run in a transaction takes `Db | Trx`. */
export type Db = Kysely<Database>
export type Trx = Transaction<Database>

/** The timeouts of PostgreSQL connections, in milliseconds. */
export interface PostgresTimeouts {
  /** For a connection from the pool. */
  connectMs: number
  statementMs: number
  /** Without data from the server. Longer than the statement timeout and the pool's idle timeout, so the connection must be dead. */
  socketMs: number
}

export const postgresTimeouts: PostgresTimeouts = {
  connectMs: 5_000,
  statementMs: 10_000,
  socketMs: 12_000,
}

/** What a database may be opened with besides its settings. */
export interface DatabaseOptions {
  timeouts?: PostgresTimeouts
  /** The transactions that SQLite can expect. */
  expectedWrites?: ExpectedWrites
  /** Is called after each commit of SQLite. */
  onGroupCommit?: OnGroupCommit
}

/** Opens the configured database; it connects at the first query. */
export function openDatabase(
  config: DatabaseSettings,
  onIdleError: (error: Error) => void,
  {
    timeouts = postgresTimeouts,
    expectedWrites = createExpectedWrites(),
    onGroupCommit = () => {},
  }: DatabaseOptions = {},
): Db {
  const dialect =
    config.kind === 'sqlite'
      ? createSqliteDialect(config.file, expectedWrites, onGroupCommit)
      : createPostgresDialect(config.url, onIdleError, timeouts)
  return new Kysely<Database>({ dialect })
}

/**
 * Runs all new migrations; of several processes that start at once, one runs them. Throws a `ConfigError`
 * if a newer version has run some that this one does not know.
 */
export async function migrate(db: Db, dialect: Dialect): Promise<void> {
  const { error } = await createMigrator(db, dialect).migrateToLatest()
  if (!error) return
  const { unknown } = await findMigrations(db, dialect).catch(() => ({ unknown: [] }))
  if (unknown.length === 0) throw error
  throw new ConfigError([
    `The database was migrated by a newer version of Passwright (${unknown.join(', ')}). Start that version, or restore a backup from before`,
  ])
}

/** Finds the migrations that the database lacks, and those that only a newer version knows. */
export async function findMigrations(
  db: Db,
  dialect: Dialect,
): Promise<{ pending: string[]; unknown: string[] }> {
  const known = await createMigrator(db, dialect).getMigrations()
  const pending = known.filter(({ executedAt }) => !executedAt).map(({ name }) => name)
  if (pending.length === known.length) return { pending, unknown: [] }
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const unknown = rows.map(({ name }) => name)
  return { pending, unknown: unknown.filter((name) => !known.some((each) => each.name === name)) }
}

function createMigrator(db: Db, dialect: Dialect): Migrator {
  return new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        '001-start': createTables(dialect),
        '002-mail': addMail,
        '003-webhooks': addWebhooks,
        '004-names': renameTables(dialect),
        '005-summaries': addSummaries(dialect),
        '006-fairness': addOwners(dialect),
        '007-certificate-warnings': addCertificateWarnings,
        '008-subtitles': addSubtitles(dialect),
        '009-devices': addDevices(dialect),
        '010-key-limits': addKeyLimits,
        '011-templates': addTemplates(dialect),
        '012-google': addGoogle,
        '013-people': addPeople(dialect),
        '014-statistics': addStatistics,
        '015-installation': addInstallation,
        '016-search': numberSearchedPasses(dialect),
      }),
    },
  })
}

/** The files of a database: none for PostgreSQL. SQLite's own are beside the database, with its mode. */
export function getDatabaseFiles(settings: DatabaseSettings): string[] {
  if (settings.kind === 'postgres') return []
  return ['', '-wal', '-shm', '-journal'].map((ending) => settings.file + ending)
}

function createSqliteDialect(
  file: string,
  expectedWrites: ExpectedWrites,
  onGroupCommit: OnGroupCommit,
): NodeSqliteDialect {
  createPrivateFolder(dirname(file))
  return new NodeSqliteDialect(file, expectedWrites, onGroupCommit)
}

function createPostgresDialect(
  url: string,
  onIdleError: (error: Error) => void,
  { connectMs, statementMs, socketMs }: PostgresTimeouts,
): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    stream: () => createSocketWithTimeout(socketMs),
  })
  // Without these listeners, a connection lost while idle or between two queries would end the process.
  pool.on('error', onIdleError)
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({ pool })
}

/** A socket that closes when the server sends nothing, such as after a power failure. */
function createSocketWithTimeout(timeoutMs: number): Socket {
  const socket = new Socket()
  return socket.setTimeout(timeoutMs, () => {
    socket.destroy(Object.assign(new Error('The database does not respond'), { code: 'ETIMEDOUT' }))
  })
}

/** Checks that the database responds; throws when it does not. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db)
}
