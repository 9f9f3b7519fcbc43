import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { withLock } from './install-lock.mjs'
import { runTool } from './spawn.mjs'
import { say, UserError } from './user-error.mjs'

/** @typedef {{ name: string, version: string, integrity: string }} Package an exact version on the npm registry, and the sha512 of its archive */

/** Errors are printed even under `npm --silent`; a registry that does not respond fails in seconds. */
const npmCi =
  'ci --ignore-scripts --no-audit --no-fund --loglevel=warn --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000'
/** Settings that `npm --prefix elsewhere start` passes on; with them npm would not find the user's own configuration. */
const notInherited = /^npm_config_(prefix|local_prefix|global_prefix|globalconfig|workspaces?)$/

/**
 * Downloads a package into a folder of its own, unless it is there; npm verifies the integrity. Returns the folder with its files.
 * @param {Package} wanted @param {string} folder
 */
export async function fetchPackage({ name, version, integrity }, folder) {
  const target = join(folder, `${name.replace('/', '+')}@${version}`)
  const files = join(target, 'node_modules', name)
  if (existsSync(target)) return files
  if (!/^sha512-[\w+/]{86}==$/.test(integrity ?? '')) {
    throw new UserError(`${name} has no checksum (sha512) here, so it is not downloaded.`)
  }
  const npm = basename(process.env.npm_execpath ?? '') === 'npm-cli.js' && process.env.npm_execpath
  const env = Object.entries(process.env).filter(([key]) => !notInherited.test(key))
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return
    say(`downloading ${name} ${version} …`)
    const cwd = `${target}.tmp-${process.pid}`
    const options = { cwd, env: Object.fromEntries(env) }
    const manifest = { dependencies: { [name]: version } }
    const packages = { '': manifest, [`node_modules/${name}`]: { version, integrity } }
    const lock = { lockfileVersion: 3, requires: true, packages }
    try {
      mkdirSync(cwd, { recursive: true })
      writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
      writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify(lock))
      await runTool(`Downloading ${name}`, npm || 'npm', npmCi.split(' '), options)
      // Last, so that a target is complete if it exists.
      renameSync(cwd, target)
    } finally {
      removeTemporary(target)
    }
  })
  return files
}

/** Deletes the temporary folders of this download and of killed ones. @param {string} target */
function removeTemporary(target) {
  const folder = dirname(target)
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(target)}.tmp-`)) continue
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  }
}
