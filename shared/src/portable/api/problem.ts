/** Every error code of the API, one row each: its HTTP status and a short title for the documentation. */
export const problems = {
  invalid_json: { status: 400, title: 'The request body is not valid JSON' },
  invalid_request: { status: 400, title: 'One or more fields are missing or invalid' },
  engine_cannot: { status: 400, title: 'The configured signing engine does not support this pass' },
  unauthorized: { status: 401, title: 'The API key is missing or not valid' },
  pass_unauthorized: {
    status: 401,
    title: 'The authentication token of the pass is missing or wrong',
  },
  plan_required: { status: 403, title: "This API key's plan does not include this feature" },
  scope_required: { status: 403, title: 'This API key is limited to other scopes' },
  cross_site_request: { status: 403, title: 'The form was sent from another site' },
  signup_closed: { status: 403, title: 'This server does not send API keys by email' },
  not_found: { status: 404, title: 'Not found, or it belongs to another API key' },
  method_not_allowed: { status: 405, title: 'This path does not support that method' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
  counter_below_min: { status: 409, title: 'The number would fall below its minimum' },
  template_exists: { status: 409, title: 'There is a template with this name already' },
  too_many_templates: { status: 409, title: 'The key has as many templates as it can have' },
  template_deleted: { status: 409, title: 'The template of the pass was deleted' },
  pass_deleted: { status: 409, title: 'The pass was deleted' },
  precondition_failed: { status: 412, title: 'The pass has changed since it was read' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: {
    status: 415,
    title: 'The request body has an unsupported Content-Type',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'The Idempotency-Key was used for a different request',
  },
  quota_exceeded: { status: 429, title: 'The monthly pass limit is reached' },
  email_limit: { status: 429, title: 'The daily email limit is reached' },
  too_many_requests: { status: 429, title: 'Too many requests from one API key or address' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'Internal error' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  certificate_expired: {
    status: 503,
    title: 'The signing certificate has expired or is not valid yet',
  },
  google_unavailable: { status: 503, title: 'Google Wallet cannot take the pass at the moment' },
  database_unavailable: { status: 503, title: 'The database is unreachable or full' },
  not_ready: { status: 503, title: 'The service is starting or shutting down' },
} as const

export type ProblemCode = keyof typeof problems

/** What is wrong with one field: its path (`locations[0].latitude`) and how to fix it. */
export interface Issue {
  path: string
  message: string
}

/** The body of every error response. */
export interface ProblemBody {
  error: string
  code: ProblemCode
  requestId: string
  issues?: Issue[]
}

export interface ProblemOptions {
  issues?: Issue[]
  /** After how many seconds the same request may succeed: `Retry-After`. */
  retryAfterSeconds?: number | undefined
  /** The underlying error, for the log; never sent to the caller. */
  cause?: unknown
}

/** The most issues in one error: enough to fix a request, and short whatever was sent. */
export const MAX_ISSUES = 100

/** An error that the caller should see: a code from the table and a sentence that says what to do. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly issues: Issue[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.issues = options.issues?.slice(0, MAX_ISSUES)
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get status(): number {
    return problems[this.code].status
  }
}

/** Turns issues into the 400 `invalid_request`; its sentence names the first three. */
export function toInvalidRequest(issues: Issue[]): Problem {
  const first = issues.slice(0, 3).map((issue) => `${issue.path} ${issue.message}`.trim())
  const others = issues.length - first.length
  const more = others > 0 ? `; and ${others} more, see issues` : ''
  return new Problem('invalid_request', `${first.join('; ')}${more}`, { issues })
}
