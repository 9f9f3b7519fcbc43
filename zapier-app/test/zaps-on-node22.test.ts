import { describe, it } from 'vitest'
import { getUnpackedArchive } from './support/archive.ts'
import { ensureNode22 } from './support/node22.ts'
import { describeZaps } from './zaps/describe-zaps.ts'

const node = await ensureNode22()

if (node) {
  describeZaps('the archive on Node 22, as Zapier runs it', async () => ({
    folder: (await getUnpackedArchive()).folder,
    node,
  }))
} else {
  describe.skip('the archive on Node 22, as Zapier runs it', () => it('is skipped', () => {}))
}
