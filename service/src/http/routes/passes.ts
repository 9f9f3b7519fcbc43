import { type Format, operations, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import type { Express, Request } from 'express'
import { planIssues } from '../../accounts/plans.ts'
import { barcodeIssues } from '../../apple/barcodes.ts'
import type { Context } from '../../context.ts'
import { type EmailWish, emailIssues, queuedEmail } from '../../email/queue.ts'
import { type IssuedPass, issuePass } from '../../passes/create.ts'
import { passOf } from '../../passes/find.ts'
import { listPage } from '../../passes/list.ts'
import { describePass, fileNameOf, type PassRecord } from '../../passes/pass.ts'
import { type RenderedPass, renderPass } from '../../passes/render.ts'
import { etagOf } from '../../passes/version.ts'
import { type BodyCheck, type Input, mount } from '../endpoint.ts'
import { fileAnswer, jsonAnswer } from '../reply.ts'

/** Makes, lists and shows passes. */
export function passRoutes(app: Express, ctx: Context): void {
  const { createPkpass, createPass, listPasses, getPass } = operations
  const check: BodyCheck = (key, body) => [
    ...planIssues(key.plan, body),
    ...barcodeIssues(body),
    ...emailIssues(ctx.config, body.email, 'email'),
  ]

  mount(
    app,
    ctx,
    createPkpass,
    (_, input) => create(ctx, input, input.query.format ?? 'pkpass', { created: 200, known: 200 }),
    { check },
  )
  mount(
    app,
    ctx,
    createPass,
    (_, input) => create(ctx, input, formatOf(input), { created: 201, known: 200 }),
    { check },
  )
  mount(app, ctx, listPasses, async (_, { key, query }) =>
    jsonAnswer(200, await listPage(ctx, key, query)),
  )
  mount(app, ctx, getPass, async (_, input) => {
    const record = await passOf(ctx, input.key, input.params.serialNumber)
    return formatOf(input) === 'pkpass'
      ? passFile(200, ctx, record, await renderPass(ctx, record))
      : jsonAnswer(200, describePass(record, ctx.config), { ETag: etagOf(record) })
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
    const { metadata, email: _, ...pass } = describePass(record, ctx.config)
    const email = issued.email && queuedEmail(issued.email)
    const json = { ...pass, applePass: file.toString('base64'), email }
    return jsonAnswer(status, json, passHeaders(ctx, record, issued))
  }
  const ifMatch = request.headers['if-match']
  return issuePass(ctx, key, { request: body, ifMatch, once, answer })
}

function passFile(status: number, ctx: Context, record: PassRecord, rendered: RenderedPass) {
  return fileAnswer(status, rendered.file, fileNameOf(record), passHeaders(ctx, record, rendered))
}

/** What is worth knowing beside the file; a pass that Wallet will refuse says so. */
function passHeaders(
  ctx: Context,
  record: PassRecord,
  { identity, email }: RenderedPass & { email?: EmailWish | undefined },
) {
  return {
    ETag: etagOf(record),
    'X-Serial-Number': record.serialNumber,
    'X-Pass-Url': describePass(record, ctx.config).shareUrl,
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
