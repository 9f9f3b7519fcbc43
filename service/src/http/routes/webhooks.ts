import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Key } from '../../accounts/api-key.ts'
import { assertPlanMay } from '../../accounts/plans.ts'
import type { Context } from '../../context.ts'
import { listDeliveries, retryDelivery, sendSample } from '../../webhooks/deliveries.ts'
import {
  changeEndpoint,
  endpointOf,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
  subscribe,
} from '../../webhooks/endpoints.ts'
import { describeWebhook } from '../../webhooks/webhook.ts'
import { mount } from '../endpoint.ts'
import { jsonAnswer } from '../reply.ts'

/** Who wants to hear of events, and what became of telling them. */
export function webhookRoutes(app: Express, ctx: Context): void {
  const all = { find: async (_: Context, key: Key) => assertPlanMay(key.plan, 'webhooks') }
  const one = {
    find: async (_: Context, key: Key, { webhookId }: { webhookId: string }) => {
      assertPlanMay(key.plan, 'webhooks')
      await endpointOf(ctx.db, key, webhookId)
    },
  }
  mount(
    app,
    ctx,
    operations.createWebhook,
    async (_, { key, body }) => {
      const { webhook, isNew } = await subscribe(ctx, key, body)
      return jsonAnswer(isNew ? 201 : 200, webhook)
    },
    all,
  )
  mount(
    app,
    ctx,
    operations.listWebhooks,
    async (_, { key }) => jsonAnswer(200, { webhooks: await listEndpoints(ctx, key) }),
    all,
  )
  mount(
    app,
    ctx,
    operations.getWebhook,
    async (_, { key, params }) =>
      jsonAnswer(200, describeWebhook(await endpointOf(ctx.db, key, params.webhookId))),
    one,
  )
  mount(
    app,
    ctx,
    operations.changeWebhook,
    async (_, { key, params, body }) =>
      jsonAnswer(200, await changeEndpoint(ctx, key, params.webhookId, body)),
    one,
  )
  mount(
    app,
    ctx,
    operations.deleteWebhook,
    async (_, { key, params }) => {
      await removeEndpoint(ctx, key, params.webhookId)
      return { status: 204, headers: {}, body: new Uint8Array() }
    },
    one,
  )
  mount(
    app,
    ctx,
    operations.testWebhook,
    async (_, { key, params }) => jsonAnswer(202, await sendSample(ctx, key, params.webhookId)),
    one,
  )
  mount(
    app,
    ctx,
    operations.rotateWebhook,
    async (_, { key, params }) => jsonAnswer(200, await rotateSecret(ctx, key, params.webhookId)),
    one,
  )
  mount(
    app,
    ctx,
    operations.listDeliveries,
    async (_, { key, params, query }) =>
      jsonAnswer(200, await listDeliveries(ctx, key, params.webhookId, query)),
    one,
  )
  mount(
    app,
    ctx,
    operations.retryDelivery,
    async (_, { key, params }) => jsonAnswer(202, await retryDelivery(ctx, key, params)),
    one,
  )
}
