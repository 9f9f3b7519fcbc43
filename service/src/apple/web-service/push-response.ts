import { z } from 'zod'

/** What came of a push. */
export type PushResult =
  | { result: 'delivered' }
  /** The token belongs to no device any more, as Apple found at that time if it says so. */
  | { result: 'gone'; reason: string; goneAt?: Date | undefined }
  /** This push cannot be delivered, now or later. */
  | { result: 'failed'; reason: string }
  /** Apple had no time for it. */
  | { result: 'retry'; reason: string }
  /** Apple could not be reached. */
  | { result: 'unreachable'; reason: string }
  /** Apple does not take our certificate: no push will succeed before it is put right. */
  | { result: 'refused'; reason: string }

/**
 * What Apple's reasons mean; any other is treated by its status.
 * https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
const resultByReason: Readonly<Record<string, Exclude<PushResult['result'], 'delivered'>>> = {
  Unregistered: 'gone',
  ExpiredToken: 'gone',
  BadDeviceToken: 'gone',
  MissingDeviceToken: 'failed',
  // Whoever registers may send a token of another app: that says nothing about our certificate.
  DeviceTokenNotForTopic: 'failed',
  BadTopic: 'refused',
  MissingTopic: 'refused',
  TopicDisallowed: 'refused',
  BadCertificate: 'refused',
  BadCertificateEnvironment: 'refused',
  Forbidden: 'refused',
  TooManyRequests: 'retry',
  InternalServerError: 'retry',
  ServiceUnavailable: 'retry',
  Shutdown: 'retry',
  IdleTimeout: 'retry',
}

const resultByStatus: Readonly<Record<number, Exclude<PushResult['result'], 'delivered'>>> = {
  403: 'refused',
  410: 'gone',
  429: 'retry',
}

const Body = z.object({ reason: z.string().max(100), timestamp: z.number().optional() })

/** Reads what Apple's push service responded. */
export function parsePushResponse(status: number, body: string): PushResult {
  if (status === 200) return { result: 'delivered' }
  const { reason: name = '', timestamp } = parseBody(body)
  const otherwise = status >= 500 ? 'retry' : 'failed'
  const result = resultByReason[name] ?? resultByStatus[status] ?? otherwise
  const reason = `Apple's push service returned ${status}${name && ` ${name}`}`
  if (result !== 'gone') return { result, reason }
  return { result, reason, goneAt: timestamp === undefined ? undefined : new Date(timestamp) }
}

function parseBody(body: string): { reason?: string; timestamp?: number | undefined } {
  try {
    return Body.parse(JSON.parse(body))
  } catch {
    return {}
  }
}
