import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The slowest files, slowest first. They start before all others, because a run takes as long as its last file. */
const slowFiles = [
  'n8n-node/test/in-n8n.test.mts',
  'zapier-app/test/command-line.test.ts',
  'service/test/web/pass-card/barcodes.test.ts',
  'service/test/web/share-page-browser.test.ts',
  'service/test/cli/keys.test.ts',
  'service/test/email/smtp-errors.test.ts',
  'service/test/webhooks/deliver.test.ts',
  'service/test/startup/start.test.ts',
  'service/test/email/hostile-input.test.ts',
  'service/test/email/mail-test.test.ts',
  'service/test/pass-email/in-browser.test.ts',
  'service/test/apple/certificates/certificates-at-start.test.ts',
  'service/test/email/real-mail-server.test.ts',
  'service/test/setup/setup.test.ts',
  'service/test/startup/stopping.test.ts',
  'n8n-node/test/package.test.mts',
]

/** Files that measure time or memory. They run after all others, one at a time, because other tests would falsify the results. */
export const measuringFiles = [
  'service/test/db/postgres-slow.test.ts',
  'service/test/db/sqlite-locked.test.ts',
  'service/test/http/body-bytes.test.ts',
  'service/test/http/many-large-bodies.test.ts',
  'service/test/http/many-mistakes.test.ts',
  'service/test/net/safe-fetch.test.ts',
  'service/test/net/safe-post.test.ts',
  'service/test/passes/images/image-bombs.test.ts',
  'service/test/passes/images/many-images.test.ts',
]

for (const file of [...slowFiles, ...measuringFiles]) {
  const isThere = existsSync(join(import.meta.dirname, '../../../..', file))
  if (!isThere) throw new Error(`file-order.ts lists ${file}, which does not exist.`)
}

/** Runs the slow files first and leaves the order of the others to Vitest. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => getRank(one) - getRank(other))
  }
}

function getRank({ moduleId }: TestSpecification): number {
  const index = slowFiles.findIndex((file) => moduleId.endsWith(`/${file}`))
  return index === -1 ? slowFiles.length : index
}
