import {
  type Issue,
  isObject,
  type Problem,
  parseRoute,
  type RouteParams,
  toInvalidRequest,
} from '@passwright/shared'
import { explainIssue, type Operation, toIssues } from '@passwright/shared/schema'
import type { Express, Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import type { ExpectedVersion } from '../passes/store/pass.ts'
import { createAuthenticate } from './auth.ts'
import {
  BODY_LIMIT,
  parseFormBody,
  parseJsonBody,
  readBytes,
  requireForm,
  requireJson,
  requirePatch,
} from './body.ts'
import { createNotFound } from './errors.ts'
import { fingerprintRequest, type IdempotentRequest } from './idempotency.ts'
import { assertWorthReading, createKeyRate } from './key-rate.ts'
import { getClaimedOwner, getOwner } from './limits/caller.ts'
import { createFairWork } from './limits/fair-work.ts'
import { findValueIssues, toSafeName } from './limits/json-limits.ts'
import { countBody, reserveBody, setTransferOwner, takeTurn } from './limits/transfer.ts'
import { type Reply, sendReply } from './reply.ts'

/** The parsed request that a handler gets. */
export interface Input<O extends Operation, Loaded> {
  key: O['auth'] extends 'apiKey' ? ApiKey : undefined
  params: RouteParams<O['route']>
  query: z.output<O['query']>
  body: O['body'] extends z.ZodType ? z.output<O['body']> : undefined
  /** The body as it was sent, with every `null`. */
  sentBody: Record<string, unknown>
  /** What `load` found. */
  loaded: Loaded
  /** The versions named by `If-Match`. */
  ifMatch: ExpectedVersion | undefined
  /** Set when the request has an `Idempotency-Key` and the operation takes one. */
  idempotent: IdempotentRequest | undefined
  request: Request
  /** Runs work that makes a large reply, when it is the caller's turn. */
  inTurn: InTurn
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>

export type Handler<O extends Operation, Loaded> = (input: Input<O, Loaded>) => Promise<Reply>

/** Finds issues in a body that its schema cannot know, such as fields that need another plan. */
export type BodyCheck = (key: ApiKey, body: Record<string, unknown>) => Issue[]

interface EndpointOptions<O extends Operation, Loaded> {
  /** Loads what the path names, before the body is read; throws `not_found` when it is not this key's. */
  load?: (key: ApiKey, params: RouteParams<O['route']>, request: Request) => Promise<Loaded>
  check?: BodyCheck
  /** The same for a body that comes without a key. */
  checkKeyless?: (body: Record<string, unknown>) => Issue[]
  /** Counts a request without a key when it arrives; what it returns is thrown after all else is right. */
  rate?: (request: Request) => Problem | undefined
  /** Set when it is handled however many others are: it does nothing, or waits for requests of its own. */
  isUnlimited?: boolean
}

export type Mount = <O extends Operation, Loaded = undefined>(
  operation: O,
  handler: Handler<NoInfer<O>, NoInfer<Loaded>>,
  options?: EndpointOptions<NoInfer<O>, Loaded>,
) => void

/**
 * Returns a function that adds an operation's route to the application. A request is checked in this
 * order: API key and its scope, path, media type, body size, then query and body together.
 */
export function createMount(app: Express, ctx: Context): Mount {
  const authenticate = createAuthenticate(ctx)
  const keyRate = createKeyRate(ctx)
  const fairWork = createFairWork(ctx)
  return (
    operation,
    handler,
    { load, check = () => [], checkKeyless = () => [], rate, isUnlimited = false } = {},
  ) => {
    const { method, path } = parseRoute(operation.route)
    const requireKey: RequestHandler = async (request, response, next) => {
      const claimed = getClaimedOwner(request, response)
      const key = await fairWork.lookUp(claimed, () => authenticate(request, operation.scope))
      response.locals.key = key
      setTransferOwner(response, key.id)
      keyRate.count(key, response)
      next()
    }
    const countRequest: RequestHandler = (request, response, next) => {
      response.locals.tooMany = rate?.(request)
      next()
    }
    const checkBody = (key: ApiKey | undefined, body: Record<string, unknown>) =>
      key ? check(key, body) : checkKeyless(body)
    const loadResource: RequestHandler = async (request, response, next) => {
      assertPlainParams(request)
      const { key } = response.locals
      const params = request.params as never
      response.locals.loaded =
        load && (await fairWork.lookUp(getOwner(response), () => load(key, params, request)))
      next()
    }
    const createReply = async (request: Request, response: Response): Promise<Reply> => {
      const { key, loaded } = response.locals
      const inTurn: InTurn = (work) => takeTurn(response, work)
      const input = {
        ...parseInput(operation, key, request, checkBody),
        key,
        loaded,
        request,
        inTurn,
      }
      keyRate.assertBelow(response)
      const respond = () => handler(input as never)
      const reply = method === 'GET' ? respond : () => ctx.expectedWrites.during(respond)
      return operation.largeReply ? inTurn(reply) : reply()
    }
    const handle: RequestHandler = async (request, response) => {
      const create = () => createReply(request, response)
      const reply = isUnlimited ? create() : fairWork.handle(getOwner(response), create)
      sendReply(response, await reply)
    }
    const handlers = [
      ...(operation.auth === 'apiKey' ? [requireKey] : []),
      ...(rate ? [countRequest] : []),
      loadResource,
      ...(operation.body ? bodyHandlers(operation) : []),
      handle,
    ]
    app.route(path)[method.toLowerCase() as Lowercase<Method>](...handlers)
  }
}

const reserve = reserveBody(BODY_LIMIT)

function bodyHandlers(operation: Operation): RequestHandler[] {
  return [requireBodyType(operation), assertWorthReading, reserve, readBytes, countBody]
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

function requireBodyType({ form, patch }: Operation): RequestHandler {
  if (form) return requireForm
  return patch ? requirePatch : requireJson
}

function parseInput(
  operation: Operation,
  key: ApiKey | undefined,
  request: Request,
  check: (key: ApiKey | undefined, body: Record<string, unknown>) => Issue[],
) {
  const json = parseBody(operation, request)
  // Express parses it whenever it is asked for.
  const sentQuery = request.query
  const normalized = isObject(json) && operation.normalize ? operation.normalize(json) : json
  if (Object.keys(sentQuery).length > MAX_PARAMETERS) {
    throw toInvalidRequest([
      { path: '', message: `must have ${MAX_PARAMETERS} query parameters or less` },
    ])
  }
  const fields = isObject(normalized) ? normalized : {}
  const query = z.safeParse(operation.query, sentQuery, { error: explainIssue })
  const body = z.safeParse(operation.body ?? z.undefined(), normalized, { error: explainIssue })
  const issues = keepFirstPerPath([
    ...findHeaderIssues(operation, request),
    ...findValueIssues(sentQuery),
    ...findValueIssues(json),
    ...(query.error ? toIssues(query.error) : []),
    ...(body.error ? toIssues(body.error) : []),
    ...(operation.rules ?? []).flatMap((rule) => (isObject(json) ? rule(fields, sentQuery) : [])),
    ...check(key, fields),
  ])
  if (issues.length > 0) throw toInvalidRequest(issues)
  return {
    params: request.params,
    query: query.data,
    body: body.data,
    sentBody: isObject(json) ? json : {},
    ifMatch: parseIfMatch(request.headers['if-match']),
    idempotent: toIdempotentRequest(operation, key, request, json),
  }
}

function parseBody({ body, form }: Operation, request: Request): unknown {
  if (!body) return undefined
  return form ? parseFormBody(request) : parseJsonBody(request)
}

function assertPlainParams({ params }: Request): void {
  if (Object.values(params).some((value) => findValueIssues(value).length > 0))
    throw createNotFound()
}

const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/

function findHeaderIssues({ idempotent }: Operation, request: Request): Issue[] {
  const idempotencyKey = request.headers['idempotency-key']
  return !idempotent ||
    idempotencyKey === undefined ||
    idempotencyKeyPattern.test(String(idempotencyKey))
    ? []
    : [{ path: 'Idempotency-Key', message: 'must have 1 to 255 visible characters of ASCII' }]
}

function toIdempotentRequest(
  { idempotent }: Operation,
  key: ApiKey | undefined,
  request: Request,
  json: unknown,
): IdempotentRequest | undefined {
  const idempotencyKey = request.headers['idempotency-key']
  if (!key || !idempotent || typeof idempotencyKey !== 'string') return undefined
  const fingerprint = fingerprintRequest(request.method, request.originalUrl, json)
  const { serialNumber } = request.params
  return {
    keyId: key.id,
    idempotencyKey,
    fingerprint,
    ...(typeof serialNumber === 'string' && { serialNumber }),
  }
}

/** The versions in an `If-Match` header (RFC 9110, 13.1.1). Weak tags never match, so they are dropped. */
function parseIfMatch(header: string | undefined): ExpectedVersion | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return 'any'
  return header.split(',').flatMap((tag) => /^\s*"(.*)"\s*$/.exec(tag)?.[1] ?? [])
}

/** More than any list takes: a pass has at most 20 metadata pairs to filter by. */
const MAX_PARAMETERS = 50

/** One issue for each field is enough to fix it. */
function keepFirstPerPath(issues: Issue[]): Issue[] {
  const byPath = new Map<string, Issue>()
  for (const { path, message } of issues) {
    const name = toSafeName(path)
    if (!byPath.has(name)) byPath.set(name, { path: name, message })
  }
  return [...byPath.values()]
}
