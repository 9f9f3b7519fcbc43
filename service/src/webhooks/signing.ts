import { createHmac } from 'node:crypto'
import { buildWebhookSignedContent, webhookHeaders } from '@passwright/shared'
import { deriveSecret } from '../accounts/installation-secret.ts'
import type { Context } from '../context.ts'
import type { EndpointRecord } from './webhook.ts'

/**
 * Builds the three headers of a delivery by Standard Webhooks 1.0.0. The signature header has one
 * signature for each secret (`whsec_…`), so that a receiver keeps working while a secret is rotated.
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
  const timestampSeconds = Math.floor(now.getTime() / 1000)
  const content = buildWebhookSignedContent(id, timestampSeconds, body)
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: String(timestampSeconds),
    [webhookHeaders.signature]: secrets.map((secret) => sign(secret, content)).join(' '),
  }
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}

/** Derives the current secret of an endpoint (`whsec_…`), so that the database holds no secret. */
export function deriveEndpointSecret(
  { secret }: Pick<Context, 'secret'>,
  { id, secretNumber }: Pick<EndpointRecord, 'id' | 'secretNumber'>,
): string {
  const bytes = createHmac('sha256', deriveSecret(secret, 'passwright webhooks'))
    .update(`${id} ${secretNumber}`)
    .digest()
  return `whsec_${bytes.toString('base64')}`
}

/** Derives the secrets that sign a delivery, latest first: the current one and those still active. */
export function deriveSigningSecrets(ctx: Context, endpoint: EndpointRecord): string[] {
  const { id, secretNumber, rotations } = endpoint
  const { length: formerSecrets } = findActiveRotations(rotations, ctx.now())
  return Array.from({ length: formerSecrets + 1 }, (_, age) =>
    deriveEndpointSecret(ctx, { id, secretNumber: secretNumber - age }),
  )
}

/** How long a secret still signs after its rotation. */
const ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1000

/** Keeps the signature header at a size that servers accept. */
const MAX_FORMER_SECRETS = 20

/** Finds the rotations whose former secret still signs, latest first. */
export function findActiveRotations(rotations: readonly string[], now: Date): string[] {
  return rotations
    .filter((at) => now.getTime() < Date.parse(at) + ROTATION_OVERLAP_MS)
    .slice(0, MAX_FORMER_SECRETS)
}
