import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { withLock } from '../../../service/setup/install-lock.mjs'
import { runTool } from '../../../service/setup/spawn.mjs'
import { findPnpm } from '../../../service/setup/toolchain.mjs'

/** The version of n8n that the tests run. Before raising it, check that the registry has all the exact versions that it depends on. */
const version = '2.41.1'

/** n8n has a workspace of its own. With PostgreSQL, none of its packages needs its install script. */
const workspace = `packages: []
overrides:
  linkedom: 0.18.13
strictDepBuilds: false
pmOnFail: ignore
`

/** Returns why the tests in a real n8n cannot run on this machine, or undefined if they can: n8n's sandbox has prebuilt binaries for few platforms. */
export function findSkipReason(): string | undefined {
  const [major = ''] = process.versions.node.split('.')
  const platform = `${process.platform}-${process.arch} with Node ${major}`
  if (platform === 'linux-x64 with Node 24') return undefined
  return `Skipped: the node in a real n8n ${version}. These tests run on linux-x64 with Node 24; this is ${platform}.`
}

/** Returns the folder of n8n in the user's cache (2 GB), after installing it if necessary. An install that is killed is never used. */
export async function ensureN8nInstalled(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'passwright')
  const folder = join(cache, `n8n-host-${version}`)
  if (!existsSync(folder)) await withLock(`${folder}.lock`, () => installInto(folder))
  return join(folder, 'node_modules/n8n')
}

async function installInto(folder: string): Promise<void> {
  if (existsSync(folder)) return
  await removePartialInstalls(dirname(folder))
  const partial = `${folder}.partial-${process.pid}`
  mkdirSync(partial, { recursive: true })
  writeFileSync(
    join(partial, 'package.json'),
    JSON.stringify({ name: 'n8n-host', private: true, dependencies: { n8n: version } }),
  )
  writeFileSync(join(partial, 'pnpm-workspace.yaml'), workspace)
  copyFileSync(join(import.meta.dirname, 'pnpm-lock.yaml'), join(partial, 'pnpm-lock.yaml'))

  console.info(`Installing n8n ${version} for the tests, once: about a minute and 2 GB …`)
  const args = ['install', '--frozen-lockfile', '--ignore-scripts', '--config.trustLockfile=true']
  await runTool(
    `Installing n8n ${version} for the tests`,
    await findPnpm(),
    [...args, '--reporter=append-only'],
    { cwd: partial },
  )
  renameSync(partial, folder)
  await removePartialInstalls(dirname(folder))
}

/** Deletes what a killed install left. It is never continued: child processes of that install may still write to it. */
async function removePartialInstalls(cache: string): Promise<void> {
  const partials = readdirSync(cache).filter((name) => name.includes('.partial-'))
  for (const name of partials) {
    await rm(join(cache, name), { recursive: true, force: true })
  }
}
