import { createWriteStream, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { inject } from 'vitest'
import { openPromise } from 'yauzl'
import { withLock } from '../../../service/setup/install-lock.mjs'
import { buildArchive } from '../../pack/build.ts'

/** Returns the archive and the folder that it is unpacked to, after building them once for all test files of this run. */
export async function getUnpackedArchive(): Promise<{ archive: string; folder: string }> {
  const runFolder = join(inject('folder'), 'zapier')
  const archive = join(runFolder, 'build.zip')
  const folder = join(runFolder, 'unpacked')
  await withLock(join(runFolder, 'build.lock'), async () => {
    if (existsSync(folder)) return
    await buildArchive(archive)
    await unpackArchive(archive, folder)
  })
  return { archive, folder }
}

/** Unpacks a ZIP archive; throws if an entry is not a regular file or is outside the folder. */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const zip = await openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    const fileType = (entry.externalFileAttributes >>> 16) & 0o170000
    if (fileType !== 0 && fileType !== 0o100000)
      throw new Error(`${entry.fileName} is not a regular file`)
    const path = join(folder, entry.fileName)
    mkdirSync(dirname(path), { recursive: true })
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path))
  }
}
