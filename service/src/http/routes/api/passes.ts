import {
  type Format,
  normalizeMergedRequest,
  operations,
  PASS_MEDIA_TYPE,
} from '@passwright/shared/schema'
import type { Request } from 'express'
import { findPlanIssues } from '../../../accounts/plans.ts'
import { assertScope } from '../../../accounts/scopes.ts'
import { findIdentityIssues } from '../../../apple/certificates/identity.ts'
import { findWalletIssues } from '../../../apple/warnings/body-issues.ts'
import { type ChunkedBytes, toChunkedBytes } from '../../../chunked-bytes.ts'
import type { Context } from '../../../context.ts'
import { findEmailIssues, toQueuedEmail } from '../../../email/queue.ts'
import { toPassBody } from '../../../passes/content/body.ts'
import { getPassFile, type RenderedPass } from '../../../passes/content/render.ts'
import { createPass } from '../../../passes/create/create.ts'
import type { CreateOptions } from '../../../passes/create/creation.ts'
import type { StoredPass } from '../../../passes/create/draft.ts'
import { dryRunPass } from '../../../passes/create/dry-run.ts'
import { getPass } from '../../../passes/store/find.ts'
import { listPasses } from '../../../passes/store/list.ts'
import {
  getPassFileName,
  getShareUrl,
  getVersion,
  type PassRecord,
  toApiPass,
} from '../../../passes/store/pass.ts'
import type { BodyCheck, Input, Mount } from '../../endpoint.ts'
import { replyOnce } from '../../idempotency.ts'
import { buildFileReply, buildJsonReply, type Reply, toETag } from '../../reply.ts'
import { describeWarnings } from '../../warnings.ts'

/** Creates, lists and returns passes. */
export function mountPassRoutes(mount: Mount, ctx: Context): void {
  const check: BodyCheck = (key, body) => {
    // Before the body is judged, as all scopes are.
    if ((body.email ?? null) !== null) assertScope(key, 'mail')
    return [
      ...findPlanIssues(key.plan, body),
      ...findWalletIssues(body),
      ...findIdentityIssues(ctx.identities(), body),
      ...findEmailIssues(ctx.config, body.email, 'email'),
    ]
  }
  mount(
    operations.createPkpass,
    (input) => create(ctx, input, { created: 200, existing: 200 }, input.query.format ?? 'pkpass'),
    { check },
  )
  mount(
    operations.createPass,
    (input) => create(ctx, input, { created: 201, existing: 200 }, chooseFormat(input)),
    { check },
  )
  mount(operations.listPasses, async ({ key, query }) =>
    buildJsonReply(200, await listPasses(ctx, key, query)),
  )
  mount(operations.getPass, async (input) => {
    const record = await getPass(ctx, input.key, input.params.serialNumber)
    if (chooseFormat(input) === 'pkpass') {
      return toFileReply(200, ctx, record, await getPassFile(ctx, record))
    }
    const json = {
      ...toApiPass(record, ctx.config),
      pass: await toPassBody(ctx, record),
      ...(record.template && { values: record.template.values }),
    }
    return buildJsonReply(200, json, { ETag: toETag(getVersion(record)) })
  })
}

type CreateInput = Input<typeof operations.createPkpass | typeof operations.createPass, undefined>

function create(
  ctx: Context,
  input: CreateInput,
  statuses: { created: number; existing: number },
  format: Format,
): Promise<Reply> {
  const { key, body, sentBody, query, ifMatch, idempotent } = input
  const { onExisting } = query
  const patch = onExisting === 'merge' ? normalizeMergedRequest(sentBody) : undefined
  const options = { expectedVersion: ifMatch, onExisting, patch }
  // It leaves nothing behind, so a repeat is harmless and its reply need not be remembered.
  if (query.dryRun) return dryRun(ctx, input, options)
  const toReply = (created: RepliedPass) => {
    const status = created.outcome === 'created' ? statuses.created : statuses.existing
    return toCreatedReply(status, ctx, created, format)
  }
  return replyOnce(ctx, idempotent, toReply, (onStore) =>
    createPass(ctx, key, body, { ...options, onStore }),
  )
}

async function dryRun(
  ctx: Context,
  { key, body }: CreateInput,
  options: CreateOptions,
): Promise<Reply> {
  const { record, warnings: ofFile } = await dryRunPass(ctx, key, body, options)
  const { warnings: ofRequest = [] } = describeWarnings(ctx, record)
  const told = new Set(ofRequest.map(({ path }) => path))
  const warnings = [...ofRequest, ...ofFile.filter(({ path }) => !told.has(path))]
  return buildJsonReply(200, { valid: true, warnings })
}

/** Inside the transaction, the file may not be there yet; the reply is remembered without it. */
type RepliedPass = StoredPass & { file?: ChunkedBytes }

const noFile = toChunkedBytes(new Uint8Array())

function toCreatedReply(status: number, ctx: Context, created: RepliedPass, format: Format): Reply {
  const { record, outcome, file: content = noFile } = created
  if (format === 'pkpass') return toFileReply(status, ctx, record, { ...created, file: content })
  const { email: _, ...pass } = toApiPass(record, ctx.config)
  const email = created.email && toQueuedEmail(created.email)
  const { serialNumber } = record
  return buildJsonReply(
    status,
    { ...pass, outcome, email, ...describeWarnings(ctx, record) },
    buildPassHeaders(ctx, record, created),
    { serialNumber, content },
  )
}

function toFileReply(status: number, ctx: Context, record: PassRecord, rendered: RenderedPass) {
  const headers = buildPassHeaders(ctx, record, rendered)
  const file = { serialNumber: record.serialNumber, content: rendered.file }
  return buildFileReply(status, file, getPassFileName(record), headers)
}

function buildPassHeaders(
  ctx: Context,
  record: PassRecord,
  { identity, email }: Pick<StoredPass, 'identity'> & Partial<Pick<StoredPass, 'email'>>,
) {
  return {
    ETag: toETag(getVersion(record)),
    'X-Serial-Number': record.serialNumber,
    'X-Pass-Url': getShareUrl(record, ctx.config),
    ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
    ...(email ? { 'X-Email-Id': email.id } : {}),
  }
}

/** `?format=` wins over `Accept`; the default is JSON. */
function chooseFormat({
  query,
  request,
}: {
  query: { format?: Format }
  request: Request
}): Format {
  if (query.format) return query.format
  return request.accepts(['application/json', PASS_MEDIA_TYPE]) === PASS_MEDIA_TYPE
    ? 'pkpass'
    : 'json'
}
