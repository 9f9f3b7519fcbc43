import { createHmac } from 'node:crypto'
import type { Context } from '../context.ts'
import { deriveSecret } from '../identity/secret.ts'
import type { WebhookRecord } from './record.ts'

/** For how long the secret before a rotation signs too. */
const KEPT_MS = 24 * 60 * 60 * 1000

/** The secret of an endpoint as it is shown once: derived, so that none is kept. */
export function webhookSecret(
  { secret }: Pick<Context, 'secret'>,
  { id, secretNumber }: Pick<WebhookRecord, 'id' | 'secretNumber'>,
): string {
  const bytes = createHmac('sha256', deriveSecret(secret, 'passwright webhooks'))
    .update(`${id} ${secretNumber}`)
    .digest()
  return `whsec_${bytes.toString('base64')}`
}

/** The secrets that sign now, the newest first: for a day after a rotation there are two. */
export function signingSecrets(ctx: Context, webhook: WebhookRecord): string[] {
  const { id, secretNumber, rotatedAt } = webhook
  const current = webhookSecret(ctx, webhook)
  const isKept = rotatedAt !== null && ctx.now().getTime() < Date.parse(rotatedAt) + KEPT_MS
  return isKept ? [current, webhookSecret(ctx, { id, secretNumber: secretNumber - 1 })] : [current]
}
