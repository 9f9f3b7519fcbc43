import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'

/** A delivery as a receiver has it before it is believed. */
export interface Claim {
  headers: Record<string, string>
  body: string
  secret: string
}

/** Says of each claim whether it is genuine. */
export type Verifier = (claims: Claim[]) => Promise<boolean[]>

/** The reference library. */
export const byPackage: Verifier = async (claims) =>
  claims.map(({ headers, body, secret }) => {
    try {
      new Webhook(secret).verify(body, headers)
      return true
    } catch {
      return false
    }
  })

/** A script that has only Python's standard library. */
export const byPython: Verifier = (claims) => runPython(here('verify.py'), 'verify', claims)

/** What docs/webhooks.md tells people to paste into Node. */
export const byJavaScriptOfDocs: Verifier = async (claims) => {
  const run = `console.log(JSON.stringify(JSON.parse(process.argv[1])
    .map(({ headers, body, secret }) => isFromPasswright(headers, body, secret))))`
  const program = `${await fromDocs('js')}\n${run}`
  const words = ['--input-type=module', '--eval', program, JSON.stringify(claims)]
  return JSON.parse(await outputOf(process.execPath, words))
}

/** What docs/webhooks.md tells people to paste into Python. */
export const byPythonOfDocs: Verifier = async (claims) => {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-docs-'))
  try {
    const file = join(folder, 'from_docs.py')
    await writeFile(file, await fromDocs('python'))
    return await runPython(file, 'is_from_passwright', claims)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The block of code in docs/webhooks.md that is in this language. */
async function fromDocs(language: string): Promise<string> {
  const docs = await readFile(here('../../../docs/webhooks.md'), 'utf8')
  const blocks = [...docs.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  const code = blocks.find(([, name]) => name === language)?.[2]
  if (code === undefined) throw new Error(`docs/webhooks.md has no block of ${language}`)
  return code
}

async function runPython(file: string, name: string, claims: Claim[]): Promise<boolean[]> {
  const words = [here('run_cases.py'), file, name]
  return JSON.parse(await outputOf('/usr/bin/python3', words, JSON.stringify(claims)))
}

function outputOf(program: string, words: string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, words, (error, output) =>
      error ? reject(error) : resolve(output),
    )
    child.stdin?.end(input)
  })
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
