import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import { getUsage } from '../../accounts/quota.ts'
import type { Context } from '../../context.ts'
import { listEvents } from '../../events/publish.ts'
import { mount } from '../endpoint.ts'
import { jsonReply } from '../reply.ts'

/** What a key has used, and what happened to what it owns. */
export function accountRoutes(app: Express, ctx: Context): void {
  mount(app, ctx, operations.getUsage, async (_, { key }) =>
    jsonReply(200, await getUsage(ctx, key)),
  )
  mount(app, ctx, operations.listEvents, async (_, { key, query }) =>
    jsonReply(200, { events: await listEvents(ctx.db, key.id, query) }),
  )
}
