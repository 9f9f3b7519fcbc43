import { routes } from '@passwright/shared'
import { z } from 'zod'
import { KeyRequest, KeyRequestTaken, Usage } from './account.ts'
import { Event } from './event.ts'
import { bodyProblems, keyProblems, operation, publicProblems } from './operation.ts'
import { AnyQuery, ListEventsQuery, NoQuery } from './query.ts'

/** What a key has used and what happened to what it owns; how to come by a key. */
export const accountOperations = {
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
    problems: [...bodyProblems, 'signup_closed', 'rate_limited', 'not_ready', ...publicProblems],
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
} as const
