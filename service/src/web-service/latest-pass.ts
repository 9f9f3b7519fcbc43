import { Problem } from '@passwright/shared'
import { LRUCache } from 'lru-cache'
import { createLimiter } from '../concurrency/limiter.ts'
import type { Context } from '../context.ts'
import { type RenderedPass, renderPass } from '../passes/content/render.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import type { WalletPass } from '../passes/store/wallet-pass.ts'

/** The file of a pass for the phones that ask for it, signed once however many ask. */
export type GetLatestPass = (pass: WalletPass) => Promise<RenderedPass>

/** Files that were asked for lately stay in memory up to this size in all. */
const MAX_BYTES = 16 * 1024 * 1024

/** How many files are made at a time, and how many more may wait. */
const CONCURRENCY = 16
const MAX_QUEUED = 4_096

/** Creates the function that returns the current file of a pass. */
export function createLatestPasses(ctx: Context): GetLatestPass {
  const files = new LRUCache<string, RenderedPass>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ file }) => file.byteLength || 1,
  })
  const pending = new Map<string, Promise<RenderedPass>>()
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

  return async (pass) => {
    const key = `${pass.serialNumber} ${pass.updatedAt}`
    const known = files.get(key)
    // After a renewal, the pass is signed with the new certificate.
    if (known && ctx.identities().includes(known.identity)) return known
    const running = pending.get(key)
    if (running) return running
    const rendering = render(pass).finally(() => pending.delete(key))
    pending.set(key, rendering)
    const rendered = await rendering
    files.set(key, rendered)
    return rendered
  }
}
