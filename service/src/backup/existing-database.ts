import { findFingerprint, getFingerprint } from '../accounts/installation.ts'
import { type Db, type Dialect, findMigrations } from '../db/database.ts'
import { isDatabaseUnavailable } from '../db/failure.ts'
import { countWaitingJobs } from '../jobs/manage/backlog.ts'
import { BackupError } from './backup-error.ts'

/** A database that the files of a backup may be put beside. */
export interface ExaminedDatabase {
  waitingJobs: number
  isDatabaseEmpty: boolean
}

/**
 * Examines the database of a backup. Throws a `BackupError` if it cannot be reached, or belongs to a newer
 * version, to something else or to an installation with another secret.
 */
export async function examineDatabase(
  db: Db,
  dialect: Dialect,
  secret: Uint8Array | undefined,
): Promise<ExaminedDatabase> {
  const { pending, unknown } = await findMigrations(db, dialect).catch(explainUnreachable)
  if (unknown.length > 0) {
    throw new BackupError(
      `The database was made by a newer version of Passwright (${unknown.join(', ')}). Restore the backup with that version.`,
    )
  }
  if (pending.includes(FIRST_MIGRATION)) {
    await assertNoTables(db)
    return { waitingJobs: 0, isDatabaseEmpty: true }
  }
  if (!pending.includes(FINGERPRINT_MIGRATION)) await assertSameInstallation(db, secret)
  return { waitingJobs: await countWaitingJobs(db), isDatabaseEmpty: false }
}

const FIRST_MIGRATION = '001-start'
const FINGERPRINT_MIGRATION = '015-installation'

function explainUnreachable(error: unknown): never {
  if (!isDatabaseUnavailable(error)) throw error
  const reason = error instanceof Error ? error.message || error.name : String(error)
  throw new BackupError(
    `The database cannot be used (${reason}). Check DATABASE_URL, and that PostgreSQL runs: what is restored has to fit the database.`,
  )
}

async function assertNoTables(db: Db): Promise<void> {
  const tables = await db.introspection.getTables()
  const [table] = tables
  if (!table) return
  throw new BackupError(
    `DATABASE_URL names a database that something else uses: it has a table "${table.name}" and is not one of Passwright. Name an empty database, or the one that pg_restore has filled.`,
  )
}

async function assertSameInstallation(db: Db, secret: Uint8Array | undefined): Promise<void> {
  const fingerprint = await findFingerprint(db)
  if (fingerprint === undefined || !secret || fingerprint === getFingerprint(secret)) return
  throw new BackupError(
    'DATABASE_URL names the database of another installation: with the secret in this backup, no receiver would accept its webhooks. Name the database that belongs to this backup, or take the backup that belongs to this database.',
  )
}
