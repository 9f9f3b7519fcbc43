import { copyFile, cp, mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findMigrations, openDatabase } from '../db/database.ts'
import { checkDatabaseFile } from '../db/sqlite/copy.ts'
import { countWaitingJobs } from '../jobs/backlog.ts'
import { createPrivateFolder } from '../private-files.ts'
import { BackupError } from './backup-error.ts'
import { type Manifest, parts, readManifest } from './manifest.ts'
import { exists, findOccupied, getOwnSecretFile, type Places } from './places.ts'
import { openSealedFile } from './sealed-file.ts'
import { withStagingFolder } from './staging.ts'

/** A backup that was restored. */
export interface Restored extends Manifest {
  /** Jobs that waited when the backup was made, and that may have run since. */
  waitingJobs: number
}

/**
 * Restores a backup into a place where nothing is. The whole file is opened and checked before anything
 * is put there; throws a `BackupError` that says what is wrong.
 */
export async function restoreBackup(
  places: Places,
  { file, passphrase }: { file: string; passphrase: string },
): Promise<Restored> {
  const occupied = await findOccupied(places)
  if (occupied.length > 0) {
    const shown = occupied.slice(0, 5).map((path) => `\n- ${path}`)
    throw new BackupError(
      `A backup is restored only where nothing is, and there is something:${shown.join('')}\nStop the service and move that away, or name an empty DATA_DIR.`,
    )
  }
  return withStagingFolder(places.dataDir, async (folder) => {
    await openSealedFile(file, folder, passphrase)
    const manifest = await readManifest(folder)
    assertSameKind(manifest, places)
    const waitingJobs = manifest.database === 'sqlite' ? await checkDatabase(folder) : 0
    await putInPlace(folder, places)
    return { ...manifest, waitingJobs }
  })
}

function assertSameKind({ database: kind }: Manifest, { database }: Places): void {
  if (kind === database.kind) return
  throw new BackupError(
    kind === 'sqlite'
      ? 'This backup holds an embedded database, and DATABASE_URL names PostgreSQL. Leave DATABASE_URL out to restore it.'
      : 'This backup is of an installation on PostgreSQL: set DATABASE_URL to the database that pg_restore has filled.',
  )
}

/** Checks the database of an opened backup; returns how many jobs wait in it. */
async function checkDatabase(folder: string): Promise<number> {
  const file = join(folder, parts.database)
  const problem = (await exists(file)) ? checkDatabaseFile(file) : 'it is missing'
  if (problem) throw new BackupError(`The database in this backup is damaged: ${problem}`)
  const db = openDatabase({ kind: 'sqlite', file }, () => {})
  try {
    const { unknown } = await findMigrations(db, 'sqlite')
    if (unknown.length === 0) return await countWaitingJobs(db)
    throw new BackupError(
      `This backup was made by a newer version of Passwright (${unknown.join(', ')}). Restore it with that version.`,
    )
  } finally {
    await db.destroy()
  }
}

/** The database comes last: without it, the service would start with what is there of a backup. */
async function putInPlace(folder: string, places: Places): Promise<void> {
  const { certificatesDir, database } = places
  const certificates = join(folder, parts.certificates)
  createPrivateFolder(certificatesDir)
  if (await exists(certificates)) await cp(certificates, certificatesDir, { recursive: true })
  const secret = join(folder, parts.secret)
  if (await exists(secret)) await copyFile(secret, getOwnSecretFile(places))
  if (database.kind === 'postgres') return
  await mkdir(dirname(database.file), { recursive: true, mode: 0o700 })
  await moveFile(join(folder, parts.database), database.file)
}

/** Another file system takes a copy. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    await copyFile(from, to)
  }
}
