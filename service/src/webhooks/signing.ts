import { createHmac } from 'node:crypto'
import { webhookHeaders, webhookSignedContent } from '@passwright/shared'

/**
 * The three headers of Standard Webhooks 1.0.0 for a delivery. Several secrets (`whsec_…`) give
 * several signatures, so that receivers may change over from one to the other.
 */
export function buildWebhookHeaders({
  id,
  body,
  now,
  secrets,
}: {
  id: string
  body: string
  now: Date
  secrets: readonly string[]
}): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000)
  const content = webhookSignedContent(id, timestamp, body)
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: String(timestamp),
    [webhookHeaders.signature]: secrets.map((secret) => signature(secret, content)).join(' '),
  }
}

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}
