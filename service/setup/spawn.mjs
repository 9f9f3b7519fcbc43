import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { toUserError } from './user-error.mjs'

const repeatMs = 1_000
const stopWithParent = ['--import', new URL('stop-with-parent.mjs', import.meta.url).href]

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set()
/** @type {{ signal: NodeJS.Signals, at: number } | undefined} */
let stop

/** Forwards SIGINT, SIGTERM and SIGHUP to the running programs; exits if there are none. */
export function forwardSignals() {
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // The terminal, npm and the process group may each send it; it is forwarded once.
      if (stop && Date.now() - stop.at < repeatMs) return
      stop = { signal, at: Date.now() }
      if (children.size === 0) process.exit(stopCode())
      for (const child of children) child.kill(signal)
    })
  }
}

/** Returns 128 plus the number of the signal received, or undefined if there was none. */
export function stopCode() {
  return stop && 128 + constants.signals[stop.signal]
}

/** Runs Node with our standard streams and returns the exit code. @param {string} node @param {string[]} args @param {string} [cwd] */
export async function runNode(node, args, cwd) {
  const { code } = await run(node, [...stopWithParent, ...args], { cwd, stdio: 'inherit' })
  return code
}

/**
 * Runs npm or pnpm and returns its output; throws a UserError when it fails.
 * @param {string} task such as "Installing the dependencies"
 * @param {string} tool the path of a program or of an .js file, or a name on PATH
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export async function runTool(task, tool, args, options) {
  const isScript = tool.endsWith('.js')
  const shell = process.platform === 'win32' && /^\w+$/.test(tool)
  const { code, output } = await run(
    isScript ? process.execPath : tool,
    isScript ? [...stopWithParent, tool, ...args] : args,
    { ...options, shell, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  // A full disk is only a warning to npm: it leaves half a file and exits with 0.
  if (code !== 0 || output.includes('TAR_ENTRY_ERROR')) throw toUserError(task, output)
  return output
}

/** @param {string} program @param {string[]} args @param {import('node:child_process').SpawnOptions} options */
async function run(program, args, options) {
  if (stop) throw new Error(`Stopped by ${stop.signal}.`)
  const child = spawn(program, args, options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  children.add(child)
  await once(child, 'close').finally(() => children.delete(child))
  const { exitCode, signalCode } = child
  return { code: signalCode ? 128 + constants.signals[signalCode] : (exitCode ?? 1), output }
}
