import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, linkSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProcessOptions } from './service-process.ts'

/** Owns nothing on any machine. */
export const nobody = 65_534

/** How to run our service as that user. */
export interface OtherUser {
  /** As that user and nothing else. */
  through: NonNullable<ProcessOptions['through']>
  /** The same, where nothing can be written but in this folder. */
  withOnly: (folder: string) => NonNullable<ProcessOptions['through']>
  remove: () => void
}

const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] as const

/** Gives the way to run as another user, or says why there is none. */
export function otherUser(): OtherUser | { why: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { why: 'only root on Linux can run as another user' }
  }
  const folder = mkdtempSync(join(tmpdir(), 'passwright-node-'))
  const node = join(folder, 'node')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    chmodSync(folder, 0o755)
    placeNode(node)
    const readable = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
    execFileSync(asNobody[0], [...asNobody.slice(1), node, '--check', readable], { stdio: 'pipe' })
  } catch {
    remove()
    return { why: 'another user cannot read this checkout' }
  }
  const bound = 'mount --bind "$0" "$0" && mount -o remount,ro,bind / && exec "$@"'
  return {
    through: { words: [...asNobody], node },
    withOnly: (writable) => ({
      words: ['unshare', '--mount', 'sh', '-c', bound, writable, ...asNobody],
      node,
    }),
    remove,
  }
}

/** Where our Node lies another user may not look. */
function placeNode(path: string): void {
  try {
    linkSync(process.execPath, path)
  } catch {
    copyFileSync(process.execPath, path)
  }
}
