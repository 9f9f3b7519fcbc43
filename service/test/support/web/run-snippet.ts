import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildSnippets, type Snippet } from '../../../src/web/editor/browser/snippets/snippets.ts'
import { findRunner } from '../drop-in/runner.ts'
import { createTemporaryFolder } from '../environment/temporary-folder.ts'
import { readPassJson } from '../phones/read-pass-json.ts'

const run = promisify(execFile)

/** The programs that the editor shows, and the files that they are saved as. */
export const snippetFiles: Record<Snippet['id'], string> = {
  curl: 'make.sh',
  javascript: 'make.mjs',
  python: 'make.py',
}

/**
 * Runs a program of the editor as it stands and returns the file that it writes, or what this machine
 * lacks for it. Rejects when the program fails.
 */
export async function runSnippet(
  id: Snippet['id'],
  request: Record<string, unknown>,
  { serviceUrl, key }: { serviceUrl: string; key: string },
): Promise<{ name: string; file: Buffer } | { missing: string }> {
  const program = snippetFiles[id]
  const found = await findRunner(program)
  if ('missing' in found) return found
  const folder = await createTemporaryFolder()
  const snippet = buildSnippets(request, serviceUrl).find((each) => each.id === id)
  await writeFile(join(folder, program), snippet?.text ?? '')
  const env = { ...process.env, PASSWRIGHT_KEY: key }
  await run(found.runner, [program], { cwd: folder, env })
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.pkpass'))
  return { name, file: await readFile(join(folder, name)) }
}

/** Reads what a pass says, whoever made it: its pass.json but for the serial number and the token. */
export async function readContent(file: Uint8Array): Promise<Record<string, unknown>> {
  const { serialNumber: _, authenticationToken: __, ...content } = await readPassJson(file)
  return content
}
