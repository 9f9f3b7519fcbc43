import { routes } from '@passwright/shared'
import { z } from 'zod'
import { Timestamp } from '../primitives.ts'
import { commonProblems, defineOperation } from './operation.ts'
import { AnyQuery } from './query.ts'

/** The reply of `GET /health`. */
export const Health = z
  .strictObject({ status: z.literal('ok'), version: z.string() })
  .meta({ id: 'Health' })
export type Health = z.infer<typeof Health>

/** The reply of `GET /ready`: the signing identity, and warnings for the operator. */
export const Readiness = z
  .strictObject({
    status: z.literal('ready'),
    identity: z.strictObject({
      passTypeIdentifier: z.string(),
      /** True while our own development certificate signs; iPhones refuse such passes. */
      development: z.boolean(),
      expiresAt: Timestamp,
    }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.infer<typeof Readiness>

/** Pages, share links and health checks, which need no API key. */
export const publicOperations = {
  downloadPass: defineOperation({
    route: routes.downloadPass,
    summary: 'Download a pass file from its share link',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The pass file.', body: { file: true } } },
    largeReply: true,
    problems: ['not_found', 'certificate_expired', 'overloaded', ...commonProblems],
  }),
  sharePage: defineOperation({
    route: routes.sharePage,
    summary: 'Show the share page of a pass',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The share page.', body: { html: true } } },
    problems: ['not_found', 'overloaded', ...commonProblems],
  }),
  home: defineOperation({
    route: routes.home,
    summary: 'Show the home page',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The home page.', body: { html: true } } },
    problems: ['internal_error'],
  }),
  health: defineOperation({
    route: routes.health,
    summary: 'Check that the process is alive',
    auth: 'none',
    query: AnyQuery,
    replies: { 200: { description: 'The process is alive.', body: { json: Health } } },
    problems: ['internal_error'],
  }),
  ready: defineOperation({
    route: routes.ready,
    summary: 'Check that passes can be created: database and certificate',
    auth: 'none',
    query: AnyQuery,
    replies: {
      200: { description: 'Ready, with warnings in the body if any.', body: { json: Readiness } },
    },
    problems: ['certificate_expired', 'not_ready', ...commonProblems],
  }),
  robots: defineOperation({
    route: routes.robots,
    summary: 'Tell crawlers which addresses they may fetch',
    auth: 'none',
    query: AnyQuery,
    replies: { 200: { description: 'The rules.', body: { text: true } } },
    problems: ['internal_error'],
  }),
  openapi: defineOperation({
    route: routes.openapi,
    summary: 'Get this description of the API (OpenAPI 3.1)',
    auth: 'none',
    query: AnyQuery,
    replies: {
      200: { description: 'The OpenAPI document.', body: { json: z.looseObject({}) } },
    },
    problems: ['internal_error'],
  }),
} as const
