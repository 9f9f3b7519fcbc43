import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKey } from '../../src/accounts/api-keys.ts'
import { readConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createLog } from '../../src/log.ts'
import { startService } from '../../src/startup/service.ts'
import { findFreePort } from '../../test/support/environment/free-port.ts'
import { runMany } from '../contenders/many-at-once.ts'
import { buildRequest } from '../contenders/ticket.ts'
import type { Measure } from './figure.ts'

const REQUESTS = 1_000

/** How often a pass that does not change is signed for those who download it. */
export const measureDownloads: Measure = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  const port = await findFreePort()
  const config = readConfig({ DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'silent' })
  const original = await createContext(config, createLog('silent'))
  let signatures = 0
  const ctx: typeof original = {
    ...original,
    signPass: (...args) => {
      signatures += 1
      return original.signPass(...args)
    },
  }
  const service = await startService(ctx)
  try {
    await service.open()
    const { key } = await createApiKey(ctx.db, { name: 'Bench', plan: 'unlimited', now: ctx.now() })
    const created = await fetch(`http://127.0.0.1:${port}/api/passes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(buildRequest(1)),
    })
    const { downloadUrl } = (await created.json()) as { downloadUrl: string }
    const download = async () => {
      const response = await fetch(downloadUrl)
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`A download has the status ${response.status}`)
    }
    await download()
    const before = signatures
    await runMany(REQUESTS, 16, download)
    const figures = [
      {
        what: 'Signatures for 1,000 more downloads of a pass that does not change',
        value: signatures - before,
        target: { atMost: 0 },
        details: `${REQUESTS} requests of \`GET /p/<token>.pkpass\``,
      },
    ]
    return { figures }
  } finally {
    await service.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
