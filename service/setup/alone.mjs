import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const lookEvery = 500

/**
 * Calls `done` once when the process that started this one, or one of the others, is gone. Nobody tells an orphan; it has to look.
 * @param {() => void} done
 * @param {number[]} [others] further processes, by id
 */
export function whenAlone(done, others = []) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent && [parent, ...others].every(isAlive)) return
    clearInterval(timer)
    done()
  }, lookEvery)
  timer.unref()
}

/**
 * The package manager, where it started us through a shell that stays in between: when it is killed the shell lives on, and so would we.
 * @returns {number[]}
 */
export function starterBehindShell() {
  const { parent, command } = lookUp(process.ppid)
  const isShell = /^\S*\b(sh|bash|dash|ash|zsh|busybox)\b/.test(command)
  return parent && isShell && command.includes('run.mjs') ? [parent] : []
}

/** @param {number} id */
function isAlive(id) {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {number} id @returns {{ parent: number, command: string }} */
function lookUp(id) {
  try {
    if (process.platform === 'linux') {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]
      return {
        parent: Number(parent),
        command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '),
      }
    }
    const line = execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(id)], {
      encoding: 'utf8',
    })
    const [, parent = 0, command = ''] = /^\s*(\d+)\s+(.*)/.exec(line) ?? []
    return { parent: Number(parent), command }
  } catch {
    return { parent: 0, command: '' }
  }
}
