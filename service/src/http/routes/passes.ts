import { type Format, operations, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import type { Express, Request } from 'express'
import { findPlanIssues } from '../../accounts/plans.ts'
import { findBarcodeIssues } from '../../apple/barcodes.ts'
import type { Context } from '../../context.ts'
import { type EmailDraft, findEmailIssues, toQueuedEmail } from '../../email/queue.ts'
import { type IssuedPass, issuePass } from '../../passes/create.ts'
import { getPass } from '../../passes/find.ts'
import { listPasses } from '../../passes/list.ts'
import { getPassFileName, type PassRecord, toApiPass } from '../../passes/pass.ts'
import { type RenderedPass, renderPass } from '../../passes/render.ts'
import { toETag } from '../../passes/version.ts'
import { type BodyCheck, type Input, mount } from '../endpoint.ts'
import { fileReply, jsonReply } from '../reply.ts'

/** Makes, lists and shows passes. */
export function passRoutes(app: Express, ctx: Context): void {
  const check: BodyCheck = (key, body) => [
    ...findPlanIssues(key.plan, body),
    ...findBarcodeIssues(body),
    ...findEmailIssues(ctx.config, body.email, 'email'),
  ]

  mount(
    app,
    ctx,
    operations.createPkpass,
    (_, input) => create(ctx, input, input.query.format ?? 'pkpass', { created: 200, known: 200 }),
    { check },
  )
  mount(
    app,
    ctx,
    operations.createPass,
    (_, input) => create(ctx, input, formatOf(input), { created: 201, known: 200 }),
    { check },
  )
  mount(app, ctx, operations.listPasses, async (_, { key, query }) =>
    jsonReply(200, await listPasses(ctx, key, query)),
  )
  mount(app, ctx, operations.getPass, async (_, input) => {
    const record = await getPass(ctx, input.key, input.params.serialNumber)
    return formatOf(input) === 'pkpass'
      ? passFile(200, ctx, record, await renderPass(ctx, record))
      : jsonReply(200, toApiPass(record, ctx.config), { ETag: toETag(record) })
  })
}

async function create(
  ctx: Context,
  {
    key,
    body,
    once,
    request,
  }: Input<typeof operations.createPkpass | typeof operations.createPass>,
  format: Format,
  statuses: { created: number; known: number },
) {
  const answer = (issued: IssuedPass) => {
    const { record, outcome, file } = issued
    const status = outcome === 'created' ? statuses.created : statuses.known
    if (format === 'pkpass') return passFile(status, ctx, record, issued)
    const { metadata, email: _, ...pass } = toApiPass(record, ctx.config)
    const email = issued.email && toQueuedEmail(issued.email)
    const json = { ...pass, applePass: file.toString('base64'), email }
    return jsonReply(status, json, passHeaders(ctx, record, issued))
  }
  const ifMatch = request.headers['if-match']
  return issuePass(ctx, key, { request: body, ifMatch, once, answer })
}

function passFile(status: number, ctx: Context, record: PassRecord, rendered: RenderedPass) {
  return fileReply(
    status,
    rendered.file,
    getPassFileName(record),
    passHeaders(ctx, record, rendered),
  )
}

/** What is worth knowing beside the file; a pass that Wallet will refuse says so. */
function passHeaders(
  ctx: Context,
  record: PassRecord,
  { identity, email }: RenderedPass & { email?: EmailDraft | undefined },
) {
  return {
    ETag: toETag(record),
    'X-Serial-Number': record.serialNumber,
    'X-Pass-Url': toApiPass(record, ctx.config).shareUrl,
    ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
    ...(email ? { 'X-Email-Id': email.id } : {}),
  }
}

/** `?format=` wins over `Accept`; without either the answer is JSON. */
function formatOf({ query, request }: { query: { format?: Format }; request: Request }): Format {
  if (query.format) return query.format
  return request.accepts(['application/json', PASS_MEDIA_TYPE]) === PASS_MEDIA_TYPE
    ? 'pkpass'
    : 'json'
}
