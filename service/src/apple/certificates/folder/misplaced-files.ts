import type { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { quoteForShell } from '../../../text/shell.ts'
import { isIssuer } from '../chain.ts'
import { type Content, findContents } from '../file-contents/contents.ts'
import type { Identity } from '../identity.ts'

/** How the names of certificates and keys end. */
const endings = /^\.(?:pem|p12|pfx|cer|crt|der|key|csr|p7b|p8|certsigningrequest)$/i

/** Certificates and keys are a few KB; nothing larger is read. */
const MAX_BYTES = 100_000

const MAX_NAMED = 20
const MAX_READ = 200

/**
 * Finds certificates and keys that no identity uses, because they lie straight in the certificates
 * folder or in a folder that is not named like a Pass Type ID. Returns one warning with the command
 * that imports them, and one for each file that cannot be imported, which says why.
 */
export async function findMisplacedFiles(
  directory: string,
  identityFolders: readonly string[],
  identities: readonly Identity[] = [],
): Promise<string[]> {
  const paths = await listFiles(directory, identityFolders)
  const files = await Promise.all(paths.slice(0, MAX_READ).map(readCertificateFile))
  const unused = files.flatMap((file) => (file && !isInUse(file, identities) ? [file] : []))
  const importable = unused.filter(({ contents }) => isImportable(contents))
  const others = unused.filter(({ contents }) => !isImportable(contents))
  return [
    ...describeImportable(directory, importable),
    ...others.slice(0, MAX_NAMED).map(describeOther),
  ]
}

/**
 * Finds the files in a folder that `certs import` can read, by their names and contents; at most 200
 * are looked at.
 */
export async function findImportableFiles(folder: string): Promise<CertificateFile[]> {
  const names = (await readVisible(folder)).filter((name) => endings.test(extname(name)))
  const paths = names.slice(0, MAX_READ).map((name) => join(folder, name))
  const files = await Promise.all(paths.map(readCertificateFile))
  return files.flatMap((file) => (file && isImportable(file.contents) ? [file] : []))
}

/** The command that imports these files, ready to paste. */
export function toImportCommand(paths: readonly string[]): string {
  return ['passwright certs import', ...paths.map(quoteForShell)].join(' ')
}

/** A file that is named like a certificate or holds one, with what is in it. */
export interface CertificateFile {
  path: string
  contents: Content[]
}

async function readCertificateFile(path: string): Promise<CertificateFile | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const isNamedSo = endings.test(extname(path))
  const isLarge = found.size > MAX_BYTES
  const bytes = isLarge ? undefined : await readFile(path).catch(() => undefined)
  const reason = isLarge ? 'is too large for a certificate or key' : 'cannot be read'
  const contents: Content[] = bytes ? findContents(bytes) : [{ kind: 'other', reason }]
  return isNamedSo || isImportable(contents) ? { path, contents } : undefined
}

function isImportable(contents: readonly Content[]): boolean {
  return contents.some(({ kind }) => kind !== 'other')
}

/** Whether all that is in a file is in use already, or ships with the service. */
function isInUse({ contents }: CertificateFile, identities: readonly Identity[]): boolean {
  const leaves = identities.map(({ certificate }) => certificate)
  const used = [...leaves, ...identities.flatMap(({ chain }) => chain)]
  return contents.every((content) => {
    if (content.kind === 'certificate') {
      const { certificate } = content
      return used.some((one) => isSame(one, certificate) || isIssuer(certificate, one))
    }
    return content.kind === 'key' && leaves.some((one) => one.checkPrivateKey(content.key))
  })
}

function isSame(a: X509Certificate, b: X509Certificate): boolean {
  return a.fingerprint256 === b.fingerprint256
}

function describeImportable(directory: string, found: readonly CertificateFile[]): string[] {
  const paths = found.map(({ path }) => path)
  if (paths.length === 0) return []
  const files = paths.length === 1 ? '1 file' : `${paths.length} files`
  const command = toImportCommand(paths.slice(0, MAX_NAMED))
  const more = paths.length > MAX_NAMED ? `, and ${paths.length - MAX_NAMED} more` : ''
  return [
    `${directory} has ${files} with certificates or keys that no identity uses. Import them, then delete them there: ${command}${more}`,
  ]
}

function describeOther({ path, contents }: CertificateFile): string {
  const reason = contents.find(({ kind }) => kind === 'other')
  return `${path} is not used: it ${reason?.kind === 'other' ? reason.reason : 'holds nothing'}`
}

async function listFiles(directory: string, identityFolders: readonly string[]): Promise<string[]> {
  const names = await readVisible(directory)
  const paths = await Promise.all(
    names
      .filter((name) => !identityFolders.includes(name))
      .map(async (name) => {
        const path = join(directory, name)
        const inside = await readVisible(path)
        return inside.length > 0 ? inside.map((file) => join(path, file)) : [path]
      }),
  )
  return paths.flat()
}

/** The names in a folder without the hidden ones; none for anything else. */
async function readVisible(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => [])
  return names.filter((name) => !name.startsWith('.')).sort()
}
