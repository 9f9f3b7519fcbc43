import { hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../config-error.ts'
import { createPrivateFolder } from '../private-files.ts'

const FILE = 'secret'
const pattern = /^[0-9a-f]{64}\s*$/

/**
 * Reads the secret of this installation, from which other secrets are derived, and creates it at
 * the first start in the first folder that can be written. It is kept beside the certificates, which
 * all instances share, and not in the database, so that a database dump does not reveal the
 * derived secrets.
 */
export async function ensureInstallationSecret(folders: readonly string[]): Promise<Uint8Array> {
  const existing = await findInstallationSecret(folders)
  if (existing) return existing
  for (const [index, folder] of folders.entries()) {
    try {
      await createSecretFile(folder)
    } catch (error) {
      if (index === folders.length - 1) throw error
      continue
    }
    const secret = await readSecret(join(folder, FILE))
    if (secret) return secret
  }
  throw new Error('There is no folder for the secret of this installation')
}

/** Reads the secret from the first of these folders that has it. */
export async function findInstallationSecret(
  folders: readonly string[],
): Promise<Uint8Array | undefined> {
  for (const folder of folders) {
    const secret = await readSecret(join(folder, FILE))
    if (secret) return secret
  }
  return undefined
}

/** The files that hold the secret if it is in one of these folders. */
export function getSecretFiles(folders: readonly string[]): string[] {
  return folders.map((folder) => join(folder, FILE))
}

/** Derives a secret for one purpose (HKDF, RFC 5869). */
export function deriveSecret(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32))
}

async function readSecret(path: string): Promise<Uint8Array | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new ConfigError([`${path} cannot be read; give the service's user read access`])
  }
  if (pattern.test(text)) return Buffer.from(text.trim(), 'hex')
  throw new ConfigError([
    `${path} is not the secret that the service wrote there; restore the file from your backup`,
  ])
}

/** Creates the file; of several processes that start at once, the first one's file stays. */
async function createSecretFile(folder: string): Promise<void> {
  createPrivateFolder(folder)
  const draft = join(folder, `.secret-${randomUUID()}`)
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  try {
    await link(draft, join(folder, FILE))
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
  } finally {
    await rm(draft, { force: true })
  }
}
