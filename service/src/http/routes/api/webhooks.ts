import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../../accounts/api-key.ts'
import { assertPlanAllows } from '../../../accounts/plans.ts'
import type { Context } from '../../../context.ts'
import { listDeliveries, retryDelivery, sendTestEvent } from '../../../webhooks/deliveries.ts'
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from '../../../webhooks/endpoints.ts'
import { toApiWebhook } from '../../../webhooks/webhook.ts'
import type { Mount } from '../../endpoint.ts'
import { buildJsonReply, noContentReply } from '../../reply.ts'

/** Webhook endpoints and their deliveries. */
export function mountWebhookRoutes(mount: Mount, ctx: Context): void {
  const forPlan = { load: async (key: ApiKey) => assertPlanAllows(key.plan, 'webhooks') }
  const forEndpoint = {
    load: async (key: ApiKey, { webhookId }: { webhookId: string }) => {
      assertPlanAllows(key.plan, 'webhooks')
      return getEndpoint(ctx.db, key, webhookId)
    },
  }
  mount(
    operations.createWebhook,
    async ({ key, body }) => {
      const { webhook, isNew } = await createEndpoint(ctx, key, body)
      return buildJsonReply(isNew ? 201 : 200, webhook)
    },
    forPlan,
  )
  mount(
    operations.listWebhooks,
    async ({ key }) => buildJsonReply(200, { webhooks: await listEndpoints(ctx, key) }),
    forPlan,
  )
  mount(
    operations.getWebhook,
    async ({ loaded }) => buildJsonReply(200, toApiWebhook(loaded)),
    forEndpoint,
  )
  mount(
    operations.changeWebhook,
    async ({ key, loaded, body }) =>
      buildJsonReply(200, await updateEndpoint(ctx, key, loaded.id, body)),
    forEndpoint,
  )
  mount(
    operations.deleteWebhook,
    async ({ key, loaded }) => {
      await deleteEndpoint(ctx, key, loaded.id)
      return noContentReply
    },
    forEndpoint,
  )
  mount(
    operations.testWebhook,
    async ({ key, loaded }) => buildJsonReply(202, await sendTestEvent(ctx, key, loaded.id)),
    forEndpoint,
  )
  mount(
    operations.rotateWebhook,
    async ({ key, loaded }) => buildJsonReply(200, await rotateSecret(ctx, key, loaded.id)),
    forEndpoint,
  )
  mount(
    operations.listDeliveries,
    async ({ key, loaded, query }) =>
      buildJsonReply(200, await listDeliveries(ctx, key, loaded.id, query)),
    forEndpoint,
  )
  mount(
    operations.retryDelivery,
    async ({ key, params }) => buildJsonReply(202, await retryDelivery(ctx, key, params)),
    forEndpoint,
  )
}
