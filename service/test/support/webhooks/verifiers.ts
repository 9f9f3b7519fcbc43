import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'

/** A delivery that a receiver has to verify. */
export interface SignedDelivery {
  headers: Record<string, string>
  body: string
  secret: string
}

/** Returns for each delivery whether its signature is valid. */
export type Verifier = (deliveries: SignedDelivery[]) => Promise<boolean[]>

/** Verifies with the reference library. */
export const verifyWithPackage: Verifier = async (deliveries) =>
  deliveries.map(({ headers, body, secret }) => {
    try {
      new Webhook(secret).verify(body, headers)
      return true
    } catch {
      return false
    }
  })

/** Verifies with a script that needs only Python's standard library. */
export const verifyWithPython: Verifier = (deliveries) =>
  runPython(toPath('verify.py'), 'verify', deliveries)

/** Verifies with the JavaScript code in docs/webhooks.md. */
export const verifyWithDocsJavaScript: Verifier = async (deliveries) => {
  const run = `console.log(JSON.stringify(JSON.parse(process.argv[1])
    .map(({ headers, body, secret }) => isFromPasswright(headers, body, secret))))`
  const program = `${await readDocsCode('js')}\n${run}`
  const args = ['--input-type=module', '--eval', program, JSON.stringify(deliveries)]
  return JSON.parse(await runProgram(process.execPath, args))
}

/** Verifies with the Python code in docs/webhooks.md. */
export const verifyWithDocsPython: Verifier = async (deliveries) => {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-docs-'))
  try {
    const file = join(folder, 'from_docs.py')
    await writeFile(file, await readDocsCode('python'))
    return await runPython(file, 'is_from_passwright', deliveries)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Reads the code block in this language from docs/webhooks.md. */
async function readDocsCode(language: string): Promise<string> {
  const docs = await readFile(toPath('../../../docs/webhooks.md'), 'utf8')
  const blocks = [...docs.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  const code = blocks.find(([, name]) => name === language)?.[2]
  if (code === undefined) throw new Error(`docs/webhooks.md has no block of ${language}`)
  return code
}

async function runPython(
  file: string,
  name: string,
  deliveries: SignedDelivery[],
): Promise<boolean[]> {
  const args = [toPath('run_cases.py'), file, name]
  return JSON.parse(await runProgram('/usr/bin/python3', args, JSON.stringify(deliveries)))
}

function runProgram(program: string, args: string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, output) =>
      error ? reject(error) : resolve(output),
    )
    child.stdin?.end(input)
  })
}

function toPath(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
