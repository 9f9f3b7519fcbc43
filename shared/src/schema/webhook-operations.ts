import { routes } from '@passwright/shared'
import { z } from 'zod'
import { bodyProblems, keyProblems, operation } from './operation.ts'
import { ListDeliveriesQuery, NoQuery } from './query.ts'
import { Delivery, NewWebhook, Webhook, WebhookChange, WebhookRequest } from './webhook.ts'

const readProblems = ['invalid_request', 'plan_required', 'not_found', ...keyProblems] as const

/** Who wants to hear of events, and what became of telling them. */
export const webhookOperations = {
  createWebhook: operation({
    route: routes.createWebhook,
    summary: 'Have events posted to an address',
    auth: true,
    query: NoQuery,
    body: WebhookRequest,
    replies: {
      201: {
        description: 'The endpoint was made; its secret is shown only now.',
        body: { json: NewWebhook },
      },
      200: {
        description: 'The same address wants the same events already; its secret was shown then.',
        body: { json: Webhook },
      },
    },
    problems: [...bodyProblems, 'plan_required', ...keyProblems],
  }),
  listWebhooks: operation({
    route: routes.listWebhooks,
    summary: 'List the endpoints, oldest first',
    auth: true,
    query: NoQuery,
    replies: {
      200: {
        description: 'All endpoints.',
        body: { json: z.strictObject({ webhooks: z.array(Webhook) }) },
      },
    },
    problems: ['invalid_request', 'plan_required', ...keyProblems],
  }),
  getWebhook: operation({
    route: routes.getWebhook,
    summary: 'Get one endpoint',
    auth: true,
    query: NoQuery,
    replies: { 200: { description: 'The endpoint.', body: { json: Webhook } } },
    problems: readProblems,
  }),
  changeWebhook: operation({
    route: routes.changeWebhook,
    summary: 'Change an endpoint, or enable it again',
    auth: true,
    query: NoQuery,
    body: WebhookChange,
    replies: { 200: { description: 'The endpoint as it is now.', body: { json: Webhook } } },
    problems: [...bodyProblems, 'plan_required', 'not_found', ...keyProblems],
  }),
  deleteWebhook: operation({
    route: routes.deleteWebhook,
    summary: 'Delete an endpoint: nothing more is sent to it',
    auth: true,
    query: NoQuery,
    replies: { 204: { description: 'It is gone.', body: {} } },
    problems: readProblems,
  }),
  testWebhook: operation({
    route: routes.testWebhook,
    summary: 'Send a sample event to an endpoint',
    auth: true,
    query: NoQuery,
    replies: { 202: { description: 'The sample is on its way.', body: { json: Delivery } } },
    problems: readProblems,
  }),
  rotateWebhook: operation({
    route: routes.rotateWebhook,
    summary: 'Give an endpoint a new secret; both sign for 24 hours',
    auth: true,
    query: NoQuery,
    replies: {
      200: { description: 'The endpoint with its new secret.', body: { json: NewWebhook } },
    },
    problems: readProblems,
  }),
  listDeliveries: operation({
    route: routes.listDeliveries,
    summary: 'List what was sent to an endpoint, newest first',
    auth: true,
    query: ListDeliveriesQuery,
    replies: {
      200: {
        description: 'A page of deliveries; nextCursor is null on the last.',
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
  retryDelivery: operation({
    route: routes.retryDelivery,
    summary: 'Send a delivery once more, with the same id',
    auth: true,
    query: NoQuery,
    replies: { 202: { description: 'It is on its way.', body: { json: Delivery } } },
    problems: readProblems,
  }),
} as const
