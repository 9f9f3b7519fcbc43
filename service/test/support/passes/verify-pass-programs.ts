import { execFile } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensureDebianPackages } from '../run/debian.ts'

const run = promisify(execFile)

interface PassToInspect {
  archive: Buffer
  signature: Buffer
  manifest: Buffer
  root: X509Certificate
  at: Date | undefined
}

interface Program {
  name: string
  debianPackage: string
  /** Undefined where the program can only check against the current time. */
  arguments(at: Date | undefined): string[] | undefined
}

// Without "-purpose any", OpenSSL expects a certificate for e-mail.
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

/** Inspects a pass with external programs; prints once which of them are missing. */
export async function inspectWithPrograms(pass: PassToInspect): Promise<string[]> {
  const installed = await findPrograms()
  const directory = await mkdtemp(join(tmpdir(), 'passwright-verify-'))
  try {
    await Promise.all([
      writeFile(join(directory, 'pass.pkpass'), pass.archive),
      writeFile(join(directory, 'signature'), pass.signature),
      writeFile(join(directory, 'manifest.json'), pass.manifest),
      writeFile(join(directory, 'root.pem'), pass.root.toString()),
    ])
    const findings = await Promise.all(
      installed.map(async (program) => {
        const args = program.arguments(pass.at)
        return args === undefined ? [] : runProgram(program.name, args, directory)
      }),
    )
    return findings.flat()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function runProgram(program: string, args: string[], cwd: string): Promise<string[]> {
  try {
    await run(program, args, { cwd })
    return []
  } catch (error) {
    return [`${program}: ${toOutput(error)}`]
  }
}

let programsOnce: Promise<Program[]> | undefined

/** Returns the installed programs; looks for them once per process. */
function findPrograms(): Promise<Program[]> {
  programsOnce ??= Promise.all(
    programs.map(async (program) => ((await isInstalled(program)) ? [program] : [])),
  ).then((lists) => lists.flat())
  return programsOnce
}

/** Whether certtool is installed, the one program that checks the DER order. */
export async function hasCerttool(): Promise<boolean> {
  return (await findPrograms()).some(({ name }) => name === 'certtool')
}

async function isInstalled({ name, debianPackage }: Program): Promise<boolean> {
  const starts = await run(name, [name === 'openssl' ? 'version' : '-v']).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
  return starts || ensureDebianPackages([debianPackage], `verifying passes with ${name}`)
}

function toOutput(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const output = 'stderr' in error && 'stdout' in error ? `${error.stdout}${error.stderr}` : ''
  return output.trim() || error.message
}
