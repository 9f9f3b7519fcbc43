import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFolder } from '../private-files.ts'
import { exists } from './places.ts'

const PREFIX = '.backup-'

/**
 * Runs work with an empty private folder in `parent`, which is created if it is missing, and leaves
 * nothing of both behind that the work has not put there. Folders of earlier runs that were killed go too.
 */
export async function withStagingFolder<T>(
  parent: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const isNew = !(await exists(parent))
  createPrivateFolder(parent)
  await removeStagingFolders(parent)
  const folder = join(parent, `${PREFIX}${randomUUID()}`)
  await mkdir(folder, { mode: 0o700 })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    // Only an empty one can be removed like this.
    if (isNew) await rmdir(parent).catch(() => {})
  }
}

async function removeStagingFolders(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX))
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true })
}
