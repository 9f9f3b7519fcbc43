import { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { describeWrongFile, findPlace } from './file-kinds.ts'
import { readPassCertificate } from './pass-certificate.ts'

/** How the names of certificates and keys end. */
const endings = /^\.(?:pem|p12|pfx|cer|crt|der|key|csr|p7b|p8|certsigningrequest)$/i

/** Certificates and keys are a few KB; nothing larger is read. */
const MAX_BYTES = 100_000

const MAX_NAMED = 20

/**
 * Finds certificates and keys that no identity uses, because they lie straight in the certificates
 * folder or in a folder that is not named like a Pass Type ID. Returns a warning for each, which says
 * where it belongs.
 */
export async function findMisplacedFiles(
  directory: string,
  identityFolders: readonly string[],
): Promise<string[]> {
  const paths = await listFiles(directory, identityFolders)
  const warnings = await Promise.all(paths.map((path) => describeMisplaced(directory, path)))
  const found = warnings.filter((warning) => warning !== undefined)
  if (found.length <= MAX_NAMED) return found
  return [
    ...found.slice(0, MAX_NAMED),
    `${found.length - MAX_NAMED} more certificates or keys in ${directory} are not used`,
  ]
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

async function describeMisplaced(directory: string, path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const isNamedSo = endings.test(extname(path))
  const bytes = found.size <= MAX_BYTES ? await readFile(path).catch(() => undefined) : undefined
  const place = bytes && findPlace(bytes)
  if (!isNamedSo && place === undefined) return undefined
  const advice = bytes === undefined ? undefined : adviseOn(directory, bytes)
  const folder = join(directory, '<Pass Type ID>')
  const otherwise = `move it to certificate.pem, key.pem or chain.pem in ${folder}`
  return `${path} is not used, because it is not in the folder of a Pass Type ID; ${advice ?? otherwise}`
}

function adviseOn(directory: string, bytes: Buffer): string | undefined {
  const toPath = (id: string, name: string) => join(directory, id, name)
  const place = findPlace(bytes)
  if (place === 'key') return `move it to ${toPath('<Pass Type ID>', 'key.pem')}`
  if (place === 'certificate') {
    const { uid, signsPasses } = readNames(bytes) ?? {}
    return uid !== undefined && signsPasses
      ? `move it to ${toPath(uid, 'certificate.pem')}`
      : `if it signed your certificate, move it to ${toPath('<Pass Type ID>', 'chain.pem')}`
  }
  const described = describeWrongFile(bytes, 'certificate')
  return described && `it ${described}, in ${toPath('<Pass Type ID>', '')}`
}

function readNames(bytes: Buffer) {
  try {
    return readPassCertificate(new X509Certificate(bytes))
  } catch {
    return undefined
  }
}
