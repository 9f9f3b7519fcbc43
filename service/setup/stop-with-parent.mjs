import { readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

// Stops this process when its parent has ended, even by SIGKILL. No signal reports that, so it is polled.
const pollMs = 500
const maxStopMs = 15_000
const parent = process.ppid
const watched = [parent, ...findNpmBehindShell()]

if (isMainThread) {
  const timer = setInterval(() => {
    if (process.ppid === parent && watched.every(isRunning)) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), maxStopMs).unref()
  }, pollMs).unref()
}

/** npm runs its script in a shell. If that stays (Debian's does), it is the parent, and it survives a killed npm. */
function findNpmBehindShell() {
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    const npm = process.env.npm_lifecycle_event && /^\d+ \(\w*sh\) \w (\d+)/.exec(stat)?.[1]
    return npm ? [Number(npm)] : []
  } catch {
    return []
  }
}

/** @param {number} id */
function isRunning(id) {
  try {
    return process.kill(id, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
