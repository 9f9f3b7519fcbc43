import { operations } from '@passwright/shared/schema'
import type { Request } from 'express'
import { findWalletIssues } from '../../apple/body-issues.ts'
import type { Context } from '../../context.ts'
import { preparePreview, renderPreview } from '../../web/preview/preview.ts'
import { BODY_LIMIT } from '../body.ts'
import type { Mount } from '../endpoint.ts'
import { identifyCaller } from '../limits/caller.ts'
import { createRateLimit } from '../limits/rate-limit.ts'
import { getBodyBytes } from '../limits/transfer.ts'
import { buildJsonReply } from '../reply.ts'

/** Several people who type behind one address; a body with images counts as many. */
const LIMIT = { times: 1_200, seconds: 60 }
const BYTES_PER_COUNT = 256 * 1024

/** Draws passes for the editor: no key, nothing signed, fetched or stored. */
export function mountPreviewRoute(mount: Mount, ctx: Context): void {
  const countRequest = createRateLimit({ ...LIMIT, now: ctx.now })
  const rate = (request: Request) =>
    countRequest(
      identifyCaller(request),
      1 + Math.floor(getBodyBytes(request, BODY_LIMIT) / BYTES_PER_COUNT),
    )
  mount(
    operations.preview,
    async ({ body, request, inTurn }) => {
      const prepared = await preparePreview(ctx, body, identifyCaller(request))
      return inTurn(async () => buildJsonReply(200, await renderPreview(prepared)))
    },
    { rate, checkKeyless: findWalletIssues },
  )
}
