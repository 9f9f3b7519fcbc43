import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchPackage } from './fetch-package.mjs'
import { toolchainFolder } from './paths.mjs'
import { runTool } from './spawn.mjs'
import { UserError } from './user-error.mjs'

/** @typedef {import('./fetch-package.mjs').Package} Package */

/** The platforms on which the commands bring Node and pnpm themselves. */
export const platforms = [
  'linux-x64',
  'linux-arm64',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
]

const platform = `${process.platform}-${process.arch}`
const dotExe = process.platform === 'win32' ? '.exe' : ''

/** @type {Record<string, { node: Package, pnpm: Package } | undefined>} packages that hold the program itself, by platform */
export const packages = JSON.parse(readFileSync(new URL('toolchain.json', import.meta.url), 'utf8'))

/** Whether the service runs on this Node: its SQLite is complete since 24.15; we test on 24 and 26. @param {string} version */
export function isSupportedNode(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return (major === 24 && minor >= 15) || major === 26
}

/** Whether this pnpm reads our lock file and settings. @param {string} version */
export function isSupportedPnpm(version) {
  return /^12\.\d+\.\d+/.test(version)
}

/** Returns the path of the Node to run on: this one, or a downloaded one. */
export async function findNode() {
  if (isSupportedNode(process.version)) return process.execPath
  return join(await fetchTool('node'), 'bin', `node${dotExe}`)
}

/** Returns the pnpm to install with: the one on PATH, or the path of a downloaded one. */
export async function findPnpm() {
  // If `pnpm` is corepack's, it must not download anything.
  const env = { ...process.env, COREPACK_ENABLE_NETWORK: '0' }
  const version = await runTool('Running pnpm', 'pnpm', ['--version'], { env }).catch(() => '')
  return isSupportedPnpm(version) ? 'pnpm' : join(await fetchTool('pnpm'), `pnpm${dotExe}`)
}

/** @param {'node' | 'pnpm'} name */
function fetchTool(name) {
  const tool = packages[platform]?.[name]
  if (tool && !existsSync('/etc/alpine-release')) return fetchPackage(tool, toolchainFolder)
  throw new UserError(
    `the npm registry has no ${name} that runs here (${platform}): install Node 24.15 or newer and pnpm 12 (on Alpine: "apk add nodejs-current pnpm"), then run the same command again.`,
  )
}
