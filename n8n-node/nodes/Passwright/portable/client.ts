// A copy of shared/src/portable/client.ts, made by "npm run sync": change it there.

import type { EventRecord, EventType } from './events'
import { type Issue, Problem, type ProblemCode, problems } from './problem'
import { parseRoute, pathOf, type Route, type RouteParams, routes } from './routes'

/** A request as a wire has to carry it: the path with its query, JSON as text. */
export interface WireRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
  /** What a good answer holds; an error answer is always JSON. */
  expects: 'json' | 'file'
}

/** What the wire brings back: JSON already parsed, or the file in whatever the host calls one. */
export interface WireResponse<File> {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  json?: unknown
  file?: File
}

/** Carries one request to the service, with base URL and key added; it must not throw on a 4xx or 5xx. */
export type Send<File> = (request: WireRequest) => Promise<WireResponse<File>>

/** A mail: waiting for the mail server, taken by it, or given up with its words as the reason. */
export type EmailStatus = 'queued' | 'sent' | 'failed'

/** What the mail with a pass shall be; the text may hold {{name}}, {{title}}, {{organizationName}}. */
export interface EmailRequest {
  to: string
  name?: string
  subject?: string
  message?: string
}

/** One mail with a pass; `reason` is what the mail server said last, when it did not take it. */
export interface Email {
  emailId: string
  serialNumber: string
  to: string
  status: EmailStatus
  reason?: string
  createdAt: string
  lastUpdated: string
}

/** A pass as the service tells of it. */
export interface Pass {
  serialNumber: string
  externalId: string | null
  shareUrl: string
  downloadUrl: string
  googleSaveUrl: string | null
  style: string
  voided: boolean
  createdAt: string
  lastUpdated: string
  installs: number
  metadata: Record<string, string>
  /** The last mail with it. */
  email?: Pick<Email, 'emailId' | 'to' | 'status' | 'reason'>
  deletedAt?: string
}

/** What a change is answered with. */
export interface ChangedPass {
  serialNumber: string
  lastUpdated: string
  notifiedDevices: number
  unchanged: boolean
}

export type VoidedPass = ChangedPass & { voided: boolean }

export type DeletedPass = Omit<ChangedPass, 'unchanged'> & {
  deleted: true
  alreadyDeleted?: true
}

/** An endpoint that events are posted to; `events` is null when it wants all. */
export interface Webhook {
  id: string
  url: string
  events: EventType[] | null
  description: string | null
  enabled: boolean
  disabledReason?: string
  createdAt: string
  lastUpdated: string
}

/** An endpoint with its secret, which is shown only when it is made or changed. */
export type NewWebhook = Webhook & { secret?: string }

/** A pass just made or brought up to date, with its file in base64. */
export type MadePass = Omit<Pass, 'metadata' | 'email' | 'deletedAt'> & {
  applePass: string
  email?: Pick<Email, 'emailId' | 'status'>
}

export interface Usage {
  count: number
  limit: number | null
  remaining: number | null
  resetDate: string
  plan: string
  name: string
}

export interface ListQuery {
  limit?: number
  cursor?: string
  externalId?: string
  email?: string
  voided?: boolean
  metadata?: Record<string, string>
}

interface Call<R extends Route> {
  params: RouteParams<R>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  idempotencyKey?: string
  /** The entity tag that the thing must still have. */
  ifMatch?: string | undefined
}

/** The API over any wire: every verb answers with data or throws the service's `Problem`. */
export function createClient<File>(send: Send<File>) {
  const call = async <R extends Route>(route: R, given: Call<R>, expects: 'json' | 'file') => {
    const headers: Record<string, string> = {
      accept: expects === 'file' ? 'application/vnd.apple.pkpass' : 'application/json',
    }
    if (given.body !== undefined) headers['content-type'] = 'application/json'
    if (given.idempotencyKey !== undefined) headers['idempotency-key'] = given.idempotencyKey
    if (given.ifMatch !== undefined) headers['if-match'] = given.ifMatch
    const response = await send({
      method: parseRoute(route).method,
      path: pathOf(route, given.params) + queryString(given.query ?? {}),
      headers,
      body: given.body === undefined ? undefined : JSON.stringify(given.body),
      expects,
    })
    if (response.status >= 400) throw problemOf(response)
    return response
  }
  const json = async <R extends Route, Reply>(route: R, given: Call<R>): Promise<Reply> =>
    (await call(route, given, 'json')).json as Reply
  const file = async <R extends Route>(route: R, given: Call<R>): Promise<File> =>
    (await call(route, given, 'file')).file as File

  return {
    /** Makes a pass, or brings the one with the same `externalId` up to date. */
    createPass: (body: unknown, idempotencyKey?: string) =>
      json<typeof routes.createPass, MadePass>(routes.createPass, {
        params: {},
        body,
        idempotencyKey,
      }),
    /** Makes a pass and gives the file itself. */
    createPassFile: (body: unknown, idempotencyKey?: string) =>
      file(routes.createPass, { params: {}, query: { format: 'pkpass' }, body, idempotencyKey }),
    getPass: (serialNumber: string) =>
      json<typeof routes.getPass, Pass>(routes.getPass, { params: { serialNumber } }),
    getPassFile: (serialNumber: string) =>
      file(routes.getPass, { params: { serialNumber }, query: { format: 'pkpass' } }),
    /** Newest first; hand `nextCursor` back as `cursor` for the next page. */
    listPasses: ({ metadata = {}, ...query }: ListQuery = {}) =>
      json<typeof routes.listPasses, { passes: Pass[]; nextCursor: string | null }>(
        routes.listPasses,
        {
          params: {},
          query: {
            ...query,
            ...Object.fromEntries(
              Object.entries(metadata).map(([key, value]) => [`metadata[${key}]`, value]),
            ),
          },
        },
      ),
    /** Makes a pass say the whole body and nothing else; `ifMatch` refuses when it was changed meanwhile. */
    replacePass: (serialNumber: string, body: unknown, ifMatch?: string) =>
      json<typeof routes.replacePass, ChangedPass>(routes.replacePass, {
        params: { serialNumber },
        body,
        ifMatch,
      }),
    /** Changes what is named; `null` removes (JSON merge patch). */
    patchPass: (serialNumber: string, body: unknown, ifMatch?: string) =>
      json<typeof routes.patchPass, ChangedPass>(routes.patchPass, {
        params: { serialNumber },
        body,
        ifMatch,
      }),
    voidPass: (serialNumber: string) =>
      json<typeof routes.voidPass, VoidedPass>(routes.voidPass, { params: { serialNumber } }),
    unvoidPass: (serialNumber: string) =>
      json<typeof routes.unvoidPass, VoidedPass>(routes.unvoidPass, { params: { serialNumber } }),
    /** Void and expired for good. */
    deletePass: (serialNumber: string) =>
      json<typeof routes.deletePass, DeletedPass>(routes.deletePass, { params: { serialNumber } }),
    /** Has events posted to an address; the secret that signs them is shown only now. */
    createWebhook: (body: { url: string; events?: EventType[]; description?: string }) =>
      json<typeof routes.createWebhook, NewWebhook>(routes.createWebhook, { params: {}, body }),
    listWebhooks: () =>
      json<typeof routes.listWebhooks, { webhooks: Webhook[] }>(routes.listWebhooks, {
        params: {},
      }),
    /** Gives an endpoint a new secret; for a day the old one signs too. */
    rotateWebhook: (webhookId: string) =>
      json<typeof routes.rotateWebhook, NewWebhook>(routes.rotateWebhook, {
        params: { webhookId },
      }),
    deleteWebhook: (webhookId: string) =>
      json<typeof routes.deleteWebhook, undefined>(routes.deleteWebhook, { params: { webhookId } }),
    /** Sends a pass to one address; the mail waits for nothing and is told of by its id. */
    sendEmail: (serialNumber: string, body: EmailRequest, idempotencyKey?: string) =>
      json<typeof routes.sendEmail, Pick<Email, 'emailId' | 'status'>>(routes.sendEmail, {
        params: { serialNumber },
        body,
        idempotencyKey,
      }),
    getEmail: (emailId: string) =>
      json<typeof routes.getEmail, Email>(routes.getEmail, { params: { emailId } }),
    getUsage: () => json<typeof routes.getUsage, Usage>(routes.getUsage, { params: {} }),
    /** The stored events, oldest first, after the event with that id. */
    listEvents: (query: { type?: EventType; after?: string; limit?: number } = {}) =>
      json<typeof routes.listEvents, { events: EventRecord<Pass>[] }>(routes.listEvents, {
        params: {},
        query,
      }),
  }
}

export type Client<File> = ReturnType<typeof createClient<File>>

function queryString(query: Record<string, string | number | boolean | undefined>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Reads an error answer back into the `Problem` that the service threw. */
function problemOf(response: WireResponse<unknown>): Problem {
  const body = (response.json ?? {}) as { error?: string; code?: string; issues?: Issue[] }
  const known = body.code !== undefined && body.code in problems
  const code = known ? (body.code as ProblemCode) : 'internal_error'
  const sentence = body.error ?? `The service answered with status ${response.status}`
  const retryAfter = response.headers['retry-after']
  return new Problem(code, sentence, {
    issues: body.issues,
    headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
  })
}
