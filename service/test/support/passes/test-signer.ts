import type { Identity } from '../../../src/apple/certificates/identity.ts'
import {
  createSigner,
  type PassContent,
  type SignerOptions,
} from '../../../src/apple/signing/sign.ts'
import { joinChunks } from '../../../src/chunked-bytes.ts'

/** Creates a signer whose passes all have the same owner. */
export function createTestSigner(options: SignerOptions) {
  const signPass = createSigner(options)
  return async (content: PassContent, identity: Identity, signingTime: Date) =>
    joinChunks(await signPass(content, identity, signingTime, 'ours'))
}
