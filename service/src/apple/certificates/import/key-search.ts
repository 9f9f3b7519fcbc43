import type { KeyObject, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Content } from '../file-contents/contents.ts'
import { findContents } from '../file-contents/contents.ts'
import { readFileBytes } from '../folder/files.ts'
import { toImportCommand } from '../folder/misplaced-files.ts'
import { listRequests } from './request.ts'
import { findNeighbours, openWithKnown, type SourceFile } from './source-files.ts'

/** A private key and where it was found. */
export interface FoundKey {
  key: KeyObject
  /** For people, such as `key.p12` or `the request of 2026-11-27`. */
  from: string
  /** The folder of the request that it was made with. */
  request?: string
}

export interface KeySearch {
  files: readonly SourceFile[]
  /** The certificates folder. */
  directory: string
  /** Passwords to try on keys that lie next to the files. */
  known: readonly string[]
}

/**
 * Finds the private key of a certificate: in the files given, in those of `certs request`, in the
 * identity that it renews, and next to the files given. Otherwise `error` is the end of a sentence
 * about the certificate.
 */
export async function findKey(
  certificate: X509Certificate,
  passTypeIdentifier: string,
  search: KeySearch,
): Promise<FoundKey | { error: string }> {
  const { files, directory, known } = search
  const given = files.flatMap(({ path, contents }) => toKeys(contents, path))
  const lookups: (() => Promise<FoundKey[]>)[] = [
    async () => given,
    async () => (await readRequests(directory, known)).flat(),
    async () => {
      const path = join(directory, passTypeIdentifier, 'key.pem')
      return toKeys(await readContents(path, known), path)
    },
    async () => {
      const found = await findNeighbours(files, known)
      return found.flatMap(({ path, contents }) => toKeys(contents, path))
    },
  ]
  for (const lookUp of lookups) {
    const found = (await lookUp()).find(({ key }) => certificate.checkPrivateKey(key))
    if (found !== undefined) return found
  }
  const locked = (await findNeighbours(files, known)).filter(({ contents }) =>
    contents.some(({ kind }) => kind === 'locked'),
  )
  return { error: describeMissingKey(passTypeIdentifier, given, files, locked) }
}

function toKeys(contents: readonly Content[], from: string): FoundKey[] {
  return contents.flatMap((content) => (content.kind === 'key' ? [{ key: content.key, from }] : []))
}

async function readRequests(directory: string, known: readonly string[]): Promise<FoundKey[][]> {
  const requests = await listRequests(directory)
  return Promise.all(
    requests.map(async ({ folder, keyFile }) =>
      toKeys(await readContents(keyFile, known), keyFile).map((found) => ({
        ...found,
        request: folder,
      })),
    ),
  )
}

async function readContents(path: string, known: readonly string[]): Promise<Content[]> {
  const read = await readFileBytes(path)
  return 'bytes' in read ? openWithKnown(findContents(read.bytes), known) : []
}

function describeMissingKey(
  passTypeIdentifier: string,
  given: readonly FoundKey[],
  files: readonly SourceFile[],
  locked: readonly { path: string }[],
): string {
  const [other] = given
  const found = other
    ? `has another private key than the one in ${other.from}`
    : 'came without its private key, which is neither next to it nor from "passwright certs request"'
  if (locked.length > 0) {
    const paths = [...files, ...locked].map(({ path }) => path)
    return `${found}. ${locked.map(({ path }) => path).join(', ')} may hold it, but is encrypted; name it too, and its password is asked for: ${toImportCommand(paths)}`
  }
  return `${found}. The key is where the signing request was made: on a Mac, open Keychain Access, "My Certificates", export the certificate as .p12 and import that. If the key is lost, make a new one: passwright certs request --pass-type-id ${passTypeIdentifier} --email you@example.com`
}
