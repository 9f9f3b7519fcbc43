import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { getSecretFiles } from '../accounts/installation-secret.ts'
import type { Config } from '../config.ts'
import { getDatabaseFiles } from '../db/database.ts'

/** Where an installation keeps what a backup holds. */
export type Places = Pick<Config, 'dataDir' | 'certificatesDir' | 'database'>

/** The file with the secret of an installation that does not keep it beside the certificates. */
export function getOwnSecretFile({ dataDir }: Places): string {
  const [file = ''] = getSecretFiles([dataDir])
  return file
}

/** What is already there of all that a backup would restore. */
export async function findOccupied(places: Places): Promise<string[]> {
  const files = [...getDatabaseFiles(places.database), getOwnSecretFile(places)]
  const found = await Promise.all(files.map(async (file) => ((await exists(file)) ? [file] : [])))
  const certificates = await readdir(places.certificatesDir).catch(() => [])
  // Of the file system itself, such as that of a new volume.
  const own = certificates.filter((name) => name !== 'lost+found')
  return [...found.flat(), ...own.map((name) => join(places.certificatesDir, name))]
}

/** Whether there is a file or folder; also one that may not be read. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
}
