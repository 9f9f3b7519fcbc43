import type {
  AdjustedPass,
  AdjustRequest,
  ChangedPass,
  DeletedPass,
  VoidedPass,
} from './changes.ts'
import type { EventRecord, EventType } from './events.ts'
import type {
  CreateOptions,
  Email,
  EmailRequest,
  ListQuery,
  MadePass,
  Pass,
  PassDetails,
} from './passes.ts'
import type { ForgottenPerson, PersonExport } from './people.ts'
import { type Issue, Problem, type ProblemCode, problems } from './problem.ts'
import { buildPath, parseRoute, type Route, type RouteParams, routes } from './routes.ts'
import type { Stats, StatsQuery } from './stats.ts'
import type { Rollout, Template, TemplateRequest, TemplateSummary } from './templates.ts'
import type { Usage } from './usage.ts'
import type { NewWebhook, Webhook } from './webhook.ts'

/** An HTTP request for a transport to send: the path with its query, the body as JSON text. */
export interface TransportRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
  /** What a successful response holds; an error response is always JSON. */
  expects: 'json' | 'file'
}

/** The HTTP response from a transport: JSON already parsed, or the file in the host's own type. */
export interface TransportResponse<File> {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  json?: unknown
  file?: File
}

/** Sends one request to the service, adding the base URL and the API key; must not throw on a 4xx or 5xx. */
export type Send<File> = (request: TransportRequest) => Promise<TransportResponse<File>>

interface CallOptions<R extends Route> {
  params: RouteParams<R>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  idempotencyKey?: string | undefined
  /** The ETag that the pass must still have. */
  ifMatch?: string | undefined
}

const JSON_TYPE = 'application/json'

/** The API over any transport: every method returns data or throws the service's `Problem`. */
export function createClient<File>(send: Send<File>) {
  const call = async <R extends Route>(route: R, request: CallOptions<R>, accept: string) => {
    const headers: Record<string, string> = { accept }
    if (request.body !== undefined) headers['content-type'] = 'application/json'
    if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey
    if (request.ifMatch !== undefined) headers['if-match'] = request.ifMatch
    const response = await send({
      method: parseRoute(route).method,
      path: buildPath(route, request.params) + buildQueryString(request.query ?? {}),
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      expects: accept === JSON_TYPE ? 'json' : 'file',
    })
    if (response.status >= 400) throw parseProblem(response)
    return response
  }
  const json = async <R extends Route, Reply>(route: R, request: CallOptions<R>): Promise<Reply> =>
    (await call(route, request, JSON_TYPE)).json as Reply
  const file = async <R extends Route>(
    route: R,
    request: CallOptions<R>,
    type = 'application/vnd.apple.pkpass',
  ): Promise<File> => (await call(route, request, type)).file as File

  return {
    /** Creates a pass, or updates the one with the same `externalId`; a text is the idempotency key. */
    createPass: (body: unknown, options: string | CreateOptions = {}) => {
      const { onExisting, idempotencyKey } =
        typeof options === 'string' ? { onExisting: undefined, idempotencyKey: options } : options
      return json<typeof routes.createPass, MadePass>(routes.createPass, {
        params: {},
        query: { onExisting },
        body,
        idempotencyKey,
      })
    },
    /** The same, returning the file itself. */
    createPassFile: (body: unknown, idempotencyKey?: string) =>
      file(routes.createPass, { params: {}, query: { format: 'pkpass' }, body, idempotencyKey }),
    getPass: (serialNumber: string) =>
      json<typeof routes.getPass, PassDetails>(routes.getPass, { params: { serialNumber } }),
    getPassFile: (serialNumber: string) =>
      file(routes.getPass, { params: { serialNumber }, query: { format: 'pkpass' } }),
    /** Newest first; pass `nextCursor` as `cursor` to get the next page. */
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
    /** Replaces the whole content of a pass; with `ifMatch` only if it has not changed since. */
    replacePass: (serialNumber: string, body: unknown, ifMatch?: string) =>
      json<typeof routes.replacePass, ChangedPass>(routes.replacePass, {
        params: { serialNumber },
        body,
        ifMatch,
      }),
    /** Changes the given fields; `null` removes one (JSON merge patch, RFC 7396). */
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
    /** Voids and expires a pass for good. */
    deletePass: (serialNumber: string) =>
      json<typeof routes.deletePass, DeletedPass>(routes.deletePass, { params: { serialNumber } }),
    /** Shows a text on the lock screen of every phone with the pass. */
    sendMessage: (serialNumber: string, message: string, idempotencyKey?: string) =>
      json<typeof routes.sendMessage, ChangedPass>(routes.sendMessage, {
        params: { serialNumber },
        body: { message },
        idempotencyKey,
      }),
    /** Raises, lowers or sets a number in a field, however many do so at once. */
    adjustPass: (serialNumber: string, body: AdjustRequest, idempotencyKey?: string) =>
      json<typeof routes.adjustPass, AdjustedPass>(routes.adjustPass, {
        params: { serialNumber },
        body,
        idempotencyKey,
      }),
    /** Creates a webhook endpoint; the secret that signs its deliveries is shown only now. */
    createWebhook: (body: { url: string; events?: EventType[]; description?: string }) =>
      json<typeof routes.createWebhook, NewWebhook>(routes.createWebhook, { params: {}, body }),
    listWebhooks: () =>
      json<typeof routes.listWebhooks, { webhooks: Webhook[] }>(routes.listWebhooks, {
        params: {},
      }),
    /** Rotates the secret of an endpoint; the old one signs too for 24 hours. */
    rotateWebhook: (webhookId: string) =>
      json<typeof routes.rotateWebhook, NewWebhook>(routes.rotateWebhook, {
        params: { webhookId },
      }),
    deleteWebhook: (webhookId: string) =>
      json<typeof routes.deleteWebhook, undefined>(routes.deleteWebhook, { params: { webhookId } }),
    /** Queues an email with the pass; `getEmail` returns its status. */
    sendEmail: (serialNumber: string, body: EmailRequest, idempotencyKey?: string) =>
      json<typeof routes.sendEmail, Pick<Email, 'emailId' | 'status'>>(routes.sendEmail, {
        params: { serialNumber },
        body,
        idempotencyKey,
      }),
    getEmail: (emailId: string) =>
      json<typeof routes.getEmail, Email>(routes.getEmail, { params: { emailId } }),
    /** Exports what is held of a person; pass `nextCursor` as `cursor` to get the next page. */
    exportPerson: (email: string, cursor?: string) =>
      json<typeof routes.exportPerson, PersonExport>(routes.exportPerson, {
        params: {},
        query: { email, cursor },
      }),
    /** Forgets a person: voids and blanks the passes, and deletes everything else that is held. */
    forgetPerson: (email: string) =>
      json<typeof routes.forgetPerson, ForgottenPerson>(routes.forgetPerson, {
        params: {},
        query: { email },
      }),
    /** What happened to the passes by day, week or month, and how many there are now. */
    getStats: (query: StatsQuery = {}) =>
      json<typeof routes.getStats, Stats>(routes.getStats, { params: {}, query: { ...query } }),
    /** The rows of the same reply as CSV. */
    getStatsFile: (query: StatsQuery = {}) =>
      file(routes.getStats, { params: {}, query: { ...query, format: 'csv' } }, 'text/csv'),
    /** Creates a template, whose inputs are what a pass of it needs. */
    createTemplate: (body: TemplateRequest) =>
      json<typeof routes.createTemplate, Template>(routes.createTemplate, { params: {}, body }),
    listTemplates: () =>
      json<typeof routes.listTemplates, { templates: TemplateSummary[] }>(routes.listTemplates, {
        params: {},
      }),
    getTemplate: (templateId: string) =>
      json<typeof routes.getTemplate, Template>(routes.getTemplate, { params: { templateId } }),
    /** Replaces a template, which is then another version; with `version` only if that is the present one. */
    updateTemplate: (templateId: string, body: TemplateRequest & { version?: number }) =>
      json<typeof routes.updateTemplate, Template>(routes.updateTemplate, {
        params: { templateId },
        body,
      }),
    /** Deletes a template; its passes stay as they are. */
    deleteTemplate: (templateId: string) =>
      json<typeof routes.deleteTemplate, undefined>(routes.deleteTemplate, {
        params: { templateId },
      }),
    /** Makes every pass of a template anew from its present version; `getTemplate` tells how far it is. */
    applyTemplate: (templateId: string) =>
      json<typeof routes.applyTemplate, { rollout: Rollout }>(routes.applyTemplate, {
        params: { templateId },
      }),
    getUsage: () => json<typeof routes.getUsage, Usage>(routes.getUsage, { params: {} }),
    /**
     * The stored events, oldest first, from after the event with the given id. Their data is a pass, but
     * for types that `isPassEvent` tells apart.
     */
    listEvents: <Data = Pass>(query: { type?: EventType; after?: string; limit?: number } = {}) =>
      json<typeof routes.listEvents, { events: EventRecord<Data>[] }>(routes.listEvents, {
        params: {},
        query,
      }),
  }
}

export type Client<File> = ReturnType<typeof createClient<File>>

function buildQueryString(query: Record<string, string | number | boolean | undefined>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Turns an error response back into the `Problem` that the service threw. */
function parseProblem(response: TransportResponse<unknown>): Problem {
  const body = (response.json ?? {}) as { error?: string; code?: string; issues?: Issue[] }
  const isKnownCode = body.code !== undefined && body.code in problems
  const code = isKnownCode ? (body.code as ProblemCode) : 'internal_error'
  const sentence = body.error ?? `The service replied with status ${response.status}`
  return new Problem(code, sentence, {
    issues: body.issues,
    retryAfterSeconds: parseRetryAfter(response.headers['retry-after']),
  })
}

/** Parses `Retry-After` in whole seconds (RFC 9110, 10.2.3); undefined for a date or anything else. */
function parseRetryAfter(value: string | undefined): number | undefined {
  return /^\d{1,10}$/.test(value ?? '') ? Number(value) : undefined
}
