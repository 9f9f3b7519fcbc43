import { operations } from '@passwright/shared/schema'
import { getUsage } from '../../../accounts/quota.ts'
import type { Context } from '../../../context.ts'
import { listEvents } from '../../../events/list.ts'
import type { Mount } from '../../endpoint.ts'
import { buildJsonReply } from '../../reply.ts'

/** What a key has used, and the events of what it owns. */
export function mountAccountRoutes(mount: Mount, ctx: Context): void {
  mount(operations.getUsage, async ({ key }) => buildJsonReply(200, await getUsage(ctx, key)))
  mount(operations.listEvents, async ({ key, query }) =>
    buildJsonReply(200, { events: await listEvents(ctx.db, key.id, query) }),
  )
}
