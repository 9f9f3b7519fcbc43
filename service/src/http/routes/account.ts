import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import { describeUsage } from '../../accounts/quota.ts'
import type { Context } from '../../context.ts'
import { listEvents } from '../../events/publish.ts'
import { mount } from '../endpoint.ts'
import { jsonAnswer } from '../reply.ts'

/** What a key has used, and what happened to what it owns. */
export function accountRoutes(app: Express, ctx: Context): void {
  mount(app, ctx, operations.getUsage, async (_, { key }) =>
    jsonAnswer(200, await describeUsage(ctx, key)),
  )
  mount(app, ctx, operations.listEvents, async (_, { key, query }) =>
    jsonAnswer(200, { events: await listEvents(ctx.db, key.id, query) }),
  )
}
