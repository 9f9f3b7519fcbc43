import type { Http2Client } from '../../net/http2-client.ts'
import type { Identity } from '../certificates/identity.ts'
import { type PushResult, parsePushResponse } from './push-response.ts'

/** Apple's push service; passes are pushed in production only, also in development. */
export const APNS_URL = 'https://api.push.apple.com'

/** Tells the device with this push token that a pass of this identity has changed. */
export type Push = (identity: Identity, pushToken: string) => Promise<PushResult>

/**
 * Creates the function that pushes, over one connection for each identity, with its own certificate.
 * https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export function createPush({ request }: Pick<Http2Client, 'request'>): Push {
  return async (identity, pushToken) => {
    const sent = await request(toCredentials(identity), {
      path: `/3/device/${encodeURIComponent(pushToken)}`,
      headers: {
        'apns-topic': identity.passTypeIdentifier,
        'apns-push-type': 'background',
        'apns-priority': '5',
      },
      // Wallet reads nothing of it: it then asks for the passes that have changed.
      body: '{}',
    })
    if (sent.outcome === 'responded') return parsePushResponse(sent.status, sent.body)
    const reason = `Apple's push service ${sent.reason}`
    return { result: sent.outcome, reason }
  }
}

const credentials = new WeakMap<Identity, ReturnType<typeof buildCredentials>>()

function toCredentials(identity: Identity) {
  const known = credentials.get(identity) ?? buildCredentials(identity)
  credentials.set(identity, known)
  return known
}

function buildCredentials({ passTypeIdentifier, certificate, key, chain }: Identity) {
  return {
    name: passTypeIdentifier,
    fingerprint: certificate.fingerprint256,
    certificate: [certificate, ...chain].map(String).join('\n'),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
