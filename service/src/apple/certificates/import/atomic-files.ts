import { randomUUID } from 'node:crypto'
import { chown, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

// Everything here is for the owner alone: 0700 and 0600.

const draftPrefix = '.import-'
/** Drafts of imports that were killed are older than any import that still runs. */
const DRAFT_AGE_MS = 60 * 60 * 1000

/** Creates a folder with its files in one step; throws when there is one that is not empty. */
export async function createFolder(
  directory: string,
  folder: string,
  files: Record<string, string>,
): Promise<void> {
  const draft = join(directory, `${draftPrefix}${randomUUID()}`)
  await mkdir(draft, { mode: 0o700 })
  try {
    await giveToOwnerOf(directory, draft)
    for (const [name, text] of Object.entries(files)) await writeDurably(join(draft, name), text)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
  await syncFolder(directory)
}

/** Writes a file beside the old one and renames it: readers see one of the two, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const folder = join(path, '..')
  const draft = join(folder, `${draftPrefix}${randomUUID()}`)
  try {
    await writeDurably(draft, text)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(folder)
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await giveToOwnerOf(join(path, '..'), path)
}

/** Root imports for the user that the folder belongs to, who could not read the key otherwise. */
export async function giveToOwnerOf(folder: string, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(folder)
  await chown(path, uid, gid)
}

/** After a power cut too, the renamed file is the new one. Windows cannot open folders. */
async function syncFolder(folder: string): Promise<void> {
  const file = await open(folder).catch(() => undefined)
  await file?.sync().catch(() => {})
  await file?.close()
}

/** Removes what imports left behind that were killed, from a folder and the folders in it. */
export async function removeOldDrafts(directory: string): Promise<void> {
  for (const folder of [directory, ...(await listFolders(directory))]) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((one) => one.startsWith(draftPrefix))) {
      const path = join(folder, name)
      const age = Date.now() - (await stat(path)).mtimeMs
      if (age > DRAFT_AGE_MS) await rm(path, { recursive: true, force: true })
    }
  }
}

async function listFolders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [join(directory, entry.name)] : []))
}
