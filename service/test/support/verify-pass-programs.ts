import { execFile } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensureDebianPackages } from './debian.ts'

const run = promisify(execFile)

interface Evidence {
  archive: Buffer
  signature: Buffer
  manifest: Buffer
  root: X509Certificate
  at: Date | undefined
}

interface Program {
  name: string
  debianPackage: string
  /** Undefined where it cannot judge as of another instant than now. */
  arguments(at: Date | undefined): string[] | undefined
}

// "-purpose any": the pass certificate is made for passes, and OpenSSL thinks of e-mail.
const programs: Program[] = [
  {
    name: 'unzip',
    debianPackage: 'unzip',
    arguments: () => ['-tqq', 'pass.pkpass'],
  },
  {
    name: 'openssl',
    debianPackage: 'openssl',
    arguments: (at) => [
      ...['cms', '-verify', '-binary', '-purpose', 'any', '-inform', 'DER', '-in', 'signature'],
      ...['-content', 'manifest.json', '-CAfile', 'root.pem', '-out', 'verified'],
      ...(at === undefined ? [] : ['-attime', String(Math.floor(at.getTime() / 1000))]),
    ],
  },
  {
    name: 'certtool',
    debianPackage: 'gnutls-bin',
    arguments: (at) => {
      if (at !== undefined) return undefined
      const files = ['--infile', 'signature', '--load-data', 'manifest.json']
      return ['--p7-verify', '--inder', ...files, '--load-ca-certificate', 'root.pem']
    },
  },
]

/** Judges a pass with the programs of others, those that are there; the rest is told once. */
export async function judgeWithPrograms(evidence: Evidence): Promise<string[]> {
  const present = await presentPrograms()
  const directory = await mkdtemp(join(tmpdir(), 'passwright-judge-'))
  try {
    await Promise.all([
      writeFile(join(directory, 'pass.pkpass'), evidence.archive),
      writeFile(join(directory, 'signature'), evidence.signature),
      writeFile(join(directory, 'manifest.json'), evidence.manifest),
      writeFile(join(directory, 'root.pem'), evidence.root.toString()),
    ])
    const said = await Promise.all(
      present.map(async (program) => {
        const asked = program.arguments(evidence.at)
        return asked === undefined ? [] : ask(program.name, asked, directory)
      }),
    )
    return said.flat()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function ask(program: string, asked: string[], cwd: string): Promise<string[]> {
  try {
    await run(program, asked, { cwd })
    return []
  } catch (error) {
    return [`${program}: ${words(error)}`]
  }
}

let found: Promise<Program[]> | undefined

/** The programs that can be used here; asked once in a process. */
function presentPrograms(): Promise<Program[]> {
  found ??= Promise.all(
    programs.map(async (program) => ((await isThere(program)) ? [program] : [])),
  ).then((lists) => lists.flat())
  return found
}

/** Whether the pass judge can use certtool, which is the program that minds the DER order. */
export async function hasCerttool(): Promise<boolean> {
  return (await presentPrograms()).some(({ name }) => name === 'certtool')
}

async function isThere({ name, debianPackage }: Program): Promise<boolean> {
  const starts = await run(name, [name === 'openssl' ? 'version' : '-v']).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
  return starts || ensureDebianPackages([debianPackage], `judging passes with ${name}`)
}

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const output = 'stderr' in error && 'stdout' in error ? `${error.stdout}${error.stderr}` : ''
  return output.trim() || error.message
}
