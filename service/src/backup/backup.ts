import { copyFile, cp, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { getDatabaseFiles } from '../db/database.ts'
import { copyDatabase } from '../db/sqlite/copy.ts'
import { version } from '../version.ts'
import { BackupError } from './backup-error.ts'
import { type Manifest, parts, writeManifest } from './manifest.ts'
import { exists, getOwnSecretFile, type Places } from './places.ts'
import { sealFolder } from './sealed-file.ts'
import { withStagingFolder } from './staging.ts'

/** Where a backup goes, and what opens it again. */
export interface BackupRequest {
  file: string
  passphrase: string
  now: Date
}

/** A backup that was made. */
export interface Backup extends Manifest {
  bytes: number
}

/**
 * Writes the database, the certificates with their keys and the secret of an installation into one
 * file, while the service runs: the database is that of one moment. Throws a `BackupError`. Needs room
 * for a copy of the database in DATA_DIR while it runs.
 */
export async function createBackup(places: Places, request: BackupRequest): Promise<Backup> {
  const { file, passphrase, now } = request
  if (await exists(file)) throw new BackupError(`${file} is there already; name another file.`)
  const { database } = places
  if (database.kind === 'sqlite' && !(await exists(database.file))) {
    throw new BackupError(
      `There is no database at ${database.file}, so there is nothing to back up. Is DATA_DIR the one of your service?`,
    )
  }
  return withStagingFolder(places.dataDir, async (folder) => {
    const manifest: Manifest = {
      format: 1,
      version,
      createdAt: now.toISOString(),
      database: database.kind,
    }
    await writeManifest(folder, manifest)
    if (database.kind === 'sqlite') copyDatabase(database.file, join(folder, parts.database))
    await copyCertificates(places, folder)
    const secret = getOwnSecretFile(places)
    if (await exists(secret)) await copyFile(secret, join(folder, parts.secret))
    await sealFolder(folder, file, passphrase)
    return { ...manifest, bytes: (await stat(file)).size }
  })
}

/**
 * A mounted folder holds links to its files, so those are followed. It may be DATA_DIR itself, with the
 * database and what is being made of the backup in it.
 */
async function copyCertificates(
  { certificatesDir, database }: Places,
  folder: string,
): Promise<void> {
  if (!(await exists(certificatesDir))) return
  const others = [folder, join(certificatesDir, 'lost+found'), ...getDatabaseFiles(database)]
  for (const name of await readdir(certificatesDir)) {
    const path = join(certificatesDir, name)
    if (others.includes(path)) continue
    const copy = join(folder, parts.certificates, name)
    await cp(path, copy, { recursive: true, dereference: true })
  }
}
