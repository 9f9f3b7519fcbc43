import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../../src/db/database.ts'
import { checkDatabaseFile, copyDatabase } from '../../../src/db/sqlite/copy.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'
import { startTestService } from '../../support/environment/test-service.ts'

it('a copy has what was committed a moment before, although SQLite has not moved it into the file yet', async () => {
  const service = await startTestService()
  onTestFinished(() => service.stop())
  const { serialNumber } = await service
    .client(await service.createKey())
    .createPass({ title: 'A' })
  const copy = join(await createTemporaryFolder(), 'copy.db')
  copyDatabase(join(service.ctx.config.dataDir, 'passwright.db'), copy)
  expect(checkDatabaseFile(copy)).toBeUndefined()
  const db = openDatabase({ kind: 'sqlite', file: copy }, () => {})
  onTestFinished(() => db.destroy())
  const passes = await db.selectFrom('pass').select('serial_number').execute()
  expect(passes).toEqual([{ serial_number: serialNumber }])
})
