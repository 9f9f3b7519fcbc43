import { copyFile, cp, mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findInstallationSecret } from '../accounts/installation-secret.ts'
import { openDatabase } from '../db/database.ts'
import { checkDatabaseFile } from '../db/sqlite/copy.ts'
import { createPrivateFolder } from '../private-files.ts'
import { BackupError } from './backup-error.ts'
import { examineDatabase } from './existing-database.ts'
import { type Manifest, parts, readManifest } from './manifest.ts'
import { exists, findOccupied, getOwnSecretFile, type Places } from './places.ts'
import { openSealedFile } from './sealed-file.ts'
import { withStagingFolder } from './staging.ts'

/** A backup that was restored. */
export interface Restored extends Manifest {
  /** Jobs that waited when the backup was made, and that may have run since. */
  waitingJobs: number
  /** Whether the database has nothing in it yet, as PostgreSQL may before `pg_restore`. */
  isDatabaseEmpty: boolean
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
    const found = await checkDatabase(folder, places)
    await putInPlace(folder, places)
    return { ...manifest, ...found }
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

/** Checks the database of an opened backup, or the one in PostgreSQL that belongs to it. */
async function checkDatabase(
  folder: string,
  { database }: Places,
): Promise<Pick<Restored, 'waitingJobs' | 'isDatabaseEmpty'>> {
  const file = join(folder, parts.database)
  if (database.kind === 'sqlite') {
    const problem = (await exists(file)) ? checkDatabaseFile(file) : 'it is missing'
    if (problem) throw new BackupError(`The database in this backup is damaged: ${problem}`)
  }
  const settings = database.kind === 'sqlite' ? { kind: database.kind, file } : database
  const db = openDatabase(settings, () => {})
  try {
    return await examineDatabase(db, database.kind, await readSecret(folder))
  } finally {
    await db.destroy()
  }
}

/** The installation secret in an opened backup: a service keeps it in the first of these places. */
async function readSecret(folder: string): Promise<Uint8Array | undefined> {
  return findInstallationSecret([join(folder, parts.certificates), folder])
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
