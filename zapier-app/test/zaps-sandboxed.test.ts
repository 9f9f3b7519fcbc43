import { getUnpackedArchive } from './support/archive.ts'
import { allowReadsOnly } from './support/lambda.ts'
import { describeZaps } from './zaps/describe-zaps.ts'

describeZaps('the archive on a Node that may read only its folder', async () => {
  const { folder } = await getUnpackedArchive()
  return { folder, nodeArgs: allowReadsOnly(folder) }
})
