import { type ProblemCode, type RouteName, routes } from '@passwright/shared'
import { z } from 'zod'
import { KeyRequest, KeyRequestTaken, Usage } from './account.ts'
import { Email, EmailRequest, QueuedEmail } from './email.ts'
import { Event } from './event.ts'
import { Health, Readiness } from './health.ts'
import { MadePass, Pass, PassRequest, PkpassRequest } from './pass.ts'
import { passRules, type Rule } from './pass-rules.ts'
import { AnyQuery, FormatQuery, ListEventsQuery, ListPassesQuery, NoQuery } from './query.ts'

/** The signed archive, `application/vnd.apple.pkpass`. */
export const PASS_MEDIA_TYPE = 'application/vnd.apple.pkpass'

/** What an answer may hold: JSON of a schema, the file, a page; which one, `?format=` and `Accept` say. */
export interface ReplyBody {
  json?: z.ZodType
  file?: true
  html?: true
}

/** One operation: everything about it that Express, the handlers' types and OpenAPI read. */
export interface Operation {
  route: (typeof routes)[RouteName]
  summary: string
  /** Whether a key must be given. */
  auth: boolean
  query: z.ZodType
  body?: z.ZodType
  /** The body comes from a form of a page instead of as JSON. */
  form?: true
  /** Rules between the fields of the body, told together with the schema's own issues. */
  rules?: readonly Rule[]
  /** Takes an `Idempotency-Key`. */
  idempotent?: true
  replies: Record<number, { description: string; body: ReplyBody }>
  problems: readonly ProblemCode[]
}

const operation = <O extends Operation>(given: O): O => given

const publicProblems = ['database_unavailable', 'internal_error'] as const
const keyProblems = ['unauthorized', 'not_ready', ...publicProblems] as const
const creationProblems = [
  'invalid_json',
  'invalid_request',
  'engine_cannot',
  'payload_too_large',
  'unsupported_media_type',
  'idempotency_mismatch',
  'idempotency_in_progress',
  'quota_exceeded',
  'email_limit',
  'certificate_expired',
  'overloaded',
  ...keyProblems,
] as const

const fileOrJson = { json: MadePass, file: true } as const

export const operations = {
  createPkpass: operation({
    route: routes.createPkpass,
    summary: 'Make a pass and get the file',
    auth: true,
    query: FormatQuery,
    body: PkpassRequest,
    rules: passRules,
    idempotent: true,
    replies: { 200: { description: 'The pass was made.', body: fileOrJson } },
    problems: creationProblems,
  }),
  createPass: operation({
    route: routes.createPass,
    summary: 'Make a pass, or bring the one with the same externalId up to date',
    auth: true,
    query: FormatQuery,
    body: PassRequest,
    rules: passRules,
    idempotent: true,
    replies: {
      201: { description: 'The pass was made.', body: fileOrJson },
      200: {
        description: 'The pass with this externalId was brought up to date.',
        body: fileOrJson,
      },
    },
    problems: creationProblems,
  }),
  listPasses: operation({
    route: routes.listPasses,
    summary: 'List passes, newest first',
    auth: true,
    query: ListPassesQuery,
    replies: {
      200: {
        description: 'A page of passes; nextCursor is null on the last.',
        body: {
          json: z.strictObject({ passes: z.array(Pass), nextCursor: z.string().nullable() }),
        },
      },
    },
    problems: ['invalid_request', ...keyProblems],
  }),
  getPass: operation({
    route: routes.getPass,
    summary: 'Get one pass, or its current file',
    auth: true,
    query: FormatQuery,
    replies: { 200: { description: 'The pass.', body: { json: Pass, file: true } } },
    problems: ['invalid_request', 'not_found', 'certificate_expired', 'overloaded', ...keyProblems],
  }),
  sendEmail: operation({
    route: routes.sendEmail,
    summary: 'Send a pass by e-mail',
    auth: true,
    query: NoQuery,
    body: EmailRequest,
    idempotent: true,
    replies: {
      202: {
        description: 'The mail is on its way; ask for it by its id.',
        body: { json: QueuedEmail },
      },
    },
    problems: [
      'invalid_json',
      'invalid_request',
      'not_found',
      'payload_too_large',
      'unsupported_media_type',
      'idempotency_mismatch',
      'idempotency_in_progress',
      'email_limit',
      ...keyProblems,
    ],
  }),
  getEmail: operation({
    route: routes.getEmail,
    summary: 'Tell what became of a mail',
    auth: true,
    query: NoQuery,
    replies: { 200: { description: 'The mail.', body: { json: Email } } },
    problems: ['invalid_request', 'not_found', ...keyProblems],
  }),
  requestKey: operation({
    route: routes.requestKey,
    summary: 'Have a free key mailed, where the server gives them out',
    auth: false,
    query: NoQuery,
    body: KeyRequest,
    replies: {
      202: {
        description: 'Taken, whether the address is known or not.',
        body: { json: KeyRequestTaken },
      },
    },
    problems: [
      'invalid_json',
      'invalid_request',
      'signup_closed',
      'payload_too_large',
      'unsupported_media_type',
      'rate_limited',
      'not_ready',
      ...publicProblems,
    ],
  }),
  getUsage: operation({
    route: routes.getUsage,
    summary: "Tell this month's use",
    auth: true,
    query: NoQuery,
    replies: { 200: { description: 'Passes made this month (UTC).', body: { json: Usage } } },
    problems: ['invalid_request', ...keyProblems],
  }),
  listEvents: operation({
    route: routes.listEvents,
    summary: 'List what happened, oldest first',
    auth: true,
    query: ListEventsQuery,
    replies: {
      200: {
        description: 'Events after the given one.',
        body: { json: z.strictObject({ events: z.array(Event) }) },
      },
    },
    problems: ['invalid_request', ...keyProblems],
  }),
  downloadPass: operation({
    route: routes.downloadPass,
    summary: 'Download the file of a pass by its share address',
    auth: false,
    query: AnyQuery,
    replies: { 200: { description: 'The file.', body: { file: true } } },
    problems: ['not_found', 'certificate_expired', 'overloaded', ...publicProblems],
  }),
  sharePage: operation({
    route: routes.sharePage,
    summary: 'Show a pass to whoever has its share address',
    auth: false,
    query: AnyQuery,
    replies: { 200: { description: 'A page.', body: { html: true } } },
    problems: ['not_found', ...publicProblems],
  }),
  home: operation({
    route: routes.home,
    summary: 'Say what this is',
    auth: false,
    query: AnyQuery,
    replies: { 200: { description: 'A page.', body: { html: true } } },
    problems: ['internal_error'],
  }),
  requestKeyForm: operation({
    route: routes.requestKeyForm,
    summary: 'The form of the front page: the same as POST /api/keys/request',
    auth: false,
    query: AnyQuery,
    body: KeyRequest,
    form: true,
    replies: { 202: { description: 'A page.', body: { html: true } } },
    problems: [
      'invalid_request',
      'signup_closed',
      'payload_too_large',
      'unsupported_media_type',
      'rate_limited',
      'not_ready',
      ...publicProblems,
    ],
  }),
  health: operation({
    route: routes.health,
    summary: 'Tell that the process is alive',
    auth: false,
    query: AnyQuery,
    replies: { 200: { description: 'Alive.', body: { json: Health } } },
    problems: ['internal_error'],
  }),
  ready: operation({
    route: routes.ready,
    summary: 'Tell whether passes can be made: database and certificate',
    auth: false,
    query: AnyQuery,
    replies: {
      200: { description: 'Ready; warnings stand in the body.', body: { json: Readiness } },
    },
    problems: ['certificate_expired', 'not_ready', ...publicProblems],
  }),
  openapi: operation({
    route: routes.openapi,
    summary: 'This description (OpenAPI 3.1)',
    auth: false,
    query: AnyQuery,
    replies: { 200: { description: 'OpenAPI 3.1.', body: { json: z.looseObject({}) } } },
    problems: ['internal_error'],
  }),
} as const

export type OperationName = keyof typeof operations
