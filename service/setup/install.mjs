import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outcome } from './fetch-package.mjs'
import { explain } from './trouble.mjs'

/** @typedef {'service' | 'everything'} Needs `service`: what the service runs on; `everything`: the tools to test and check it too */

/**
 * Whether what a command needs is in place, told from a stamp that the last installation left; asks no network and starts no program.
 * @param {string} root the checkout
 * @param {Needs} needs
 */
export function isInstalled(root, needs) {
  const { inputs, result, installed } = readStamp(root)
  return (
    inputs === hashOfInputs(root) &&
    result === hashOfResult(root) &&
    (installed === needs || installed === 'everything') &&
    existsSync(join(root, 'service/node_modules'))
  )
}

/**
 * Installs exactly what the lock file names.
 * @param {string} root
 * @param {Needs} needs
 * @param {string} pnpm its path
 */
export async function install(root, needs, pnpm) {
  rmSync(stampOf(root), { force: true })
  const only = needs === 'service' ? ['--prod', '--filter', '@passwright/service...'] : []
  const child = spawn(pnpm, ['install', '--frozen-lockfile', ...only, ...settings()], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: pnpm === 'pnpm' && process.platform === 'win32',
  })
  const { code, output } = await outcome(child)
  if (code !== 0) throw explain('Installing the dependencies', output)
  const stamp = { inputs: hashOfInputs(root), result: hashOfResult(root), installed: needs }
  writeFileSync(stampOf(root), JSON.stringify(stamp))
}

/**
 * The lock file carries a hash of every package and was held against the registry's policies when it was made; asking the registry
 * about each package again took a minute. What npm was told about the network holds for pnpm too.
 */
function settings() {
  const handedOn = ['registry', 'cafile', 'proxy', 'https_proxy', 'noproxy', 'strict_ssl'].flatMap(
    (name) => {
      const value = process.env[`npm_config_${name}`]
      const camel = name.replace(/_(.)/, (_, letter) => letter.toUpperCase())
      return value ? [`--config.${camel}=${value}`] : []
    },
  )
  return [
    '--config.trustLockfile=true',
    '--config.confirmModulesPurge=false',
    '--config.updateNotifier=false',
    '--config.fetchRetryMintimeout=1000',
    '--config.fetchRetryMaxtimeout=5000',
    '--reporter=append-only',
    ...handedOn,
  ]
}

/** What decides what gets installed: the lock file, the workspace and every package.json in it. @param {string} root */
function hashOfInputs(root) {
  const manifests = readdirSync(root)
    .map((name) => join(name, 'package.json'))
    .sort()
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    const path = join(root, name)
    if (existsSync(path)) hash.update(`\0${name}\0`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

/** pnpm's own note of what it installed: another one means that somebody installed by hand since. @param {string} root */
function hashOfResult(root) {
  const path = join(root, 'node_modules/.modules.yaml')
  return existsSync(path)
    ? createHash('sha256').update(readFileSync(path)).digest('hex')
    : 'nothing'
}

/** Inside node_modules, so that whoever deletes that deletes the stamp. @param {string} root */
function stampOf(root) {
  return join(root, 'node_modules/.passwright.json')
}

/** @param {string} root @returns {{ inputs?: string, result?: string, installed?: string }} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampOf(root), 'utf8'))
  } catch {
    return {}
  }
}
