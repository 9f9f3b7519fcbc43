import {
  buildWebhookSignedContent,
  webhookHeaders,
  webhookToleranceSeconds,
} from '@passwright/shared'

/** A webhook request as Zapier hands it on. */
interface Delivery {
  headers: Record<string, string>
  /** The body as it was received. */
  content: string
}

/**
 * Checks that a delivery was signed with the secret of its subscription within the last five minutes
 * (Standard Webhooks 1.0.0): everybody who learns the address of a Zap can send something to it.
 */
export async function isSigned(
  { headers, content }: Delivery,
  secret: string,
  nowMs = Date.now(),
): Promise<boolean> {
  const id = findHeader(headers, webhookHeaders.id)
  const timestamp = findHeader(headers, webhookHeaders.timestamp)
  const signatures = findHeader(headers, webhookHeaders.signature).split(' ')
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > webhookToleranceSeconds) return false
  const key = await importSecret(secret)
  if (!key) return false
  const signed = Buffer.from(buildWebhookSignedContent(id, Number(timestamp), content))
  const checks = signatures
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => crypto.subtle.verify('HMAC', key, toBytes(signature.slice(3)), signed))
  return (await Promise.all(checks)).includes(true)
}

/** Zapier hands on headers in another letter case, and with the prefix `Http-`. */
function findHeader(headers: Record<string, string>, name: string): string {
  const found = Object.entries(headers).find(
    ([each]) => each.toLowerCase().replace(/^http-/, '') === name,
  )
  return found?.[1] ?? ''
}

async function importSecret(secret: string) {
  const bytes = toBytes(secret.replace(/^whsec_/, ''))
  if (bytes.length === 0) return undefined
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

function toBytes(base64: string) {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}
