import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  webhookHeaders,
  webhookSignedContent,
  webhookTolerance,
} from '../Passwright/portable/webhook'

/** What arrived: the body exactly as it was sent. */
export interface Delivery {
  headers: Record<string, unknown>
  body: Buffer
}

/** Whether a delivery was signed with this secret less than five minutes ago (Standard Webhooks 1.0.0). */
export function isGenuine({ headers, body }: Delivery, secret: string, now: Date): boolean {
  const id = String(headers[webhookHeaders.id] ?? '')
  const timestamp = String(headers[webhookHeaders.timestamp] ?? '')
  const signatures = String(headers[webhookHeaders.signature] ?? '')
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  const isNow = Math.abs(now.getTime() / 1000 - seconds) <= webhookTolerance
  if (!isNow || id === '') return false

  const content = webhookSignedContent(id, seconds, body.toString('utf8'))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(content).digest()
  return signatures
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice('v1,'.length), 'base64'))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected))
}
