import { commands } from './commands.mjs'
import { clearHalfMade } from './fetch-package.mjs'
import { askedToStop, listenForTheEnd } from './hand-over.mjs'
import { inTurn } from './in-turn.mjs'
import { install, isInstalled } from './install.mjs'
import { root, shelf } from './places.mjs'
import { bringNode, bringPnpm, nodeAtHand } from './toolchain.mjs'
import { explain, say, Trouble } from './trouble.mjs'

// The way in: whatever Node the machine has runs this, and this brings the Node, the pnpm and the packages that the command needs, once.

/** @param {import('./install.mjs').Needs} needs @returns {Promise<string>} the path of the Node to run on */
async function prepare(needs) {
  const node = nodeAtHand()
  if (node && isInstalled(root, needs)) return node
  return inTurn(
    shelf,
    () => bringAll(needs),
    (holder) => {
      say(`process ${holder} is installing in this folder; waiting for it …`)
    },
  )
}

/** @param {import('./install.mjs').Needs} needs */
async function bringAll(needs) {
  const node = nodeAtHand()
  if (node && isInstalled(root, needs)) return node
  const start = Date.now()
  clearHalfMade(shelf)
  say('installing what this command needs; only the first time takes long …')
  const [broughtNode, pnpm] = await Promise.all([bringNode(), bringPnpm()])
  await install(root, needs, pnpm)
  say(`ready after ${Math.round((Date.now() - start) / 1000)} s.`)
  return broughtNode
}

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
listenForTheEnd()
try {
  if (!command)
    throw new Trouble(`there is no "${name}"; there are ${Object.keys(commands).join(', ')}.`)
  process.exitCode = await command.run(await prepare(command.needs), args)
} catch (error) {
  process.exitCode = askedToStop() ?? 1
  if (askedToStop() === undefined) say(tell(error))
}

/** @param {unknown} error */
function tell(error) {
  if (error instanceof Trouble) return error.message
  const isFromSystem = error instanceof Error && 'syscall' in error
  return isFromSystem
    ? explain('Preparing', error.message).message
    : String(error instanceof Error ? error.stack : error)
}
