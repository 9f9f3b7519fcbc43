import { hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { IdentityError } from '../apple/certificates/load.ts'

const FILE = 'secret'
const pattern = /^[0-9a-f]{64}\s*$/

/**
 * The secret of this installation, from which others are derived; made at the first start. It lies
 * in the first of the folders that can be written, beside the certificates, which all instances
 * share: never in the database, so that no dump of it tells what is derived.
 */
export async function ensureInstallationSecret(folders: readonly string[]): Promise<Uint8Array> {
  for (const folder of folders) {
    const secret = await readSecret(join(folder, FILE))
    if (secret) return secret
  }
  for (const [index, folder] of folders.entries()) {
    try {
      await makeSecret(folder)
    } catch (error) {
      if (index === folders.length - 1) throw error
      continue
    }
    const secret = await readSecret(join(folder, FILE))
    if (secret) return secret
  }
  throw new Error('There is no folder for the secret of this installation')
}

/** A secret for one purpose (HKDF, RFC 5869). */
export function deriveSecret(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32))
}

async function readSecret(path: string): Promise<Uint8Array | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new IdentityError([`${path} cannot be read; allow it for our user`])
  }
  if (pattern.test(text)) return Buffer.from(text.trim(), 'hex')
  throw new IdentityError([
    `${path} is not the secret that we wrote there; put back the file of your backup`,
  ])
}

/** Of several processes that start at once, the first one's stays. */
async function makeSecret(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const draft = join(folder, `.secret-${randomUUID()}`)
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  try {
    await link(draft, join(folder, FILE))
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error
  } finally {
    await rm(draft, { force: true })
  }
}
