import { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The names of an identity folder's files. */
export const identityFiles = ['certificate.pem', 'key.pem', 'chain.pem']

/**
 * The folders that are meant as identities: named like a pass type, or holding one of the files.
 * Hidden ones are passed over: Kubernetes keeps its own there, and we build there before renaming.
 */
export async function findIdentityFolders(
  directory: string,
): Promise<{ found: string[] } | { mistake: string }> {
  try {
    const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort()
    const meant = await Promise.all(names.map((name) => isIdentity(join(directory, name), name)))
    return { found: names.filter((_, index) => meant[index]) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { found: [] }
    return {
      mistake: `${directory} cannot be read (${codeOf(error)}); allow it for our user`,
    }
  }
}

async function isIdentity(path: string, name: string): Promise<boolean> {
  // Not lstat: a mounted secret is a link to a folder.
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return false
  if (name.startsWith('pass.')) return true
  const files = await readdir(path)
  return files.some((file) => identityFiles.includes(file))
}

/** The text of a file, or the words that follow its name in a mistake. */
export async function readText(path: string): Promise<{ text: string } | { mistake: string }> {
  try {
    return { text: await readFile(path, 'utf8') }
  } catch (error) {
    const code = codeOf(error)
    return {
      mistake:
        code === 'ENOENT'
          ? 'is missing; put the PEM file there'
          : `cannot be read (${code}); allow it for our user`,
    }
  }
}

/** All certificates of a PEM file in their order; an optional file may be missing or empty. */
export async function readCertificates(
  path: string,
  { optional = false } = {},
): Promise<{ found: X509Certificate[] } | { mistake: string }> {
  const read = await readText(path)
  if ('mistake' in read) {
    return optional && read.mistake.startsWith('is missing') ? { found: [] } : read
  }
  const blocks = read.text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0 && !(optional && read.text.trim() === '')) {
    return {
      mistake:
        'holds no PEM certificate; turn a .cer into one with ' +
        `"openssl x509 -inform DER -in FILE.cer -out ${path}"`,
    }
  }
  try {
    return { found: blocks.map((block) => new X509Certificate(block)) }
  } catch {
    return { mistake: 'is damaged; download the certificate again' }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
