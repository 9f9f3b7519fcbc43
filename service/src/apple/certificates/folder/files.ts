import { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeWrongFile } from '../file-contents/file-kinds.ts'

/** The names of the files in an identity's folder. */
export const identityFileNames = ['certificate.pem', 'key.pem', 'chain.pem']

/** The paths of the files in an identity's folder. */
export function getIdentityFiles(folder: string): string[] {
  return identityFileNames.map((name) => join(folder, name))
}

/**
 * Finds the names of the identity folders: those named like a Pass Type ID or with one of the
 * files in them. Hidden folders are skipped: Kubernetes keeps its own there, and new identities are
 * written to one before it is renamed.
 */
export async function findIdentityFolders(
  directory: string,
): Promise<{ found: string[] } | { error: string }> {
  try {
    const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort()
    const matches = await Promise.all(
      names.map((name) => isIdentityFolder(join(directory, name), name)),
    )
    return { found: names.filter((_, index) => matches[index]) }
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT') return { found: [] }
    return { error: `${directory} ${describeUnreadable(error)}` }
  }
}

async function isIdentityFolder(path: string, name: string): Promise<boolean> {
  // stat and not lstat: a mounted secret is a link to a folder.
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return false
  if (name.startsWith('pass.')) return true
  // Such as lost+found, which belongs to root.
  const files = await readdir(path).catch(() => [])
  return files.some((file) => identityFileNames.includes(file))
}

/** Reads a file; `error` is the end of a sentence that begins with the file's path. */
export async function readFileBytes(
  path: string,
): Promise<{ bytes: Buffer } | { error: string; isMissing: boolean }> {
  try {
    return { bytes: await readFile(path) }
  } catch (error) {
    const isMissing = getErrorCode(error) === 'ENOENT'
    return {
      error: isMissing ? 'is missing; put the PEM file there' : describeUnreadable(error),
      isMissing,
    }
  }
}

/** Reads all certificates of a PEM file in their order; a chain may be missing or empty. */
export async function readCertificates(
  path: string,
  place: 'certificate' | 'chain',
): Promise<{ found: X509Certificate[] } | { error: string }> {
  const isOptional = place === 'chain'
  const read = await readFileBytes(path)
  if ('error' in read) return isOptional && read.isMissing ? { found: [] } : read
  const text = read.bytes.toString()
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0 && !(isOptional && text.trim() === '')) {
    return {
      error:
        describeWrongFile(read.bytes, place) ??
        'holds no PEM certificate; it begins with "-----BEGIN CERTIFICATE-----"',
    }
  }
  try {
    return { found: blocks.map((block) => new X509Certificate(block)) }
  } catch {
    return { error: 'is damaged; download the certificate again' }
  }
}

function describeUnreadable(error: unknown): string {
  return `cannot be read (${getErrorCode(error)}); give the service's user read access`
}

function getErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
