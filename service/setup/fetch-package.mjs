import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { lookAfter } from './hand-over.mjs'
import { explain } from './trouble.mjs'

/** What goes wrong is told even where npm was asked to be silent, and a registry that does not answer is given up soon. */
const manners = [
  '--loglevel=warn',
  '--no-audit',
  '--no-fund',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
]

const halfMade = '.making-'

/** @typedef {{ name: string, version: string, integrity?: string }} Package one exact version on the npm registry */

/**
 * Puts one package of the npm registry into `<shelf>/<name>@<version>` and answers the folder its files are in. A package that is
 * there is complete: it is made beside its place and moved there at the end. None of its scripts runs.
 * @param {Package} wanted
 * @param {string} shelf
 * @param {(folder: string) => void} [prove] throws when the package does not work
 */
export async function fetchPackage(wanted, shelf, prove = () => {}) {
  const place = placeOf(wanted, shelf)
  if (!existsSync(place)) {
    const making = `${place}${halfMade}${process.pid}`
    try {
      mkdirSync(making, { recursive: true })
      writeFileSync(join(making, 'package.json'), JSON.stringify(manifestOf(wanted)))
      writeFileSync(join(making, 'package-lock.json'), JSON.stringify(lockOf(wanted)))
      await npm(['ci', '--ignore-scripts', ...manners], making, `Fetching ${wanted.name}`)
      prove(join(making, 'node_modules', wanted.name))
      if (!existsSync(place)) renameSync(making, place)
    } finally {
      rmSync(making, { recursive: true, force: true })
    }
  }
  return folderOf(wanted, shelf)
}

/**
 * Where fetchPackage puts the files of this package.
 * @param {Package} wanted
 * @param {string} shelf
 */
export function folderOf(wanted, shelf) {
  return join(placeOf(wanted, shelf), 'node_modules', wanted.name)
}

/**
 * Deletes what was killed in the making. Only for who knows that nobody is making anything on this shelf.
 * @param {string} shelf
 */
export function clearHalfMade(shelf) {
  for (const name of readdirSync(shelf).filter((each) => each.includes(halfMade))) {
    rmSync(join(shelf, name), { recursive: true, force: true })
  }
}

/** @param {Package} wanted @param {string} shelf */
function placeOf(wanted, shelf) {
  return join(shelf, `${wanted.name.replace('/', '+')}@${wanted.version}`)
}

/** @param {Package} wanted */
function manifestOf({ name, version }) {
  return { name: 'fetched', private: true, dependencies: { [name]: version } }
}

/**
 * A lock file names no registry, so npm asks the one it is set to, and holds what comes against the integrity.
 * @param {Package} wanted
 */
function lockOf({ name, version, integrity }) {
  const root = { dependencies: { [name]: version } }
  return {
    name: 'fetched',
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, [`node_modules/${name}`]: { version, integrity } },
  }
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {string} doing
 */
async function npm(args, cwd, doing) {
  const [program, ...first] = npmProgram()
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: withoutPrefix(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: program === 'npm' && process.platform === 'win32',
  })
  const { code, output } = await outcome(child)
  // A full disk is only a warning to npm: it leaves half a file and exits 0.
  if (code !== 0 || output.includes('TAR_ENTRY_ERROR')) throw explain(doing, output)
}

/**
 * Waits for a program, and gathers what it says on both its channels.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function outcome(child) {
  lookAfter(child)
  let output = ''
  child.stdout?.on('data', (bytes) => (output += bytes))
  child.stderr?.on('data', (bytes) => (output += bytes))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, output: String(error) }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** The npm that started us, else the one beside this Node, else the one on the path. @returns {[string, ...string[]]} */
function npmProgram() {
  const beside = dirname(process.execPath)
  const scripts = [
    process.env.npm_execpath ?? '',
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
  ]
  const script = scripts.find((path) => basename(path) === 'npm-cli.js' && existsSync(path))
  return script ? [process.execPath, script] : ['npm']
}

/**
 * `npm --prefix elsewhere start` hands its prefix on, and with it another place for npm's settings; here they are the person's own.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutPrefix(env) {
  const handedOn = /^npm_config_(prefix|local_prefix|global_prefix|globalconfig|workspaces?)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !handedOn.test(name)))
}
