import { createFinding, type Finding, type FindingCode, findIf } from '../report/findings.ts'
import { readZipContent, readZipDirectory, type ZipEntry } from './zip.ts'

/** The files of a pass by their paths, as far as they can be read. */
export type PassFiles = ReadonlyMap<string, Buffer>

/** An archive that was opened. */
export interface OpenedArchive {
  files: PassFiles
  /** The names of all files, also of those that cannot be read. */
  names: ReadonlySet<string>
  findings: Finding[]
  /** False when there is nothing to verify in it, so that the findings say all. */
  isPass: boolean
}

/** How much is unpacked of an archive: Apple lets a bundle of ten passes have 150 MB. */
const MAX_UNPACKED_BYTES = 100_000_000
const MAX_FILES = 2_000

/** The files that every pass has, besides its icon. */
export const requiredFiles = ['pass.json', 'manifest.json', 'signature'] as const

/** The most that files of text and the signature may have, in bytes; images have no such limit. */
const maxBytesByKind: readonly [kind: RegExp, maxBytes: number][] = [
  [/^signature$/, 1_000_000],
  [/\.strings$/, 1_000_000],
  [/\.json$/, 4_000_000],
]

/** Unpacks an archive within fixed bounds of memory, and finds what is wrong with it as a zip. */
export function openArchive(bytes: Uint8Array): OpenedArchive {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = readZipDirectory(zip, MAX_FILES + 1)
  if (entries === undefined) return giveUp('archive_unreadable', describeOtherFile(zip))
  if (entries.length > MAX_FILES) {
    return giveUp('archive_too_large', `The archive has more than ${MAX_FILES} files.`)
  }
  const names = entries.flatMap(({ name }) => name ?? [])
  if (!names.includes('pass.json') && names.some((name) => /\.pkpass$/i.test(name))) {
    return giveUp('archive_is_bundle', 'The file is a bundle of passes, not one pass.')
  }
  const { files, findings } = unpackFiles(zip, entries)
  const missing = findMissingFiles(names)
  const isPass = missing.length < requiredFiles.length && missing[0]?.code !== 'pass_in_folder'
  return { files, names: new Set(names), findings: [...findings, ...missing], isPass }
}

function giveUp(code: FindingCode, message: string): OpenedArchive {
  const findings = [createFinding(code, '', message)]
  return { files: new Map(), names: new Set(), findings, isPass: false }
}

function unpackFiles(zip: Buffer, entries: readonly ZipEntry[]) {
  const files = new Map<string, Buffer>()
  const seen = new Set<string>()
  const findings: Finding[] = []
  let bytesLeft = MAX_UNPACKED_BYTES
  for (const entry of entries) {
    const { name = '' } = entry
    const found = findEntryProblem(entry, seen)
    seen.add(name)
    if (found) findings.push(found)
    if (found?.level === 'refused' || isFolder(entry)) continue
    const read = readZipContent(zip, entry, bytesLeft)
    if (typeof read === 'string') {
      findings.push(explainUnreadable(name, read))
      continue
    }
    bytesLeft -= read.content.length
    const large = findLargeFile(name, read.content)
    findings.push(...large)
    // What is too large stays out, so that nothing parses it.
    if (large.length === 0) files.set(name, read.content)
  }
  return { files, findings }
}

function isFolder({ name, bytes }: ZipEntry): boolean {
  return bytes === 0 && name?.endsWith('/') === true
}

function findEntryProblem(entry: ZipEntry, seen: ReadonlySet<string>): Finding | undefined {
  const { name, isEncrypted, method } = entry
  if (name === undefined || !isPlainPath(isFolder(entry) ? name.slice(0, -1) : name)) {
    const shown = JSON.stringify(name ?? 'no UTF-8')
    return createFinding('file_path', name ?? '', `The file name ${shown} is no path in a pass.`)
  }
  if (seen.has(name)) {
    return createFinding('file_duplicate', name, `${name} is in the archive twice.`)
  }
  if (isEncrypted) return createFinding('archive_encrypted', name, `${name} is encrypted.`)
  if (method !== 0 && method !== 8) {
    const message = `${name} is compressed with method ${method}, which Wallet does not read.`
    return createFinding('archive_compression', name, message)
  }
  if (isFolder(entry) && !/^[\w-]+\.lproj\/$/.test(name)) {
    return createFinding('file_stray', name, `The folder ${name} has no use in a pass.`)
  }
  return undefined
}

function isPlainPath(name: string): boolean {
  const hasControl = [...name].some((character) => character < ' ' || character === '\x7f')
  if (hasControl || name.includes('\\') || /^[a-z]:/i.test(name)) return false
  return name.split('/').every((segment) => !['', '.', '..'].includes(segment))
}

const unreadable = {
  damaged: {
    code: 'archive_damaged',
    says: 'is cut off or does not have the checksum that the archive says',
  },
  'headers differ': { code: 'archive_headers_differ', says: 'has two headers that disagree' },
  'too large': {
    code: 'archive_too_large',
    says: `brings the pass to more than ${MAX_UNPACKED_BYTES / 1e6} MB unpacked`,
  },
} as const

function explainUnreadable(name: string, reason: keyof typeof unreadable): Finding {
  const { code, says } = unreadable[reason]
  return createFinding(code, name, `${name} ${says}.`)
}

function findLargeFile(name: string, content: Buffer): Finding[] {
  const [, maxBytes = Number.POSITIVE_INFINITY] =
    maxBytesByKind.find(([kind]) => kind.test(name)) ?? []
  const message = `${name} has ${content.length} bytes.`
  return findIf(content.length > maxBytes, 'file_too_large', name, message)
}

function findMissingFiles(names: readonly string[]): Finding[] {
  const folder = names
    .find((name) => /^[^/]+\/pass\.json$/.test(name))
    ?.slice(0, -'pass.json'.length)
  if (folder !== undefined && !names.includes('pass.json')) {
    const message = `The files of the pass are in the folder ${folder} of the archive.`
    return [createFinding('pass_in_folder', folder, message)]
  }
  return requiredFiles
    .filter((name) => !names.includes(name))
    .map((name) => {
      const similar = names.find((other) => other.toLowerCase() === name)
      const hint = similar === undefined ? '' : ` There is ${similar}, but letter case counts.`
      return createFinding('file_missing', name, `${name} is missing.${hint}`)
    })
}

const otherFiles: readonly [start: string, is: string][] = [
  ['%PDF', 'a PDF'],
  ['\x89PNG', 'a PNG image'],
  ['<', 'a web page or XML'],
  ['{', 'JSON'],
  ['\x1f\x8b', 'compressed with gzip'],
  ['-----BEGIN', 'PEM'],
  ['UEsDB', 'base64: decode it first'],
]

function describeOtherFile(bytes: Buffer): string {
  if (bytes.length === 0) return 'The file is empty.'
  const start = bytes.toString('latin1', 0, 16)
  if (start.startsWith('PK')) return 'The archive is cut off or damaged: it has no directory.'
  const is = otherFiles.find(([begin]) => start.startsWith(begin))?.[1]
  return is === undefined
    ? 'The file is no zip archive.'
    : `The file is no zip archive; it is ${is}.`
}
