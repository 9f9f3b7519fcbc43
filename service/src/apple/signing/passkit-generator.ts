import { setImmediate } from 'node:timers/promises'
import { format } from 'node:util'
import { type Issue, Problem } from '@passwright/shared'
import { PKPass } from 'passkit-generator'
import type { Identity } from '../certificates/identity.ts'
import { findLostPaths, removePath } from './json-paths.ts'
import type { PassContent, SignPass } from './sign.ts'

/**
 * The same pass through passkit-generator 3.6.1, the engine that ours has to agree with. Where it
 * would lose or change what was asked it throws `engine_cannot`, whose issues name the keys of
 * `pass.json` or the files. It writes the present instant as signing time, whatever it is told.
 */
export const signWithPasskitGenerator: SignPass = async (content, identity) => {
  const certificates = certificatesOf(identity)
  // It holds the event loop for tens of milliseconds; whoever waits goes first.
  await setImmediate()
  const { passJson, issues } = withoutRefused(content.passJson)
  const { made, warnings } = quietly(() => produce({ ...content, passJson }, certificates))
  if ('files' in made) issues.push(...lost({ ...content, passJson }, made.files))
  if ('error' in made && issues.length === 0) issues.push(complaint(made.error))
  if ('error' in made || issues.length > 0) throw cannot(issues, warnings)
  return made.bytes
}

// What it says of a pass as a whole comes as a TypeError; anything else is trouble of our own.
function complaint(error: unknown): Issue {
  if (!(error instanceof TypeError)) throw error
  return { path: 'pass.json', message: `is refused by passkit-generator: ${error.message}` }
}

interface Certificates {
  signerCert: string
  signerKey: string
  wwdr: string
}

const certificates = new WeakMap<Identity, Certificates>()

function certificatesOf(identity: Identity): Certificates {
  const known = certificates.get(identity)
  if (known !== undefined) return known
  const [wwdr, ...others] = identity.chain
  if (wwdr === undefined || others.length > 0) {
    const message = `needs ${identity.chain.length} intermediates, and passkit-generator takes one`
    throw cannot([{ path: 'passTypeIdentifier', message }], [])
  }
  const made = {
    signerCert: identity.certificate.toString(),
    signerKey: identity.key.export({ type: 'pkcs1', format: 'pem' }).toString(),
    wwdr: wwdr.toString(),
  }
  certificates.set(identity, made)
  return made
}

type Files = Readonly<Record<string, Uint8Array>>

function produce(
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
 * Runs it with console.warn caught: it tells of what it drops there and nowhere else, and our
 * output is ours. Nobody else's warning can be caught, for nothing else runs in between.
 */
function quietly<T>(work: () => T): { made: T; warnings: string[] } {
  const warnings: string[] = []
  const { warn } = console
  console.warn = (...words: unknown[]) => warnings.push(format(...words))
  try {
    return { made: work(), warnings }
  } finally {
    console.warn = warn
  }
}

function lost({ passJson, files }: PassContent, produced: Files): Issue[] {
  const given: unknown = JSON.parse(Buffer.from(passJson).toString())
  const kept: unknown = JSON.parse(Buffer.from(produced['pass.json'] ?? 'null').toString())
  const paths = findLostPaths(given, kept)
  const names = files
    .filter(({ name, bytes }) => !sameFile(name, bytes, produced[name]))
    .map(({ name }) => name)
  return [...paths, ...names].map((path) => ({
    path,
    message: 'would be lost or changed by passkit-generator',
  }))
}

function sameFile(name: string, given: Uint8Array, kept: Uint8Array | undefined): boolean {
  if (kept === undefined) return false
  if (!name.endsWith('.lproj/pass.strings')) return Buffer.compare(given, kept) === 0
  // It writes translations anew, so only what they say can be compared.
  return translations(given) === translations(kept)
}

function translations(file: Uint8Array): string {
  const lines = Buffer.from(file).toString().split(/\r?\n/)
  return lines
    .filter((line) => line.trim() !== '')
    .sort()
    .join('\n')
}

/**
 * One value that it does not like makes it drop the whole pass.json, and it names only the first:
 * so that is taken out and it is asked again, until it has named them all or enough of them.
 */
function withoutRefused(passJson: Uint8Array): {
  passJson: Uint8Array
  issues: Issue[]
} {
  const issues: Issue[] = []
  let bytes = Buffer.from(passJson)
  while (issues.length < 20) {
    const { warnings } = quietly(() => new PKPass({ 'pass.json': bytes }))
    const [, label, why] = /ValidationError: "([^"]+)" ([^\n:]+)/.exec(warnings.join('\n')) ?? []
    const taken = label === undefined ? undefined : removePath(JSON.parse(bytes.toString()), label)
    if (taken === undefined) break
    issues.push({
      path: taken.path,
      message: `is refused by passkit-generator: ${why}`,
    })
    bytes = Buffer.from(JSON.stringify(taken.rest))
  }
  return { passJson: bytes, issues }
}

function cannot(issues: Issue[], warnings: string[]): Problem {
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
