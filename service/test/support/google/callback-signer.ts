import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { ISSUER_ID } from './service-account.ts'

const SENDER = 'GooglePayPasses'
const PROTOCOL = 'ECv2SigningOnly'
const HOUR_MS = 3_600_000

interface KeyPair {
  privateKey: KeyObject
  publicKey: KeyObject
}

const createKeyPair = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** What differs from a good callback. */
export interface CallbackOptions {
  eventType?: 'save' | 'del'
  issuerId?: string
  objectId?: string
  nonce?: string
  keyExpiresInMs?: number
  expiresInMs?: number
  now?: Date
}

/** Signs callbacks as Google does, with keys of its own. */
export interface CallbackSigner {
  /** As `/keys` publishes it. */
  rootKey: { keyValue: string; protocolVersion: string; keyExpiration: string }
  sign: (serialNumber: string, options?: CallbackOptions) => Record<string, unknown>
}

export function createCallbackSigner({
  rootExpiresInMs = 24 * HOUR_MS,
  now = new Date(),
} = {}): CallbackSigner {
  const root = createKeyPair()
  const intermediate = createKeyPair()
  return {
    rootKey: {
      keyValue: toBase64(root.publicKey),
      protocolVersion: PROTOCOL,
      keyExpiration: String(now.getTime() + rootExpiresInMs),
    },
    sign: (serialNumber, options = {}) => {
      const { eventType = 'save', issuerId = ISSUER_ID, nonce = randomUUID() } = options
      const at = (options.now ?? now).getTime()
      const signedKey = JSON.stringify({
        keyValue: toBase64(intermediate.publicKey),
        keyExpiration: String(at + (options.keyExpiresInMs ?? HOUR_MS)),
      })
      const signedMessage = JSON.stringify({
        classId: `${issuerId}.passwright_0`,
        objectId: options.objectId ?? `${issuerId}.${serialNumber}`,
        eventType,
        expTimeMillis: at + (options.expiresInMs ?? HOUR_MS),
        count: 1,
        nonce,
      })
      return {
        protocolVersion: PROTOCOL,
        intermediateSigningKey: {
          signedKey,
          signatures: [signParts([SENDER, PROTOCOL, signedKey], root.privateKey)],
        },
        signature: signParts([SENDER, issuerId, PROTOCOL, signedMessage], intermediate.privateKey),
        signedMessage,
      }
    },
  }
}

function toBase64(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

function signParts(parts: string[], key: KeyObject): string {
  const bytes = parts.map((part) => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(Buffer.byteLength(part))
    return Buffer.concat([length, Buffer.from(part)])
  })
  return sign('sha256', Buffer.concat(bytes), key).toString('base64')
}
