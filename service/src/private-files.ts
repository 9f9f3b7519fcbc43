import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

// Windows has no modes: there a file has the access list of its folder.
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** What users who are neither the owner nor in the group may do. */
const OTHERS = 0o007
/** Set on folders that all users share, such as /tmp. */
const STICKY = 0o1000

/** Creates a folder, with its parents, that only the service's user can open, unless it exists. */
export function createPrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
}

/** Creates an empty file that only the service's user can read, unless it exists. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** Whether every user of the machine may read or change a file or folder; false if it is missing. */
export function isOpenToEveryone(path: string): boolean {
  const mode = process.platform === 'win32' ? undefined : readMode(path)
  return mode !== undefined && (mode & OTHERS) !== 0
}

/**
 * Leaves a file or folder that is open to everyone to its owner only. Returns a warning if that does
 * not work. One that is open to a group stays as it is: somebody shared it on purpose.
 */
export function restrictToOwner(path: string): string | undefined {
  if (!isOpenToEveryone(path)) return undefined
  if (isShared(path)) return `${path} is a folder of all users; give the service one of its own`
  const mode = statSync(path).isDirectory() ? FOLDER_MODE : FILE_MODE
  let reason = 'its file system keeps no modes'
  try {
    chmodSync(path, mode)
  } catch (error) {
    reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
  // Some mounted file systems accept a mode and ignore it.
  if (!isOpenToEveryone(path)) return undefined
  return `${path} is open to every user of this machine, and the service cannot change that (${reason}); as its owner run: chmod ${mode.toString(8)} ${path}`
}

function isShared(path: string): boolean {
  const isRoot = dirname(path) === path
  return isRoot || ((readMode(path) ?? 0) & STICKY) !== 0
}

/** The mode of a file; undefined if it is missing or in a folder that we may not open. */
function readMode(path: string): number | undefined {
  try {
    return statSync(path).mode
  } catch {
    return undefined
  }
}
