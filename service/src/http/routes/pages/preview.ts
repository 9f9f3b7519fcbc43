import { operations, type Preview } from '@passwright/shared/schema'
import type { Request } from 'express'
import { findWalletIssues } from '../../../apple/warnings/body-issues.ts'
import type { Context } from '../../../context.ts'
import { composeGoogleCard } from '../../../google-sync/card.ts'
import { drawGoogleBarcode, renderGooglePicture } from '../../../web/google-card/google-picture.ts'
import {
  type PreparedPreview,
  preparePreview,
  renderPreview,
} from '../../../web/preview/preview.ts'
import { BODY_LIMIT } from '../../body.ts'
import type { Mount } from '../../endpoint.ts'
import { identifyCaller } from '../../limits/caller.ts'
import { createRateLimit } from '../../limits/rate-limit.ts'
import { getBodyBytes } from '../../limits/transfer.ts'
import { buildJsonReply } from '../../reply.ts'
import { addGoogleWarnings } from '../../warnings.ts'

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
      const renderGoogle = await prepareGoogle(ctx, prepared, identifyCaller(request))
      return inTurn(async () => {
        const { html, warnings } = await renderPreview(prepared)
        const googleHtml = renderGoogle?.()
        return buildJsonReply(200, {
          html,
          ...(googleHtml === undefined ? {} : { googleHtml }),
          warnings: addGoogleWarnings(ctx, warnings, prepared.draft),
        } satisfies Preview)
      })
    },
    { rate, checkKeyless: findWalletIssues },
  )
}

/** Draws the code of Google's card; returns what renders the card, undefined while Google Wallet is off. */
async function prepareGoogle(
  ctx: Context,
  { pass, images, draft, locale }: PreparedPreview,
  caller: string,
): Promise<(() => string | undefined) | undefined> {
  if (!ctx.config.googleWallet) return undefined
  const code = await drawGoogleBarcode(pass, caller)
  return () => {
    const content = composeGoogleCard(ctx, draft, images)
    return content && renderGooglePicture({ ...content, code }, locale)
  }
}
