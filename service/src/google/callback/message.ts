import { createPublicKey, verify } from 'node:crypto'
import type { GoogleCallback } from '@passwright/shared/schema'
import { z } from 'zod'
import type { GetRootKeys } from './root-keys.ts'

/** What somebody did with a pass at Google. */
export interface WalletAction {
  objectId: string
  type: 'saved' | 'removed'
  /** The same in every repetition of a message, and in no other. */
  nonce: string
}

const SENDER = 'GooglePayPasses'
const PROTOCOL = 'ECv2SigningOnly'

const SignedKey = z.object({
  keyValue: z.string().max(2_000),
  keyExpiration: z.coerce.number(),
})

const SignedMessage = z.object({
  classId: z.string(),
  objectId: z.string().max(200),
  eventType: z.enum(['save', 'del']),
  expTimeMillis: z.coerce.number(),
  nonce: z.string().min(1).max(200),
})

/**
 * Reads a callback that Google has signed for this issuer and that is still valid; undefined when it is
 * anything else. The root keys are asked for last, so that nobody else can make us fetch them easily.
 * https://developers.google.com/wallet/generic/use-cases/use-callbacks-for-saves-and-deletions
 */
export async function readCallback(
  { intermediateSigningKey: { signedKey, signatures }, signature, signedMessage }: GoogleCallback,
  issuerId: string,
  getRootKeys: GetRootKeys,
  now: Date,
): Promise<WalletAction | undefined> {
  const key = parse(SignedKey, signedKey)
  const message = parse(SignedMessage, signedMessage)
  if (!key || !message?.objectId.startsWith(`${issuerId}.`)) return undefined
  const at = now.getTime()
  if (key.keyExpiration <= at || message.expTimeMillis <= at) return undefined
  const signedParts = [SENDER, issuerId, PROTOCOL, signedMessage]
  if (!isSigned(signedParts, signature, key.keyValue)) return undefined
  const roots = await getRootKeys()
  const keyParts = [SENDER, PROTOCOL, signedKey]
  const isGoogles = roots.some(({ keyValue }) =>
    signatures.some((each) => isSigned(keyParts, each, keyValue)),
  )
  if (!isGoogles) return undefined
  const { objectId, eventType, nonce } = message
  return { objectId, type: eventType === 'save' ? 'saved' : 'removed', nonce }
}

/** Each part with its length in bytes before it, as four bytes, the lowest first. */
function joinParts(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** ECDSA with SHA-256. A key or a signature that cannot be read has signed nothing. */
function isSigned(parts: readonly string[], signature: string, publicKey: string): boolean {
  try {
    const der = Buffer.from(publicKey, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (key.asymmetricKeyType !== 'ec') return false
    return verify('sha256', joinParts(parts), key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
