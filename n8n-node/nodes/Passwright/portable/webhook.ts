// A copy of shared/src/portable/webhook.ts, made by "npm run sync": change it there.

/** Header names of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com). */
export const webhookHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const

/** How far a delivery's timestamp may lie from the receiver's clock, in seconds. */
export const webhookTolerance = 300

/** The string that gets signed: id, timestamp in whole seconds and the exact body, dots between. */
export function webhookSignedContent(id: string, timestamp: number, body: string): string {
  return `${id}.${timestamp}.${body}`
}
