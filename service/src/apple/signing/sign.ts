import { Problem } from '@passwright/shared'
import pLimit from 'p-limit'
import type { Identity } from '../certificates/identity.ts'
import type { PassFile } from './archive.ts'
import { signNatively } from './native.ts'
import { signWithPasskitGenerator } from './passkit-generator.ts'

/** What goes into a pass, but for what sealing adds: the manifest and the signature. */
export interface PassContent {
  /** The bytes of `pass.json`, signed as they are. */
  passJson: Uint8Array
  /** Images and translations. */
  files: PassFile[]
}

/** Content, who signs it and the instant to write into the signature → the `.pkpass` file. */
export type SignPass = (
  content: PassContent,
  identity: Identity,
  signingTime: Date,
) => Promise<Buffer>

export interface SignerOptions {
  signer: 'native' | 'passkit-generator'
  /** How many are worked on at once; what suits the engine when absent. */
  concurrency?: number
  /** How many may wait besides; 1024 when absent. */
  maxQueued?: number
}

// Signing runs on the thread pool: with this many under way it never runs dry between two turns of
// the event loop, and a turn takes home several at once (2 in flight cost a third more CPU).
// passkit-generator holds the loop itself, so more than one at once would only hold it longer.
const engines = {
  native: { seal: signNatively, inFlight: 32 },
  'passkit-generator': { seal: signWithPasskitGenerator, inFlight: 1 },
}

/**
 * Makes the one function that seals passes, with a queue of bounded length in front: beyond it
 * the caller is told `overloaded`, for it is better refused at once than served when it has left.
 */
export function createSigner(options: SignerOptions): SignPass {
  const { seal, inFlight } = engines[options.signer]
  const { maxQueued = 1024 } = options
  const limit = pLimit(options.concurrency ?? inFlight)
  return async (content, identity, signingTime) => {
    if (limit.pendingCount >= maxQueued) {
      throw new Problem('overloaded', 'Too many passes are being made just now; try again.', {
        headers: { 'Retry-After': '1' },
      })
    }
    return limit(seal, content, identity, signingTime)
  }
}
