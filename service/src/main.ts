import './startup/thread-pool.ts'

import { readConfig } from './config.ts'
import { createContext } from './context.ts'
import { printBanner } from './startup/banner.ts'
import { startService } from './startup/service.ts'
import { onStopSignal } from './startup/signals.ts'
import { explainStartError } from './startup/start-error.ts'
import { version } from './version.ts'

try {
  const config = readConfig()
  const ctx = await createContext(config)
  const service = await startService(ctx)
  onStopSignal(async (signal) => {
    ctx.log.info({ signal }, 'stopping')
    await service.stop()
    ctx.log.info('stopped')
  })
  await service.open((firstKey) => printBanner(ctx, firstKey))
  ctx.log.info({ version }, 'ready')
} catch (error) {
  console.error(explainStartError(error))
  process.exit(1)
}
