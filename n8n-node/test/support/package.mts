import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withLock } from '../../../service/setup/install-lock.mjs'

const run = promisify(execFile)

/** The folder of the n8n package. */
export const packageRoot = join(import.meta.dirname, '../..')

/**
 * Builds the package and unpacks into a folder exactly what npm would publish. It takes a lock, since test files run in parallel and
 * every build first deletes the output of the last.
 */
export async function buildPackageInto(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await withLock(join(packageRoot, 'node_modules/.build.lock'), () => buildAndPack(folder))
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  await run('tar', ['-xzf', archive, '--strip-components=1'], { cwd: folder })
}

async function buildAndPack(folder: string): Promise<void> {
  const builder = join(packageRoot, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs')
  await run(process.execPath, [builder, 'build'], {
    cwd: packageRoot,
    env: { ...process.env, CI: '1' },
  })
  await run('npm', ['pack', '--pack-destination', folder, '--ignore-scripts'], { cwd: packageRoot })
}
