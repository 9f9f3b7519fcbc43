import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { ApiKey } from '../../accounts/api-key.ts'
import { assertPlanAllows } from '../../accounts/plans.ts'
import type { Context } from '../../context.ts'
import { listDeliveries, retryDelivery, sendTestEvent } from '../../webhooks/deliveries.ts'
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from '../../webhooks/endpoints.ts'
import { toApiWebhook } from '../../webhooks/webhook.ts'
import { mount } from '../endpoint.ts'
import { jsonReply } from '../reply.ts'

/** Who wants to hear of events, and what became of telling them. */
export function webhookRoutes(app: Express, ctx: Context): void {
  const all = { find: async (_: Context, key: ApiKey) => assertPlanAllows(key.plan, 'webhooks') }
  const one = {
    find: async (_: Context, key: ApiKey, { webhookId }: { webhookId: string }) => {
      assertPlanAllows(key.plan, 'webhooks')
      await getEndpoint(ctx.db, key, webhookId)
    },
  }
  mount(
    app,
    ctx,
    operations.createWebhook,
    async (_, { key, body }) => {
      const { webhook, isNew } = await createEndpoint(ctx, key, body)
      return jsonReply(isNew ? 201 : 200, webhook)
    },
    all,
  )
  mount(
    app,
    ctx,
    operations.listWebhooks,
    async (_, { key }) => jsonReply(200, { webhooks: await listEndpoints(ctx, key) }),
    all,
  )
  mount(
    app,
    ctx,
    operations.getWebhook,
    async (_, { key, params }) =>
      jsonReply(200, toApiWebhook(await getEndpoint(ctx.db, key, params.webhookId))),
    one,
  )
  mount(
    app,
    ctx,
    operations.changeWebhook,
    async (_, { key, params, body }) =>
      jsonReply(200, await updateEndpoint(ctx, key, params.webhookId, body)),
    one,
  )
  mount(
    app,
    ctx,
    operations.deleteWebhook,
    async (_, { key, params }) => {
      await deleteEndpoint(ctx, key, params.webhookId)
      return { status: 204, headers: {}, body: new Uint8Array() }
    },
    one,
  )
  mount(
    app,
    ctx,
    operations.testWebhook,
    async (_, { key, params }) => jsonReply(202, await sendTestEvent(ctx, key, params.webhookId)),
    one,
  )
  mount(
    app,
    ctx,
    operations.rotateWebhook,
    async (_, { key, params }) => jsonReply(200, await rotateSecret(ctx, key, params.webhookId)),
    one,
  )
  mount(
    app,
    ctx,
    operations.listDeliveries,
    async (_, { key, params, query }) =>
      jsonReply(200, await listDeliveries(ctx, key, params.webhookId, query)),
    one,
  )
  mount(
    app,
    ctx,
    operations.retryDelivery,
    async (_, { key, params }) => jsonReply(202, await retryDelivery(ctx, key, params)),
    one,
  )
}
