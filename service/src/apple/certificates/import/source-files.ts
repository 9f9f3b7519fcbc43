import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '../../../config-error.ts'
import { type Content, findContents, type Locked } from '../file-contents/contents.ts'
import {
  type CertificateFile,
  findImportableFiles,
  toImportCommand,
} from '../folder/misplaced-files.ts'

/** Where the passwords of encrypted files come from. */
export interface Passwords {
  /** Those of the settings or a file, tried first. */
  known: readonly string[]
  /** Asks the person at the terminal; undefined where there is none. */
  ask: ((question: string) => Promise<string>) | undefined
}

/** A file to import, with all that could be opened in it. */
export interface SourceFile {
  path: string
  contents: Exclude<Content, Locked>[]
}

/** Certificates and keys are a few KB; a .p12 with many of them may have some more. */
const MAX_BYTES = 1_000_000
const MAX_QUESTIONS = 3

/** Reads the files to import. Throws a `ConfigError` with all that cannot be read or opened. */
export async function readSourceFiles(
  paths: readonly string[],
  passwords: Passwords,
): Promise<SourceFile[]> {
  const read = await Promise.all(paths.map(async (path) => ({ path, ...(await readBytes(path)) })))
  const errors = read.flatMap((file) => ('error' in file ? [`${file.path} ${file.error}`] : []))
  if (errors.length > 0) throw new ConfigError(errors)

  const files: SourceFile[] = []
  // One after the other: each may ask for its password.
  for (const file of read) {
    if (!('bytes' in file)) continue
    const contents = await unlockAll(file.path, findContents(file.bytes), passwords)
    files.push({ path: file.path, contents })
  }
  return files
}

/** Opens what is locked in a file with the known passwords; what none of them opens is left out. */
export function openWithKnown(contents: readonly Content[], known: readonly string[]): Content[] {
  return contents.flatMap((content) =>
    content.kind === 'locked' ? (tryPasswords(content, known) ?? [content]) : [content],
  )
}

/** The other certificates and keys in the folders of the files, opened as far as known passwords do. */
export async function findNeighbours(
  files: readonly { path: string }[],
  known: readonly string[],
): Promise<CertificateFile[]> {
  const given = new Set(files.map(({ path }) => resolve(path)))
  const folders = new Set(files.map(({ path }) => dirname(path)))
  const found = await Promise.all([...folders].map(findImportableFiles))
  return found
    .flat()
    .filter(({ path }) => !given.has(resolve(path)))
    .map(({ path, contents }) => ({ path, contents: openWithKnown(contents, known) }))
}

async function unlockAll(
  path: string,
  contents: readonly Content[],
  passwords: Passwords,
): Promise<SourceFile['contents']> {
  const unlocked: SourceFile['contents'] = []
  for (const content of contents) {
    if (content.kind !== 'locked') unlocked.push(content)
    else unlocked.push(...(await unlock(path, content, passwords)))
  }
  return unlocked
}

async function unlock(
  path: string,
  locked: Locked,
  { known, ask }: Passwords,
): Promise<SourceFile['contents']> {
  let opened = tryPasswords(locked, known)
  for (let asked = 0; opened === undefined && ask && asked < MAX_QUESTIONS; asked++) {
    const again = asked === 0 ? '' : 'That password is wrong. '
    opened = locked.open(await ask(`${again}Password of ${path}: `))
  }
  if (opened === undefined) throw new ConfigError([`${path} ${describeLocked(known, ask)}`])
  return opened.filter((content) => content.kind !== 'locked')
}

function tryPasswords(locked: Locked, known: readonly string[]): Content[] | undefined {
  for (const password of known) {
    const opened = locked.open(password)
    if (opened !== undefined) return opened
  }
  return undefined
}

function describeLocked(known: readonly string[], ask: Passwords['ask']): string {
  if (ask) return 'is encrypted, and none of these passwords opens it; use the one of its export'
  return known.length === 0
    ? 'is encrypted; give its password with --password-file FILE or in CERTIFICATE_PASSWORD, or run the command in a terminal, which asks for it'
    : 'is encrypted, and the password given does not open it; use the one that it was exported with'
}

async function readBytes(path: string): Promise<{ bytes: Buffer } | { error: string }> {
  try {
    const file = await open(path)
    try {
      if ((await file.stat()).isDirectory()) return { error: await describeFolder(path) }
      const bytes = await readUpTo(file, MAX_BYTES + 1)
      if (bytes.length <= MAX_BYTES) return { bytes }
      return { error: 'is larger than 1 MB, and no certificate or key is; name the right file' }
    } finally {
      await file.close()
    }
  } catch (error) {
    return { error: describeUnreadable(error) }
  }
}

/** Also of a pipe or a device, which have no size. */
async function readUpTo(file: Awaited<ReturnType<typeof open>>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let length = 0; length < limit; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536))
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(chunks)
}

async function describeFolder(path: string): Promise<string> {
  const files = await findImportableFiles(path)
  const names = files.map((file) => file.path)
  const fix = names.length > 0 ? `: ${toImportCommand(names)}` : ', such as pass.cer or a .p12'
  return `is a folder; name the files in it${fix}`
}

const reasons: Record<string, string> = {
  ENOENT: 'is not there; check the path',
  ENOTDIR: 'is not there; check the path',
  EACCES: 'cannot be read by this user; allow it, or run the command as the one who can',
  EISDIR: 'is a folder; name the files in it',
}

function describeUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  return reasons[code] ?? `cannot be read (${code}); check the path`
}
