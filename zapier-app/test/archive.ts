import { createWriteStream, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { inject } from 'vitest'
import { openPromise } from 'yauzl'
import { inTurn } from '../../service/setup/in-turn.mjs'
import { buildArchive } from '../pack/build.ts'

/** The archive of this run and the folder it was unpacked into, as Zapier does; made once for all test files. */
export async function unpackedArchive(): Promise<{ archive: string; folder: string }> {
  const home = join(inject('folder'), 'zapier')
  const archive = join(home, 'build.zip')
  const folder = join(home, 'unpacked')
  await inTurn(join(home, 'turns'), async () => {
    if (existsSync(folder)) return
    await buildArchive(archive)
    await unpack(archive, folder)
  })
  return { archive, folder }
}

/** Unpacks an archive; throws at anything that is not a plain file in its folder. */
export async function unpack(archive: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const zip = await openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    const kind = (entry.externalFileAttributes >>> 16) & 0o170000
    if (kind !== 0 && kind !== 0o100000) throw new Error(`${entry.fileName} is not a plain file`)
    const place = join(folder, entry.fileName)
    mkdirSync(dirname(place), { recursive: true })
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(place))
  }
}
