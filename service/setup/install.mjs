import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './spawn.mjs'
import { say } from './user-error.mjs'

/** @typedef {'service' | 'everything'} Needs what the service runs on, or the tools to test and check it too */

/** Without trustLockfile pnpm asks the registry about every package, which takes a minute; the lock file has their hashes. */
const options =
  'install --frozen-lockfile --reporter=append-only --config.trustLockfile=true --config.confirmModulesPurge=false --config.updateNotifier=false --config.fetchRetryMintimeout=1000 --config.fetchRetryMaxtimeout=5000'
/** npm passes these settings on in its environment, under names that pnpm does not read. */
const networkSettings = ['cafile', 'noproxy', 'strict_ssl']
/** These may hold a password, which arguments would show to every user of the machine. */
const secretSettings = ['registry', 'proxy', 'https_proxy']

/**
 * Installs the packages of the lock file. If none is missing, pnpm takes a tenth of a second and uses no network.
 * @param {string} root @param {Needs} needs @param {string} pnpm
 */
export async function install(root, needs, pnpm) {
  const hasTools = existsSync(join(root, 'node_modules/vitest'))
  if (!hasTools && (needs === 'everything' || !existsSync(join(root, 'node_modules')))) {
    say('installing what this command needs; only the first time takes long …')
  }
  // Installed tools are kept: --prod would remove them, and a test may be running.
  const isPartial = needs === 'service' && !hasTools
  const filter = isPartial ? ['--prod', '--filter', '@passwright/service...'] : []
  const passedOn = networkSettings.flatMap((name) => {
    const value = process.env[`npm_config_${name}`]
    const camelCase = name.replace(/_(.)/, (_, letter) => letter.toUpperCase())
    return value ? [`--config.${camelCase}=${value}`] : []
  })
  const secrets = secretSettings.flatMap((name) => {
    const value = process.env[`npm_config_${name}`]
    return value ? [[`pnpm_config_${name}`, value]] : []
  })
  const args = [...options.split(' '), ...filter, ...passedOn]
  const env = { ...process.env, ...Object.fromEntries(secrets) }
  await runTool('Installing the dependencies', pnpm, args, { cwd: root, env })
}

/** Whether the packages are installed and the checkout is not writable: another user's, or on a read-only disk. @param {string} root */
export function isReadOnly(root) {
  try {
    accessSync(root, constants.W_OK)
    return false
  } catch {
    return existsSync(join(root, 'node_modules'))
  }
}
