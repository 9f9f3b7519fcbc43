import { unpackedArchive } from './archive.ts'
import { mayReadOnly } from './lambda.ts'
import { describeZaps } from './zaps.ts'

describeZaps('the archive on a Node that may read nothing but its folder', async () => {
  const { folder } = await unpackedArchive()
  return { folder, words: mayReadOnly(folder) }
})
