import './stop-with-parent.mjs'
import { delimiter, dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { commands } from './commands.mjs'
import { install, isReadOnly } from './install.mjs'
import { withLock } from './install-lock.mjs'
import { findTypedFolder, root, toolchainFolder } from './paths.mjs'
import { forwardSignals, runNode, stopCode } from './spawn.mjs'
import { findNode, findPnpm } from './toolchain.mjs'
import { say, toUserError, UserError } from './user-error.mjs'

// Runs on Node 20 or newer: finds or downloads the Node and pnpm that we need, installs the packages, runs the command.

/** @param {import('./install.mjs').Needs} needs @returns {Promise<string>} the path of the Node to run on */
async function prepare(needs) {
  if (isReadOnly(root)) return findNode()
  const installAll = async () => {
    const [node, pnpm] = await Promise.all([findNode(), findPnpm()])
    await install(root, needs, pnpm)
    return node
  }
  const onWait = () =>
    say('waiting for another command that is installing in this folder, or was killed just now …')
  return withLock(join(toolchainFolder, 'install.lock'), installAll, onWait)
}

/** @param {string} name @param {string[]} args @returns {Promise<number>} the exit code */
async function runCommand(name, args) {
  const command = commands[name]
  if (!command) throw new UserError(`there are only ${Object.keys(commands).join(', ')}.`)
  const node = await prepare(command.needs)
  process.env.PATH = `${dirname(node)}${delimiter}${process.env.PATH}`
  const typed = findTypedFolder(name, process.env, process.cwd())
  process.chdir(command.fromTypedFolder ? typed : root)
  if (command.fromTypedFolder) process.env.DATA_DIR ||= join(root, 'data')
  // The service has many threads, and glibc would keep freed memory for each of them.
  process.env.MALLOC_ARENA_MAX ||= '2'
  // What Node compiles to start the service or the command line is most of their start.
  if (!isReadOnly(root)) process.env.NODE_COMPILE_CACHE ||= join(toolchainFolder, 'compile-cache')

  let code = 0
  for (const step of command.steps) {
    const own = step === command.steps.at(-1) ? args : []
    code ||= await runNode(node, [...step.run, ...own], step.cwd)
  }
  // The signal may come before the service handles signals: it has stopped, as asked.
  return command.isService && code === stopCode() ? 0 : code
}

forwardSignals()
const [name = '', ...args] = process.argv.slice(2)
try {
  process.exitCode = await runCommand(name, args)
} catch (error) {
  process.exitCode = stopCode() ?? 1
  const isFromSystem = error instanceof Error && 'syscall' in error
  const shown = isFromSystem ? toUserError('Preparing', error.message) : error
  if (stopCode() === undefined) say(shown instanceof UserError ? shown.message : inspect(shown))
}
