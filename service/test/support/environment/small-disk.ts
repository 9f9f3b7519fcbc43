import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of 6 MB. */
export interface SmallDisk {
  folder: string
  remove: () => void
}

/** Mounts one; returns the reason where that does not work. */
export function mountSmallDisk(): SmallDisk | { reason: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { reason: 'only root on Linux can mount one' }
  const folder = mkdtempSync(join(tmpdir(), 'passwright-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    rmdirSync(folder)
    return {
      reason: `mount failed: ${error instanceof Error ? error.message.split('\n').at(-2) : error}`,
    }
  }
  return {
    folder,
    remove: () => {
      execFileSync('umount', ['--lazy', folder])
      rmdirSync(folder)
    },
  }
}
