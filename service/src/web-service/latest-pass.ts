import { Problem } from '@passwright/shared'
import { createLimiter } from '../concurrency/limiter.ts'
import type { Context } from '../context.ts'
import { getValidIdentity, type RenderedPass, renderPass } from '../passes/content/render.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import type { WalletPass } from '../passes/store/wallet-pass.ts'

/** The file of a pass for the phones that ask for it. */
export type GetLatestPass = (pass: WalletPass) => Promise<RenderedPass>

/** How many files are made at a time, and how many more may wait. */
const CONCURRENCY = 16
const MAX_QUEUED = 4_096

/** Creates the function that returns the current file of a pass. */
export function createLatestPasses(ctx: Context): GetLatestPass {
  const limit = createLimiter({ concurrency: CONCURRENCY, maxQueued: MAX_QUEUED })

  const render = async (pass: WalletPass): Promise<RenderedPass> => {
    const rendered = await limit(pass.keyId, async () => {
      const record = await findPassBySerial(ctx.db, pass.keyId, pass.serialNumber)
      if (!record) throw new Error('A pass is missing')
      return renderPass(ctx, record)
    })
    if (rendered !== 'busy') return rendered
    throw new Problem('overloaded', 'Too many phones ask just now; try again', {
      retryAfterSeconds: 5,
    })
  }

  return async (pass) => ctx.passFiles.get(pass, getValidIdentity(ctx, pass), () => render(pass))
}
