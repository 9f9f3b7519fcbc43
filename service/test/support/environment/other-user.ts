import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, linkSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProcessOptions } from './service-process.ts'

/** The user "nobody", who owns no files on any machine. */
export const UNPRIVILEGED_UID = 65_534

/** How to run the service as that user. */
export interface UnprivilegedUser {
  /** Runs as that user. */
  launcher: NonNullable<ProcessOptions['launcher']>
  /** Runs as that user where only this folder can be written to. */
  withWritableFolder: (folder: string) => NonNullable<ProcessOptions['launcher']>
  remove: () => void
}

const setprivCommand = [
  'setpriv',
  `--reuid=${UNPRIVILEGED_UID}`,
  `--regid=${UNPRIVILEGED_UID}`,
  '--clear-groups',
] as const

/** Prepares running as that user; returns the reason where that does not work. */
export function createUnprivilegedUser(): UnprivilegedUser | { reason: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { reason: 'only root on Linux can start processes as another user' }
  }
  const folder = mkdtempSync(join(tmpdir(), 'passwright-node-'))
  const node = join(folder, 'node')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    chmodSync(folder, 0o755)
    linkNode(node)
    const readable = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
    execFileSync(setprivCommand[0], [...setprivCommand.slice(1), node, '--check', readable], {
      stdio: 'pipe',
    })
  } catch {
    remove()
    return { reason: 'another user cannot read this checkout' }
  }
  const mountReadOnly = 'mount --bind "$0" "$0" && mount -o remount,ro,bind / && exec "$@"'
  return {
    launcher: { command: [...setprivCommand], node },
    withWritableFolder: (writable) => ({
      command: ['unshare', '--mount', 'sh', '-c', mountReadOnly, writable, ...setprivCommand],
      node,
    }),
    remove,
  }
}

/** Links or copies our Node to a path that the other user can read. */
function linkNode(path: string): void {
  try {
    linkSync(process.execPath, path)
  } catch {
    copyFileSync(process.execPath, path)
  }
}
