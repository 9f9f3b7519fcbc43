import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ensureDebianPackages } from '../run/debian.ts'

const run = promisify(execFile)

type Runner = { runner: string } | { missing: string }

/** Finds the program that runs a file, or the reason why there is none. */
export async function findRunner(file: string): Promise<Runner> {
  if (file.endsWith('.mjs')) return { runner: process.execPath }
  if (file.endsWith('.sh')) return (await findCurlRunner(file)) ?? { missing: `${file} needs curl` }
  const missing = `${file} needs Python’s requests, which CI=true and root would install`
  return (await findPythonRunner(file)) ?? { missing }
}

async function findCurlRunner(file: string): Promise<Runner | undefined> {
  const isInstalled =
    (await works('curl', '--version')) || (await ensureDebianPackages(['curl'], file))
  return isInstalled ? { runner: 'bash' } : undefined
}

/** Debian's requests package belongs to Debian's Python, which may not be the first in the PATH. */
async function findPythonRunner(file: string): Promise<Runner | undefined> {
  const args = ['-c', 'import requests']
  if (await works('python3', ...args)) return { runner: 'python3' }
  const isInstalled = await ensureDebianPackages(['python3-requests'], file)
  return isInstalled ? { runner: '/usr/bin/python3' } : undefined
}

function works(program: string, ...args: string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  )
}
