import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ensureDebianPackages } from '../debian.ts'

const run = promisify(execFile)

type Runner = { runner: string } | { missing: string }

/** What runs a program here, or why nothing does. */
export async function runnerOf(file: string): Promise<Runner> {
  if (file.endsWith('.mjs')) return { runner: process.execPath }
  if (file.endsWith('.sh')) return (await withCurl(file)) ?? { missing: `${file} needs curl` }
  const missing = `${file} needs Python’s requests, which CI=true and root would install`
  return (await withRequests(file)) ?? { missing }
}

async function withCurl(file: string): Promise<Runner | undefined> {
  const there = (await works('curl', '--version')) || (await ensureDebianPackages(['curl'], file))
  return there ? { runner: 'bash' } : undefined
}

/** Debian's requests belongs to Debian's Python, which need not be the first one of the PATH. */
async function withRequests(file: string): Promise<Runner | undefined> {
  const asks = ['-c', 'import requests']
  if (await works('python3', ...asks)) return { runner: 'python3' }
  const there = await ensureDebianPackages(['python3-requests'], file)
  return there ? { runner: '/usr/bin/python3' } : undefined
}

function works(program: string, ...words: string[]): Promise<boolean> {
  return run(program, words).then(
    () => true,
    () => false,
  )
}
