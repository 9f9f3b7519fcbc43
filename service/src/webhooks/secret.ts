import { createHmac } from 'node:crypto'
import { deriveSecret } from '../accounts/installation-secret.ts'
import type { Context } from '../context.ts'
import type { WebhookRecord } from './webhook.ts'

/** For how long the secret before a rotation signs too. */
const KEPT_MS = 24 * 60 * 60 * 1000
const MOST_KEPT = 20

/** The secret of an endpoint as it is shown once: derived, so that none is kept. */
export function deriveWebhookSecret(
  { secret }: Pick<Context, 'secret'>,
  { id, secretNumber }: Pick<WebhookRecord, 'id' | 'secretNumber'>,
): string {
  const bytes = createHmac('sha256', deriveSecret(secret, 'passwright webhooks'))
    .update(`${id} ${secretNumber}`)
    .digest()
  return `whsec_${bytes.toString('base64')}`
}

/** The secrets that sign now, the newest first: each one signs for a day after the rotation that ended it. */
export function deriveSigningSecrets(ctx: Context, webhook: WebhookRecord): string[] {
  const { id, secretNumber, rotations } = webhook
  const kept = findActiveRotations(rotations, ctx.now())
  return Array.from({ length: kept.length + 1 }, (_, age) =>
    deriveWebhookSecret(ctx, { id, secretNumber: secretNumber - age }),
  )
}

/** The rotations whose former secret still signs; no more than a header has room for. */
export function findActiveRotations(rotations: readonly string[], now: Date): string[] {
  return rotations.filter((at) => now.getTime() < Date.parse(at) + KEPT_MS).slice(0, MOST_KEPT)
}
