import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inTurn } from '../../../service/setup/in-turn.mjs'

const run = promisify(execFile)

/** The package's own folder. */
export const root = join(import.meta.dirname, '../..')

/** Builds the package and puts into a folder exactly what npm would publish. Test files run side by side, and each build begins by deleting the last. */
export async function unpackInto(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await inTurn(join(root, 'node_modules/.turns'), () => buildAndPack(folder))
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  await run('tar', ['-xzf', archive, '--strip-components=1'], { cwd: folder })
}

async function buildAndPack(folder: string): Promise<void> {
  const builder = join(root, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs')
  await run(process.execPath, [builder, 'build'], { cwd: root, env: { ...process.env, CI: '1' } })
  await run('npm', ['pack', '--pack-destination', folder, '--ignore-scripts'], { cwd: root })
}
