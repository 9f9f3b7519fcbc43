import { setImmediate } from 'node:timers/promises'
import { format } from 'node:util'
import { type Issue, Problem } from '@passwright/shared'
import { PKPass } from 'passkit-generator'
import { toChunkedBytes } from '../../chunked-bytes.ts'
import type { Identity } from '../certificates/identity.ts'
import { findLostPaths, removePath } from './json-paths.ts'
import type { PassContent, SigningEngine } from './sign.ts'

/**
 * Signs a pass with passkit-generator 3.6.1, the reference for our own engine. Throws
 * `engine_cannot` when it would lose or change something; the issues name the keys of `pass.json`
 * or the files. It ignores the given signing time and uses the current time.
 */
export const signWithPasskitGenerator: SigningEngine = async (content, identity) => {
  const certificates = toCertificates(identity)
  // It blocks the event loop for tens of milliseconds, so pending I/O goes first.
  await setImmediate()
  const { passJson, issues } = removeRefusedValues(content.passJson)
  const { result, warnings } = captureWarnings(() =>
    createArchive({ ...content, passJson }, certificates),
  )
  if ('files' in result) issues.push(...findLosses({ ...content, passJson }, result.files))
  if ('error' in result && issues.length === 0) issues.push(toIssue(result.error))
  if ('error' in result || issues.length > 0) throw createEngineCannot(issues, warnings)
  return toChunkedBytes(result.bytes)
}

// It reports an invalid pass as a TypeError; anything else is an internal error.
function toIssue(error: unknown): Issue {
  if (!(error instanceof TypeError)) throw error
  return { path: 'pass.json', message: `is refused by passkit-generator: ${error.message}` }
}

interface Certificates {
  signerCert: string
  signerKey: string
  wwdr: string
}

const certificatesByIdentity = new WeakMap<Identity, Certificates>()

function toCertificates(identity: Identity): Certificates {
  const known = certificatesByIdentity.get(identity)
  if (known !== undefined) return known
  const [wwdr, ...others] = identity.chain
  if (wwdr === undefined || others.length > 0) {
    const message = `needs ${identity.chain.length} intermediates, and passkit-generator takes one`
    throw createEngineCannot([{ path: 'passTypeIdentifier', message }], [])
  }
  const certificates = {
    signerCert: identity.certificate.toString(),
    signerKey: identity.key.export({ type: 'pkcs1', format: 'pem' }).toString(),
    wwdr: wwdr.toString(),
  }
  certificatesByIdentity.set(identity, certificates)
  return certificates
}

type Files = Readonly<Record<string, Uint8Array>>

function createArchive(
  { passJson, files }: PassContent,
  certificates: Certificates,
): { bytes: Buffer; files: Files } | { error: unknown } {
  const buffers = [{ name: 'pass.json', bytes: passJson }, ...files].map(
    ({ name, bytes }): [string, Buffer] => [name, Buffer.from(bytes)],
  )
  try {
    const pass = new PKPass(Object.fromEntries(buffers), certificates)
    return { bytes: pass.getAsBuffer(), files: pass.getAsRaw() }
  } catch (error) {
    return { error }
  }
}

/**
 * Runs work with console.warn captured: passkit-generator reports the values it drops only there.
 * The work is synchronous, so no other warning can be captured.
 */
function captureWarnings<T>(work: () => T): { result: T; warnings: string[] } {
  const warnings: string[] = []
  const { warn } = console
  console.warn = (...values: unknown[]) => warnings.push(format(...values))
  try {
    return { result: work(), warnings }
  } finally {
    console.warn = warn
  }
}

function findLosses({ passJson, files }: PassContent, written: Files): Issue[] {
  const original = parseComparable(passJson)
  const copy = parseComparable(written['pass.json'])
  const paths = findLostPaths(original, copy)
  const names = files
    .filter(({ name, bytes }) => !isSameFile(name, bytes, written[name]))
    .map(({ name }) => name)
  return [...paths, ...names].map((path) => ({
    path,
    message: 'would be lost or changed by passkit-generator',
  }))
}

/** It writes dates in UTC with milliseconds, `12:00:00.000Z`; those are no loss, and Wallet reads them. */
function parseComparable(passJson: Uint8Array | undefined): unknown {
  return JSON.parse(Buffer.from(passJson ?? 'null').toString(), (_, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/.test(value)
      ? value.replace('.000Z', 'Z')
      : value,
  )
}

function isSameFile(name: string, original: Uint8Array, copy: Uint8Array | undefined): boolean {
  if (copy === undefined) return false
  if (!name.endsWith('.lproj/pass.strings')) return Buffer.compare(original, copy) === 0
  // It reformats translations, so only their lines can be compared.
  return sortTranslations(original) === sortTranslations(copy)
}

function sortTranslations(file: Uint8Array): string {
  const lines = Buffer.from(file).toString().split(/\r?\n/)
  return lines
    .filter((line) => line.trim() !== '')
    .sort()
    .join('\n')
}

/**
 * Removes the values that it refuses, up to 20. One such value makes it drop the whole pass.json,
 * and it names only the first, so it is run again after each removal.
 */
function removeRefusedValues(passJson: Uint8Array): {
  passJson: Uint8Array
  issues: Issue[]
} {
  const issues: Issue[] = []
  let bytes = Buffer.from(passJson)
  while (issues.length < 20) {
    const { warnings } = captureWarnings(() => new PKPass({ 'pass.json': bytes }))
    const [, label, reason] = /ValidationError: "([^"]+)" ([^\n:]+)/.exec(warnings.join('\n')) ?? []
    const removed =
      label === undefined ? undefined : removePath(JSON.parse(bytes.toString()), label)
    if (removed === undefined) break
    issues.push({
      path: removed.path,
      message: `is refused by passkit-generator: ${reason}`,
    })
    bytes = Buffer.from(JSON.stringify(removed.rest))
  }
  return { passJson: bytes, issues }
}

function createEngineCannot(issues: Issue[], warnings: string[]): Problem {
  const names = issues.map(({ path }) => path).join(', ')
  return new Problem(
    'engine_cannot',
    `passkit-generator cannot carry ${names} as given; leave it out, or run with SIGNER=native.`,
    {
      issues,
      cause: warnings.length > 0 ? new Error(warnings.join('\n')) : undefined,
    },
  )
}
