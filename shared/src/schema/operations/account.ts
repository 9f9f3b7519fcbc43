import { routes, scopeNames } from '@passwright/shared'
import { z } from 'zod'
import { EmailAddress } from '../email.ts'
import { Timestamp } from '../primitives.ts'
import { Event } from '../webhook.ts'
import { bodyProblems, commonProblems, defineOperation, keyProblems } from './operation.ts'
import { AnyQuery, ListEventsQuery, NoQuery } from './query.ts'

/** The reply of `GET /api/auth/usage`; `limit` and `remaining` are null when unlimited. */
export const Usage = z
  .strictObject({
    count: z.int(),
    limit: z.int().nullable(),
    remaining: z.int().nullable(),
    resetDate: Timestamp,
    plan: z.enum(['free', 'pro', 'unlimited']),
    name: z.string(),
    scopes: z
      .array(z.enum(scopeNames))
      .nullable()
      .meta({ description: 'What the key is limited to; null for everything.' }),
    expiresAt: Timestamp.nullable(),
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof Usage>

/** The body of `POST /api/keys/request`. */
export const KeyRequest = z
  .strictObject({ email: EmailAddress.meta({ examples: ['ada@example.com'] }) })
  .meta({ id: 'KeyRequest' })

/** Its reply, the same whether the email address is known or not. */
export const KeyRequestAccepted = z.strictObject({ message: z.string() })

/** The usage of an API key, the events of its passes, and signing up for a key. */
export const accountOperations = {
  getUsage: defineOperation({
    route: routes.getUsage,
    summary: "Get this month's usage",
    auth: 'apiKey',
    query: NoQuery,
    replies: {
      200: { description: 'The passes created this month (UTC).', body: { json: Usage } },
    },
    problems: ['invalid_request', ...keyProblems],
  }),
  listEvents: defineOperation({
    route: routes.listEvents,
    summary: 'List events, oldest first',
    auth: 'apiKey',
    scope: 'read',
    query: ListEventsQuery,
    replies: {
      200: {
        description: 'The events after the given one.',
        body: { json: z.strictObject({ events: z.array(Event) }) },
      },
    },
    largeReply: true,
    problems: ['invalid_request', 'overloaded', ...keyProblems],
  }),
  requestKey: defineOperation({
    route: routes.requestKey,
    summary: 'Request a free API key by email, if the server allows sign-up',
    auth: 'none',
    query: NoQuery,
    body: KeyRequest,
    replies: {
      202: {
        description: 'The request was accepted, whether the email address is known or not.',
        body: { json: KeyRequestAccepted },
      },
    },
    problems: [
      ...bodyProblems,
      'signup_closed',
      'too_many_requests',
      'not_ready',
      ...commonProblems,
    ],
  }),
  requestKeyForm: defineOperation({
    route: routes.requestKeyForm,
    summary: 'Request a free API key with the form on the home page',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    body: KeyRequest,
    form: true,
    replies: { 202: { description: 'A page that confirms the request.', body: { html: true } } },
    problems: [
      'invalid_request',
      'signup_closed',
      'payload_too_large',
      'unsupported_media_type',
      'overloaded',
      'cross_site_request',
      'too_many_requests',
      'not_ready',
      ...commonProblems,
    ],
  }),
} as const
