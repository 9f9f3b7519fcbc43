import { eventTypes } from '@passwright/shared'
import { z } from 'zod'
import { Pass } from './pass/pass.ts'
import { Timestamp, text } from './primitives.ts'
import { PassTemplate, Rollout } from './template.ts'

/** The wallets that a pass is added to. */
const wallets = ['apple', 'google'] as const
export type WalletName = (typeof wallets)[number]

const EventData = Pass.extend({
  changed: z
    .array(z.string())
    .meta({ description: 'The fields that differ from before; only in pass.updated.' })
    .optional(),
  wallet: z
    .enum(wallets)
    .meta({ description: 'The wallet; only in pass.installed and pass.removed.' })
    .optional(),
  counter: z
    .strictObject({ field: z.string(), value: z.number(), max: z.number() })
    .meta({ description: 'The number and its maximum; only in pass.counter_reached.' })
    .optional(),
})

const ExpiringCertificate = z
  .strictObject({
    passTypeIdentifier: z.string(),
    expiresAt: Timestamp,
    daysLeft: z.int().meta({ description: 'A day that has begun counts.' }),
  })
  .meta({ description: 'The data of certificate.expiring.' })

const AppliedTemplate = PassTemplate.extend({ rollout: Rollout }).meta({
  id: undefined,
  description: 'The data of template.applied.',
})

/** One stored event; `data` is the pass as it was then, the template or the certificate. */
export const Event = z
  .strictObject({
    id: z.string(),
    type: z.enum(eventTypes),
    timestamp: Timestamp,
    data: z.union([EventData, AppliedTemplate, ExpiringCertificate]),
  })
  .meta({ id: 'Event' })
export type Event = z.infer<typeof Event>

const Events = z
  .array(z.enum(eventTypes))
  .min(1, { error: 'must name at least one event; leave it out for all' })
  .meta({ description: 'The event types to send; all of them when absent or null.' })

const Url = z
  .string()
  .max(2_000)
  .meta({
    description: 'The URL that events are posted to.',
    examples: ['https://n8n.example.com/webhook/1'],
  })

/** The body of `POST /api/webhooks`. */
export const WebhookRequest = z
  .strictObject({
    url: Url,
    events: Events.nullable().optional(),
    description: text(200).nullable().optional(),
  })
  .meta({ id: 'WebhookRequest' })
export type WebhookRequest = z.infer<typeof WebhookRequest>

/** The body of `PATCH /api/webhooks/<id>`: absent fields stay as they are. */
export const WebhookChange = z
  .strictObject({
    url: Url.optional(),
    events: Events.nullable().optional(),
    description: text(200).nullable().optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'WebhookChange' })
export type WebhookChange = z.infer<typeof WebhookChange>

/** A webhook endpoint; `events` is null when it receives all of them. */
export const Webhook = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(eventTypes)).nullable(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabledReason: z.string().optional(),
    createdAt: Timestamp,
    lastUpdated: Timestamp,
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.infer<typeof Webhook>

/** A webhook endpoint with its secret, which is shown only when it is created or rotated. */
export const NewWebhook = Webhook.extend({
  secret: z
    .string()
    .meta({ description: 'The secret that signs every delivery; shown only in this response.' })
    .optional(),
}).meta({ id: 'NewWebhook' })
export type NewWebhook = z.infer<typeof NewWebhook>

export const deliveryStates = ['pending', 'delivered', 'failed'] as const

/** The delivery of one event to one endpoint, with the endpoint's last response. */
export const Delivery = z
  .strictObject({
    id: z.string(),
    eventId: z.string(),
    type: z.string(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    status: z.int().nullable().meta({ description: 'The HTTP status of the last response.' }),
    answer: z.string().nullable().meta({ description: 'The beginning of the last response body.' }),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'The reason the event has not been delivered.' }),
    createdAt: Timestamp,
    lastUpdated: Timestamp,
  })
  .meta({ id: 'Delivery' })
export type Delivery = z.infer<typeof Delivery>
