import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { assertIdentityValid, getIdentity } from '../../apple/certificates/identity.ts'
import { createSharing } from '../../concurrency/sharing.ts'
import type { Context } from '../../context.ts'
import type { PassRecord } from '../store/pass.ts'
import { type RenderedPass, renderPass } from './render.ts'

/** Renders the file of a pass as it is stored; throws what `renderPass` throws. */
export type RenderStoredPass = (record: PassRecord) => Promise<RenderedPass>

/** Files that were asked for lately stay in memory up to this size in all. */
const MAX_BYTES = 8 * 1024 * 1024

/** Creates the renderer of stored passes: what has not changed is signed once, however many ask for it. */
export function createStoredFiles(ctx: Context): RenderStoredPass {
  const files = new LRUCache<string, RenderedPass>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ file }) => file.byteLength || 1,
  })
  const share = createSharing<RenderedPass>()
  return async (record) => {
    const identity = getIdentity(ctx.identities(), record.passTypeIdentifier)
    assertIdentityValid(identity, ctx.now())
    const key = toKey(record)
    const known = files.get(key)
    // After a renewal, the pass is signed with the new certificate.
    if (known?.identity === identity) return known
    return share(key, async () => {
      const rendered = await renderPass(ctx, record)
      files.set(key, rendered)
      return rendered
    })
  }
}

/** Everything that a file is made of, but for its identity and the settings. */
function toKey(record: PassRecord): string {
  const { serialNumber, updatedAt, deletedAt, voided, message, messageNumber } = record
  const status = [updatedAt, deletedAt, voided, message, messageNumber]
  return hash('sha256', JSON.stringify([serialNumber, status, record.spec, record.images]))
}
