import { Problem } from '@passwright/shared'
import { operations } from '@passwright/shared/schema'
import type { Request } from 'express'
import type { Context } from '../../../context.ts'
import { saveToGoogle } from '../../../google-sync/save.ts'
import { recordGoogleCallback } from '../../../google-sync/saved.ts'
import { findImage } from '../../../passes/images/placed.ts'
import { getPassByToken } from '../../../passes/store/find.ts'
import { getPassStatus, type PassRecord, toApiPass } from '../../../passes/store/pass.ts'
import { detectDevice } from '../../../web/share-page/device.ts'
import type { Handler, Mount } from '../../endpoint.ts'
import { identifyCaller } from '../../limits/caller.ts'
import { createRateLimit } from '../../limits/rate-limit.ts'
import { buildEmptyReply, buildReply, noContentReply, type Reply } from '../../reply.ts'

/** People in one room have one address; each of their taps is a request to Google or two. */
const CALLER_LIMIT = { times: 300, seconds: 60 }
const PASS_LIMIT = { times: 20, seconds: 60 }

/** The links that lead to a wallet, and what Google calls and fetches. */
export function mountGoogleRoutes(mount: Mount, ctx: Context): void {
  const countByCaller = createRateLimit({ ...CALLER_LIMIT, now: ctx.now })
  const countByPass = createRateLimit({ ...PASS_LIMIT, now: ctx.now })

  mount(operations.addPass, async ({ params, request }) => {
    const record = await getPassByToken(ctx, params.token)
    return redirect(chooseWallet(ctx, record, request), { Vary: 'User-Agent' })
  })
  const saveNow: Handler<typeof operations.saveToGoogle, undefined> = async ({
    params,
    request,
  }) => {
    // A program that only looks at a link must not send what a person's pass says to Google.
    if (request.method === 'HEAD' || isPrefetch(request)) return noContentReply
    const record = await getPassByToken(ctx, params.token)
    const { shareUrl } = toApiPass(record, ctx.config)
    if (record.deletedAt !== null) return redirect(shareUrl)
    const tooMany = countByCaller(identifyCaller(request)) ?? countByPass(record.serialNumber)
    if (tooMany) throw tooMany
    const saved = await ctx.expectedWrites.during(() => saveToGoogle(ctx, record))
    if (saved.result === 'off') return redirect(shareUrl)
    if (saved.result === 'saved') return redirect(saved.link)
    throw new Problem(
      'google_unavailable',
      'Google Wallet cannot take the pass at the moment; open the link again in a minute',
      { retryAfterSeconds: saved.retryAfterSeconds },
    )
  }
  // It waits for Google, which is limited above, and a slow Google must not hold others up.
  mount(operations.saveToGoogle, saveNow, { isUnlimited: true })
  mount(operations.googleImage, async ({ params: { hash } }) => {
    const png = hashPattern.test(hash) ? await findImage(ctx.db, hash) : undefined
    if (!png) throw new Problem('not_found', 'There is no image at this address')
    return buildReply(200, 'image/png', png, {
      'Cache-Control': 'public, max-age=31536000, immutable',
    })
  })
  mount(operations.googleCallback, async ({ body }) => {
    await recordGoogleCallback(ctx, body)
    return buildEmptyReply(200)
  })
}

const hashPattern = /^[0-9a-f]{64}$/

/** What a browser or a mail program sends that fetches a link before somebody taps it. */
function isPrefetch({ headers }: Request): boolean {
  const purposes = [headers['sec-purpose'], headers.purpose, headers['x-moz']]
  return purposes.some((purpose) => /prefetch|preview|prerender/i.test(String(purpose ?? '')))
}

/** Where a device finds the wallet that it has: only an iPhone or an Android phone has one. */
function chooseWallet(ctx: Context, record: PassRecord, { headers }: Request): string {
  const { shareUrl, downloadUrl, googleSaveUrl } = toApiPass(record, ctx.config)
  const identity = ctx
    .identities()
    .find((each) => each.passTypeIdentifier === record.passTypeIdentifier)
  const status = getPassStatus(record, identity, ctx.now())
  const urls: Partial<Record<ReturnType<typeof detectDevice>, string | null>> = {
    iphone: status === 'valid' || status === 'development' ? downloadUrl : null,
    android: isWorthSaving[status] ? googleSaveUrl : null,
  }
  return urls[detectDevice(headers['user-agent'])] ?? shareUrl
}

/** Google does not care who signs for Apple. */
const isWorthSaving: Record<ReturnType<typeof getPassStatus>, boolean> = {
  valid: true,
  development: true,
  unsigned: true,
  expired: false,
  voided: false,
  deleted: false,
}

function redirect(location: string, headers: Record<string, string> = {}): Reply {
  return buildEmptyReply(302, {
    Location: location,
    'X-Robots-Tag': 'noindex, nofollow',
    'Referrer-Policy': 'no-referrer',
    ...headers,
  })
}
