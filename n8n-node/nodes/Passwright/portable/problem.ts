// A copy of shared/src/portable/problem.ts, made by "npm run sync": change it there.

/** The one table of problems: stable code → HTTP status and a short title for the documentation. */
export const problems = {
  invalid_json: { status: 400, title: 'The body is not JSON that can be read' },
  invalid_request: { status: 400, title: 'One or more fields need attention' },
  engine_cannot: { status: 400, title: 'The chosen signing engine cannot carry this' },
  unauthorized: { status: 401, title: 'No key, or a key that is not known' },
  plan_required: { status: 403, title: 'The plan of this key does not have it' },
  signup_closed: { status: 403, title: 'This server gives out no keys by mail' },
  not_found: { status: 404, title: 'Nothing is here for this key' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  idempotency_in_progress: { status: 409, title: 'The first request with this key still runs' },
  pass_deleted: { status: 409, title: 'The pass was deleted' },
  precondition_failed: { status: 412, title: 'Somebody else changed it meanwhile' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not sent as JSON' },
  idempotency_mismatch: { status: 422, title: 'The key was used for another request' },
  quota_exceeded: { status: 429, title: "This month's passes are used up" },
  email_limit: { status: 429, title: "Today's mails are used up" },
  rate_limited: { status: 429, title: 'Too many requests from one address' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'Our fault' },
  overloaded: { status: 503, title: 'Too much at once' },
  certificate_expired: { status: 503, title: 'The signing certificate is not valid now' },
  database_unavailable: { status: 503, title: 'The database cannot be reached or is full' },
  not_ready: { status: 503, title: 'Starting or stopping' },
} as const

export type ProblemCode = keyof typeof problems

/** What is wrong with one field: where it stands (`locations[0].latitude`) and what to do. */
export interface Issue {
  path: string
  message: string
}

/** The body of every error answer. */
export interface ProblemBody {
  error: string
  code: ProblemCode
  requestId: string
  issues?: Issue[]
}

export interface ProblemOptions {
  issues?: Issue[]
  /** Response headers that belong to it, such as `Retry-After` (seconds). */
  headers?: Record<string, string>
  /** The truth for the log; never shown to the caller. */
  cause?: unknown
}

/** Something the caller should know: a code of the table and a sentence that says what to do. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly issues: Issue[] | undefined
  readonly headers: Record<string, string>

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.issues = options.issues
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return problems[this.code].status
  }
}

/** A 400 made of field issues; its sentence names the first three. */
export function invalidRequest(issues: Issue[]): Problem {
  const told = issues.slice(0, 3).map((issue) => `${issue.path} ${issue.message}`.trim())
  const rest = issues.length - told.length
  const more = rest > 0 ? `; and ${rest} more, see issues` : ''
  return new Problem('invalid_request', `${told.join('; ')}${more}`, { issues })
}
