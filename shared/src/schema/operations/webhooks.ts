import { routes } from '@passwright/shared'
import { z } from 'zod'
import { Delivery, NewWebhook, Webhook, WebhookChange, WebhookRequest } from '../webhook.ts'
import { bodyProblems, defineOperation, keyProblems } from './operation.ts'
import { ListDeliveriesQuery, NoQuery } from './query.ts'

const readProblems = ['invalid_request', 'plan_required', 'not_found', ...keyProblems] as const

/** Webhook endpoints and their deliveries. */
export const webhookOperations = {
  createWebhook: defineOperation({
    route: routes.createWebhook,
    summary: 'Create a webhook endpoint',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    body: WebhookRequest,
    replies: {
      201: {
        description: 'The endpoint was created; its secret is shown only in this response.',
        body: { json: NewWebhook },
      },
      200: {
        description: 'An endpoint with this URL and these events exists already.',
        body: { json: Webhook },
      },
    },
    problems: [...bodyProblems, 'plan_required', ...keyProblems],
  }),
  listWebhooks: defineOperation({
    route: routes.listWebhooks,
    summary: 'List webhook endpoints, oldest first',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    replies: {
      200: {
        description: 'All endpoints.',
        body: { json: z.strictObject({ webhooks: z.array(Webhook) }) },
      },
    },
    problems: ['invalid_request', 'plan_required', ...keyProblems],
  }),
  getWebhook: defineOperation({
    route: routes.getWebhook,
    summary: 'Get a webhook endpoint',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    replies: { 200: { description: 'The endpoint.', body: { json: Webhook } } },
    problems: readProblems,
  }),
  changeWebhook: defineOperation({
    route: routes.changeWebhook,
    summary: 'Update a webhook endpoint, or enable it again',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    body: WebhookChange,
    replies: { 200: { description: 'The updated endpoint.', body: { json: Webhook } } },
    problems: [...bodyProblems, 'plan_required', 'not_found', ...keyProblems],
  }),
  deleteWebhook: defineOperation({
    route: routes.deleteWebhook,
    summary: 'Delete a webhook endpoint',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    replies: { 204: { description: 'The endpoint is deleted.', body: {} } },
    problems: readProblems,
  }),
  testWebhook: defineOperation({
    route: routes.testWebhook,
    summary: 'Send a sample event to a webhook endpoint',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    replies: { 202: { description: 'The sample event is queued.', body: { json: Delivery } } },
    problems: readProblems,
  }),
  rotateWebhook: defineOperation({
    route: routes.rotateWebhook,
    summary: 'Rotate the secret of a webhook endpoint; both secrets sign for 24 hours',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    replies: {
      200: { description: 'The endpoint with its new secret.', body: { json: NewWebhook } },
    },
    problems: readProblems,
  }),
  listDeliveries: defineOperation({
    route: routes.listDeliveries,
    summary: 'List the deliveries to a webhook endpoint, newest first',
    auth: 'apiKey',
    scope: 'webhooks',
    query: ListDeliveriesQuery,
    replies: {
      200: {
        description: 'A page of deliveries; nextCursor is null on the last page.',
        body: {
          json: z.strictObject({
            deliveries: z.array(Delivery),
            nextCursor: z.string().nullable(),
          }),
        },
      },
    },
    problems: readProblems,
  }),
  retryDelivery: defineOperation({
    route: routes.retryDelivery,
    summary: 'Retry a delivery, with the same id',
    auth: 'apiKey',
    scope: 'webhooks',
    query: NoQuery,
    replies: { 202: { description: 'The delivery is queued.', body: { json: Delivery } } },
    problems: readProblems,
  }),
} as const
