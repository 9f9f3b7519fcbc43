import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  buildWebhookSignedContent,
  webhookHeaders,
  webhookToleranceSeconds,
} from '../Passwright/portable/api/webhook'

/** A webhook request; its body as raw bytes, since the signature covers them. */
export interface Delivery {
  headers: Record<string, unknown>
  body: Buffer
}

/** Whether a delivery was signed with this secret within the last five minutes (Standard Webhooks 1.0.0). */
export function hasValidSignature({ headers, body }: Delivery, secret: string, now: Date): boolean {
  const id = String(headers[webhookHeaders.id] ?? '')
  const timestamp = String(headers[webhookHeaders.timestamp] ?? '')
  const signatures = String(headers[webhookHeaders.signature] ?? '')
  const sentSeconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  const isRecent = Math.abs(now.getTime() / 1000 - sentSeconds) <= webhookToleranceSeconds
  if (!isRecent || id === '') return false

  const content = buildWebhookSignedContent(id, sentSeconds, body.toString('utf8'))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(content).digest()
  return signatures
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice('v1,'.length), 'base64'))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected))
}
