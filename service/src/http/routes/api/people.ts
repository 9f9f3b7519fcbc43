import { operations } from '@passwright/shared/schema'
import type { Context } from '../../../context.ts'
import { exportPerson } from '../../../people/export.ts'
import { forgetPerson } from '../../../people/forget.ts'
import type { Mount } from '../../endpoint.ts'
import { buildJsonReply } from '../../reply.ts'

/** Exports and forgets what is held of a person. */
export function mountPeopleRoutes(mount: Mount, ctx: Context): void {
  mount(operations.exportPerson, async ({ key, query }) =>
    buildJsonReply(200, await exportPerson(ctx, key, query)),
  )
  mount(operations.forgetPerson, async ({ key, query }) =>
    buildJsonReply(200, await forgetPerson(ctx, key, query.email)),
  )
}
