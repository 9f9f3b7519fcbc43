import { routes } from '@passwright/shared'
import { z } from 'zod'
import { normalizePassRequest } from '../pass/normalize.ts'
import { PassRequest } from '../pass/request.ts'
import { passRules } from '../pass/rules.ts'
import { Timestamp } from '../primitives.ts'
import { bodyProblems, commonProblems, defineOperation, keyProblems } from './operation.ts'
import { AnyQuery, NoQuery } from './query.ts'

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

/** The reply of `POST /preview`: a pass as Wallet would show it. */
export const Preview = z
  .strictObject({
    html: z.string().meta({
      description: 'The pass as HTML: its style sheet, its front, and its back if it has one.',
    }),
    googleHtml: z
      .string()
      .meta({ description: 'The same as Google Wallet shows it; absent while that is off.' })
      .optional(),
    warnings: z.array(z.strictObject({ path: z.string(), message: z.string() })).meta({
      description:
        'What would be accepted, but Wallet or Google Wallet would not show as requested.',
    }),
  })
  .meta({ id: 'Preview' })
export type Preview = z.infer<typeof Preview>

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
  preview: defineOperation({
    route: routes.preview,
    summary: 'Draw a pass without creating it; images given as a URL are not fetched',
    auth: 'none',
    query: NoQuery,
    body: PassRequest,
    normalize: normalizePassRequest,
    rules: passRules,
    replies: { 200: { description: 'The picture.', body: { json: Preview } } },
    problems: [...bodyProblems, 'too_many_requests', 'internal_error'],
  }),
  samplePass: defineOperation({
    route: routes.samplePass,
    summary: 'Download a sample pass',
    auth: 'none',
    query: AnyQuery,
    replies: { 200: { description: 'The pass file.', body: { file: true } } },
    problems: ['certificate_expired', 'overloaded', 'internal_error'],
  }),
  statsPage: defineOperation({
    route: routes.statsPage,
    summary: 'Show the page with the statistics of a key that is pasted in',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The page.', body: { html: true } } },
    problems: ['internal_error'],
  }),
  docs: defineOperation({
    route: routes.docs,
    summary: 'Show the API reference',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The reference.', body: { html: true } } },
    problems: ['internal_error'],
  }),
  docsMarkdown: defineOperation({
    route: routes.docsMarkdown,
    summary: 'Get a guide as Markdown',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The guide.', body: { text: ['text/markdown'] } } },
    problems: ['not_found', 'internal_error'],
  }),
  docsPage: defineOperation({
    route: routes.docsPage,
    summary: 'Show a guide',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: { 200: { description: 'The guide.', body: { html: true } } },
    problems: ['not_found', 'internal_error'],
  }),
  llms: defineOperation({
    route: routes.llms,
    summary: 'List the documentation for language models (llms.txt)',
    auth: 'none',
    query: AnyQuery,
    replies: { 200: { description: 'The list.', body: { text: ['text/plain'] } } },
    problems: ['internal_error'],
  }),
  asset: defineOperation({
    route: routes.asset,
    summary: 'Get a file of the pages: a script or a style sheet',
    auth: 'none',
    query: AnyQuery,
    replies: {
      200: {
        description: 'The file.',
        body: { text: ['text/javascript', 'text/css', 'application/json'] },
      },
    },
    problems: ['not_found', 'internal_error'],
  }),
  callMcp: defineOperation({
    route: routes.callMcp,
    summary: 'Send a message of the Model Context Protocol; only with MCP=on',
    auth: 'apiKey',
    query: AnyQuery,
    body: z.unknown(),
    replies: {
      200: { description: "The tool's result.", body: { json: z.looseObject({}) } },
      202: { description: 'A notification was taken.', body: {} },
    },
    problems: ['cross_site_request', ...bodyProblems, ...keyProblems],
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
    replies: { 200: { description: 'The rules.', body: { text: ['text/plain'] } } },
    problems: ['internal_error'],
  }),
  metrics: defineOperation({
    route: routes.metrics,
    summary: 'Get metrics for Prometheus, where METRICS is on',
    auth: 'none',
    query: AnyQuery,
    replies: { 200: { description: "Prometheus's text format.", body: { text: ['text/plain'] } } },
    problems: ['not_found', 'internal_error'],
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
