import { Problem } from '@passwright/shared'
import type { ChunkedBytes } from '../../chunked-bytes.ts'
import { createLimiter } from '../../concurrency/limiter.ts'
import type { Identity } from '../certificates/identity.ts'
import type { PassFile } from './archive.ts'
import { signNatively } from './native.ts'

/** The content of a pass, without the manifest and the signature that signing adds. */
export interface PassContent {
  /** The bytes of `pass.json`, signed as they are. */
  passJson: Uint8Array
  /** Images and translations. */
  files: PassFile[]
}

/** An engine: signs the content of a pass and returns the `.pkpass` file. */
export type SigningEngine = (
  content: PassContent,
  identity: Identity,
  signingTime: Date,
) => Promise<ChunkedBytes>

/** Signs with an engine when it is the turn of the owner of the pass. */
export type SignPass = (
  ...args: [...Parameters<SigningEngine>, owner: string]
) => ReturnType<SigningEngine>

export interface SignerOptions {
  signer: 'native' | 'passkit-generator'
  /** How many passes are signed at a time, half of them of one owner; the engine's own default when absent. */
  concurrency?: number
  /** How many more may wait in the queue, half of them of one owner; 2048 when absent. */
  maxQueued?: number
}

// The native engine signs on the thread pool: 32 of one owner at a time keep it busy between two turns
// of the event loop, and one turn then handles several results (with 2, the CPU time is a third higher).
// passkit-generator blocks the event loop, so more than one at a time would only block it longer.
const engines = {
  native: { sign: signNatively, concurrency: 64 },
  'passkit-generator': { sign: loadAndSign, concurrency: 1 },
}

/** Few use the reference engine, and it is as much code as the service. */
async function loadAndSign(...args: Parameters<SigningEngine>): Promise<ChunkedBytes> {
  const { signWithPasskitGenerator } = await import('./passkit-generator.ts')
  return signWithPasskitGenerator(...args)
}

/**
 * Creates the function that signs passes, with a queue in front of the engine. It throws
 * `overloaded` when the queue is full: a caller can retry, but would not wait that long.
 */
export function createSigner(options: SignerOptions): SignPass {
  const engine = engines[options.signer]
  const limit = createLimiter({
    concurrency: options.concurrency ?? engine.concurrency,
    maxQueued: options.maxQueued ?? 2048,
  })
  return async (content, identity, signingTime, owner) => {
    const pass = await limit(owner, () => engine.sign(content, identity, signingTime))
    if (pass !== 'busy') return pass
    throw new Problem('overloaded', 'Too many passes are being made just now; try again.', {
      retryAfterSeconds: 1,
    })
  }
}
