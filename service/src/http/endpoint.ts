import { type Issue, invalidRequest, parseRoute, type RouteParams } from '@passwright/shared'
import { explain, issuesOf, type Operation } from '@passwright/shared/schema'
import type { Express, Request, RequestHandler } from 'express'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { authenticate } from './auth.ts'
import { parseJsonBody, readBytes, requireJson, requirePatch } from './body.ts'
import { notFound } from './errors.ts'
import { parseFormBody, requireForm } from './form-body.ts'
import { fingerprintRequest, type IdempotentRequest, type Reply } from './idempotency.ts'
import { findValueIssues, toSafeName } from './json-limits.ts'
import { sendReply } from './reply.ts'

/** What a handler gets: everything parsed, so that the types are the truth. */
export interface Input<O extends Operation> {
  key: O['auth'] extends true ? ApiKey : undefined
  params: RouteParams<O['route']>
  query: z.output<O['query']>
  body: O['body'] extends z.ZodType ? z.output<O['body']> : undefined
  once: IdempotentRequest | undefined
  request: Request
}

export type Handler<O extends Operation> = (ctx: Context, input: Input<O>) => Promise<Reply>

/** Issues that only the service can find in a body, such as what the key's plan does not have. */
export type BodyCheck = (key: ApiKey, body: Record<string, unknown>) => Issue[]

/** What an operation asks of a request beside its schema. */
interface EndpointOptions<O extends Operation> {
  /** Throws a 404 when what the address names is not this key's; asked before the body is looked at. */
  find?: (ctx: Context, key: ApiKey, params: RouteParams<O['route']>) => Promise<unknown>
  check?: BodyCheck
}

/** Puts an operation on the air: key, media type, body, query and fields are judged in that order. */
export function mount<O extends Operation>(
  app: Express,
  ctx: Context,
  operation: O,
  handler: Handler<O>,
  { find, check = () => [] }: EndpointOptions<O> = {},
): void {
  const { method, path } = parseRoute(operation.route)
  const identify: RequestHandler = async (request, response, next) => {
    response.locals.key = await authenticate(ctx, request)
    next()
  }
  const look: RequestHandler = async (request, response, next) => {
    assertPlainParams(request)
    await find?.(ctx, response.locals.key, request.params as RouteParams<O['route']>)
    next()
  }
  const serve: RequestHandler = async (request, response) => {
    const key: ApiKey | undefined = response.locals.key
    const input = readInput(operation, key, request, check)
    sendReply(response, await handler(ctx, { ...input, request } as Input<O>))
  }
  const steps = [
    ...(operation.auth ? [identify] : []),
    look,
    ...(operation.body ? [bodyTypeOf(operation), readBytes] : []),
    serve,
  ]
  app.route(path)[method.toLowerCase() as Lowercase<Method>](...steps)
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

function bodyTypeOf({ form, patch }: Operation): RequestHandler {
  if (form) return requireForm
  return patch ? requirePatch : requireJson
}

function readInput(
  operation: Operation,
  key: ApiKey | undefined,
  request: Request,
  check: BodyCheck,
) {
  const json = operation.body
    ? operation.form
      ? parseFormBody(request)
      : parseJsonBody(request)
    : undefined
  if (Object.keys(request.query).length > MAX_PARAMETERS) {
    throw invalidRequest([
      { path: '', message: `must have ${MAX_PARAMETERS} query parameters or less` },
    ])
  }
  const query = z.safeParse(operation.query, request.query, { error: explain })
  const body = z.safeParse(operation.body ?? z.undefined(), json, { error: explain })
  const fields = isObject(json) ? json : {}
  const issues = onePerPath([
    ...headerIssues(operation, request),
    ...findValueIssues(request.query),
    ...findValueIssues(json),
    ...(query.error ? issuesOf(query.error) : []),
    ...(body.error ? issuesOf(body.error) : []),
    ...(operation.rules ?? []).flatMap((rule) => (isObject(json) ? rule(fields) : [])),
    ...(key ? check(key, fields) : []),
  ])
  if (issues.length > 0) throw invalidRequest(issues)
  return {
    key,
    params: request.params,
    query: query.data,
    body: body.data,
    once: onceOf(operation, key, request, json),
  }
}

function assertPlainParams({ params }: Request): void {
  if (Object.values(params).some((value) => findValueIssues(value).length > 0)) throw notFound()
}

const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/

function headerIssues({ idempotent }: Operation, request: Request): Issue[] {
  const given = request.headers['idempotency-key']
  return !idempotent || given === undefined || idempotencyKeyPattern.test(String(given))
    ? []
    : [{ path: 'Idempotency-Key', message: 'must have 1 to 255 visible characters of ASCII' }]
}

function onceOf(
  { idempotent }: Operation,
  key: ApiKey | undefined,
  request: Request,
  json: unknown,
): IdempotentRequest | undefined {
  const idempotencyKey = request.headers['idempotency-key']
  if (!key || !idempotent || typeof idempotencyKey !== 'string') return undefined
  const fingerprint = fingerprintRequest(request.method, request.originalUrl, json)
  return { keyId: key.id, idempotencyKey, fingerprint }
}

/** More than any list can use: a pass has 20 pairs of metadata to be found by. */
const MAX_PARAMETERS = 50

/** How many issues one answer tells. */
const MAX_ISSUES = 100

/** The first thing that is wrong with a field is enough to mend it. */
function onePerPath(issues: Issue[]): Issue[] {
  const byPath = new Map<string, Issue>()
  for (const { path, message } of issues) {
    const name = toSafeName(path)
    if (!byPath.has(name)) byPath.set(name, { path: name, message })
  }
  return [...byPath.values()].slice(0, MAX_ISSUES)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
