import { routes } from '@passwright/shared'
import { z } from 'zod'
import { Health, Readiness } from './health.ts'
import { operation, publicProblems } from './operation.ts'
import { AnyQuery } from './query.ts'

/** What anyone may see. */
export const publicOperations = {
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
