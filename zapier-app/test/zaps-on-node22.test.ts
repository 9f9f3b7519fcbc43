import { describe, it } from 'vitest'
import { unpackedArchive } from './archive.ts'
import { bringNode22 } from './node22.ts'
import { describeZaps } from './zaps.ts'

const node = await bringNode22()

if (node) {
  describeZaps('the archive on Node 22, as Zapier runs it', async () => ({
    folder: (await unpackedArchive()).folder,
    node,
  }))
} else {
  describe.skip('the archive on Node 22, as Zapier runs it', () => it('is left out', () => {}))
}
