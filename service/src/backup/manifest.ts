import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { BackupError } from './backup-error.ts'

/** What a backup says of itself. */
const Manifest = z.object({
  format: z.literal(1),
  /** The version of Passwright that made it. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** A backup of an installation on PostgreSQL has no database in it. */
  database: z.enum(['sqlite', 'postgres']),
})
export type Manifest = z.output<typeof Manifest>

/** The names in a backup. */
export const parts = {
  manifest: 'manifest.json',
  database: 'database.sqlite',
  /** The contents of CERTIFICATES_DIR, often with the secret of the installation. */
  certificates: 'certificates',
  /** The secret, where it is in DATA_DIR. */
  secret: 'secret',
} as const

/** Writes the manifest into the folder that becomes a backup. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, parts.manifest), JSON.stringify(manifest, null, 2))
}

/** Reads the manifest of an opened backup; throws a `BackupError` if this version does not know it. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, parts.manifest), 'utf8').catch(() => 'null')
  const manifest = Manifest.safeParse(JSON.parse(text))
  if (manifest.success) return manifest.data
  throw new BackupError(
    'This is no backup of Passwright, or one of a newer version. Restore it with the version that made it.',
  )
}
