import { Problem } from '@passwright/shared'
import pLimit from 'p-limit'
import type { Identity } from '../certificates/identity.ts'
import type { Part } from './archive.ts'
import { sealNatively } from './native.ts'
import { sealWithPasskitGenerator } from './passkit-generator.ts'

/** What goes into a pass, but for what sealing adds: the manifest and the signature. */
export interface PassContent {
  /** The bytes of `pass.json`, signed as they are. */
  passJson: Uint8Array
  /** Images and translations. */
  files: Part[]
}

/** Content, who signs it and the instant to write into the signature → the `.pkpass` file. */
export type Seal = (content: PassContent, identity: Identity, signingTime: Date) => Promise<Buffer>

export interface SealOptions {
  signer: 'native' | 'passkit-generator'
  /** How many are worked on at once; what suits the engine when absent. */
  inFlight?: number
  /** How many may wait besides; 1024 when absent. */
  waiting?: number
}

// Signing runs on the thread pool: with this many under way it never runs dry between two turns of
// the event loop, and a turn takes home several at once (2 in flight cost a third more CPU).
// passkit-generator holds the loop itself, so more than one at once would only hold it longer.
const engines = {
  native: { seal: sealNatively, inFlight: 32 },
  'passkit-generator': { seal: sealWithPasskitGenerator, inFlight: 1 },
}

/**
 * Makes the one function that seals passes, with a queue of bounded length in front: beyond it
 * the caller is told `overloaded`, for it is better refused at once than served when it has left.
 */
export function createSeal(options: SealOptions): Seal {
  const { seal, inFlight } = engines[options.signer]
  const { waiting = 1024 } = options
  const limit = pLimit(options.inFlight ?? inFlight)
  return async (content, identity, signingTime) => {
    if (limit.pendingCount >= waiting) {
      throw new Problem('overloaded', 'Too many passes are being made just now; try again.', {
        headers: { 'Retry-After': '1' },
      })
    }
    return limit(seal, content, identity, signingTime)
  }
}
