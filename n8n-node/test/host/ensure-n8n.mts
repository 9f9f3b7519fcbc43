import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { outcome } from '../../../service/setup/fetch-package.mjs'
import { inTurn } from '../../../service/setup/in-turn.mjs'
import { bringPnpm } from '../../../service/setup/toolchain.mjs'
import { explain } from '../../../service/setup/trouble.mjs'

/** The n8n that the tests run in. Its package.json names exact siblings, and not every release has all of them on the registry. */
const version = '2.41.1'

/** n8n keeps its own packages apart from ours: 2 GB, once per user. On PostgreSQL it needs none of the install scripts of its packages. */
const workspace = `packages: []
overrides:
  linkedom: 0.18.13
strictDepBuilds: false
pmOnFail: ignore
`

/** Why the tests in a real n8n cannot run on this machine, if so: its sandbox comes ready made for few platforms. */
export function whyNoN8n(): string | undefined {
  const [major = ''] = process.versions.node.split('.')
  const here = `${process.platform}-${process.arch} with Node ${major}`
  if (here === 'linux-x64 with Node 24') return undefined
  return `Left out: the node in a real n8n ${version}. It is tried on linux-x64 with Node 24; this is ${here}.`
}

/** The folder of an installed n8n; installs it where it is not there. Whoever is killed meanwhile leaves nothing half done behind. */
export async function ensureN8n(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'passwright')
  const place = join(cache, `n8n-host-${version}`)
  const turns = join(cache, 'n8n-host-turns')
  if (!existsSync(place)) await inTurn(turns, () => installAt(place))
  return join(place, 'node_modules/n8n')
}

async function installAt(place: string): Promise<void> {
  if (existsSync(place)) return
  clearHalfMade(dirname(place))
  const making = `${place}.making-${process.pid}`
  mkdirSync(making, { recursive: true })
  writeFileSync(
    join(making, 'package.json'),
    JSON.stringify({ name: 'n8n-host', private: true, dependencies: { n8n: version } }),
  )
  writeFileSync(join(making, 'pnpm-workspace.yaml'), workspace)
  copyFileSync(join(import.meta.dirname, 'pnpm-lock.yaml'), join(making, 'pnpm-lock.yaml'))

  console.info(`Installing n8n ${version} for the tests, once: about a minute and 2 GB …`)
  const words = ['install', '--frozen-lockfile', '--ignore-scripts', '--config.trustLockfile=true']
  const child = spawn(await bringPnpm(), [...words, '--reporter=append-only'], {
    cwd: making,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { code, output } = await outcome(child)
  if (code !== 0) throw explain(`Installing n8n ${version} for the tests`, output)
  renameSync(making, place)
  clearHalfMade(dirname(place))
}

/** What a killed run began may still be written to by its orphans, so it is cleared away and never continued. */
function clearHalfMade(cache: string): void {
  for (const left of readdirSync(cache).filter((name) => name.includes('.making-'))) {
    rmSync(join(cache, left), { recursive: true, force: true })
  }
}
