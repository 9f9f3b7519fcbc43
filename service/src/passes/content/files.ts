import { LRUCache } from 'lru-cache'
import type { Identity } from '../../apple/certificates/identity.ts'
import { createSharing } from '../../concurrency/sharing.ts'
import type { PassRecord } from '../store/pass.ts'
import type { RenderedPass } from './render.ts'

/** A pass as it was stored: `updatedAt` is another one after each change of its file. */
export type PassVersion = Pick<PassRecord, 'serialNumber' | 'updatedAt'>

/** The files of stored passes, each signed once however many ask for it. */
export interface PassFiles {
  /** Returns the file of a version that this identity signs; renders it unless it is known. */
  get: (
    version: PassVersion,
    identity: Identity,
    render: () => Promise<RenderedPass>,
  ) => Promise<RenderedPass>
  /** Keeps the file of a version once that is stored, and no earlier: it might not be. */
  keep: (version: PassVersion, rendered: RenderedPass) => void
}

/** Files that were asked for lately stay in memory up to this size in all. */
const MAX_BYTES = 16 * 1024 * 1024

/** What is removed from the database must not be served from memory for long. */
const MAX_AGE_MS = 60 * 60 * 1000

/** Creates them, empty. One for the process: a change keeps the file that phones then ask for. */
export function createPassFiles(): PassFiles {
  const recent = new LRUCache<string, RenderedPass & Pick<PassVersion, 'updatedAt'>>({
    maxSize: MAX_BYTES,
    ttl: MAX_AGE_MS,
    sizeCalculation: ({ file }) => file.byteLength || 1,
  })
  const share = createSharing<RenderedPass>()

  const keep: PassFiles['keep'] = ({ serialNumber, updatedAt }, { file, identity }) =>
    void recent.set(serialNumber, { file, identity, updatedAt })

  const get: PassFiles['get'] = async (version, identity, render) => {
    const { serialNumber, updatedAt } = version
    const known = recent.get(serialNumber)
    // After a renewal, the pass is signed with the new certificate.
    if (known?.updatedAt === updatedAt && isSameSigner(known.identity, identity)) return known
    return share(`${serialNumber} ${updatedAt}`, async () => {
      const rendered = await render()
      keep(version, rendered)
      return rendered
    })
  }

  return { get, keep }
}

/** Identities are loaded again from time to time, also when nothing has changed. */
function isSameSigner(one: Identity, other: Identity): boolean {
  return one === other || listFingerprints(one) === listFingerprints(other)
}

function listFingerprints({ certificate, chain }: Identity): string {
  return [certificate, ...chain].map(({ fingerprint256 }) => fingerprint256).join()
}
