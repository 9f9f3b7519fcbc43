import { eventTypes } from '@passwright/shared'
import { z } from 'zod'
import { text } from './text.ts'

const Events = z
  .array(z.enum(eventTypes))
  .min(1, { error: 'must name at least one event; leave it out for all' })
  .meta({ description: 'The events that are wanted; all of them when absent or null.' })

const Url = z
  .string()
  .max(2_000)
  .meta({
    description: 'Where events are posted to.',
    examples: ['https://n8n.example.com/webhook/1'],
  })

/** The body of `POST /api/webhooks`. */
export const WebhookRequest = z
  .strictObject({
    url: Url,
    events: Events.nullable().optional(),
    description: text(200).optional(),
  })
  .meta({ id: 'WebhookRequest' })
export type WebhookRequest = z.infer<typeof WebhookRequest>

/** The body of `PATCH /api/webhooks/<id>`: what is absent stays. */
export const WebhookChange = z
  .strictObject({
    url: Url.optional(),
    events: Events.nullable().optional(),
    description: text(200).nullable().optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'WebhookChange' })
export type WebhookChange = z.infer<typeof WebhookChange>

const moment = () => z.iso.datetime({ precision: 3 })

/** An endpoint as it is told of; `events` is null when it wants all. */
export const Webhook = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(eventTypes)).nullable(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabledReason: z.string().optional(),
    createdAt: moment(),
    lastUpdated: moment(),
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.infer<typeof Webhook>

/** An endpoint just made, with its secret, which is shown only now. */
export const NewWebhook = Webhook.extend({
  secret: z.string().meta({ description: 'Signs every delivery; shown only now.' }).optional(),
}).meta({ id: 'NewWebhook' })
export type NewWebhook = z.infer<typeof NewWebhook>

export const deliveryStates = ['pending', 'delivered', 'failed'] as const

/** One event on its way to one endpoint, with the last answer. */
export const Delivery = z
  .strictObject({
    id: z.string(),
    eventId: z.string(),
    type: z.string(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    status: z.int().nullable().meta({ description: 'The HTTP status of the last answer.' }),
    answer: z.string().nullable().meta({ description: 'The beginning of the last answer.' }),
    reason: z.string().nullable().meta({ description: 'Why it is not delivered.' }),
    createdAt: moment(),
    lastUpdated: moment(),
  })
  .meta({ id: 'Delivery' })
export type Delivery = z.infer<typeof Delivery>
