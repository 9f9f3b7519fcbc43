import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const lookEvery = 200
const beatEvery = 5_000
/** A holder that has not been heard of for so long is gone, whatever its number says: numbers are used again. */
const silence = 60_000
const given = 'given back'

/**
 * Does the work while no other process does any for the same folder. Turns are files with rising numbers that hold the id of the process
 * whose turn it is; the next one is made only when the last was given back or its holder died. Numbers never go down, so two that find
 * a dead holder at the same moment cannot both follow it.
 * @template Result
 * @param {string} folder
 * @param {() => Promise<Result>} work
 * @param {(holder: string) => void} onWait told once, when it has to wait
 * @returns {Promise<Result>}
 */
export async function inTurn(folder, work, onWait = () => {}) {
  mkdirSync(folder, { recursive: true })
  const turn = await takeTurn(folder, onWait)
  const beat = setInterval(() => utimesSync(turn, new Date(), new Date()), beatEvery)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    writeFileSync(turn, given)
  }
}

/** @param {string} folder @param {(holder: string) => void} onWait */
async function takeTurn(folder, onWait) {
  for (let waits = 0; ; waits++) {
    const last = lastTurn(folder)
    const holder = holderOf(folder, last)
    if (holder === undefined) {
      const mine = last + 1
      if (claim(folder, mine)) return fileOf(folder, mine)
    } else {
      if (waits === 0) onWait(holder)
      await sleep(lookEvery)
    }
  }
}

/** @param {string} folder @param {number} mine */
function claim(folder, mine) {
  try {
    writeFileSync(fileOf(folder, mine), String(process.pid), { flag: 'wx' })
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
  // Whoever looked long ago may have made a number again that had been cleared away meanwhile.
  const isMine = lastTurn(folder) === mine
  for (const turn of isMine ? turns(folder).filter((each) => each < mine) : [mine]) {
    rmSync(fileOf(folder, turn), { force: true })
  }
  return isMine
}

/** @param {string} folder @param {number} turn @returns {string | undefined} */
function holderOf(folder, turn) {
  if (turn === 0) return undefined
  try {
    const holder = readFileSync(fileOf(folder, turn), 'utf8')
    const isSilent = Date.now() - statSync(fileOf(folder, turn)).mtimeMs > silence
    return holder === given || isSilent || isGone(holder) ? undefined : holder
  } catch {
    return 'the next' // cleared away while we looked, so there is a later turn
  }
}

/** @param {string} holder */
function isGone(holder) {
  if (holder === '') return false // made, and not yet written
  try {
    process.kill(Number(holder), 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/** @param {string} folder */
function lastTurn(folder) {
  return Math.max(0, ...turns(folder))
}

/** @param {string} folder */
function turns(folder) {
  return readdirSync(folder).flatMap((name) => Number(/^turn-(\d+)$/.exec(name)?.[1] ?? []))
}

/** @param {string} folder @param {number} turn */
function fileOf(folder, turn) {
  return join(folder, `turn-${turn}`)
}
