import { mkdirSync, rmSync, statSync, utimes } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const retryMs = 200
const heartbeatMs = 1_000
/** A lock that was not touched for so long belongs to a process that was killed. */
const staleMs = 10_000

/**
 * Runs `work` while no other process holds the same lock: a folder that its holder creates and touches every second.
 * @template Result
 * @param {string} folder
 * @param {() => Promise<Result>} work
 * @param {() => void} [onWait] called once, after a second of waiting
 */
export async function withLock(folder, work, onWait = () => {}) {
  mkdirSync(dirname(folder), { recursive: true })
  // With `recursive`, mkdir returns undefined for a folder that exists.
  for (let tries = 1; mkdirSync(folder, { recursive: true }) === undefined; tries++) {
    if (tries === 5) onWait()
    const touchedMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    // Deleted, then tried again after the pause: other processes may find the same stale lock at this moment.
    if (Date.now() - touchedMs > staleMs) rmSync(folder, { recursive: true, force: true })
    await sleep(retryMs)
  }
  const heartbeat = setInterval(() => utimes(folder, new Date(), new Date(), () => {}), heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    rmSync(folder, { recursive: true, force: true })
  }
}
