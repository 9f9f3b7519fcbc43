import { eventTypes, parseRoute, problems } from '@passwright/shared'
import {
  type Operation,
  operations,
  PASS_MEDIA_TYPE,
  type ReplyBody,
} from '@passwright/shared/schema'
import { z } from 'zod'
import { version } from '../version.ts'

type Json = Record<string, unknown>

/** Builds the OpenAPI 3.1 document of the whole API from the operations that Express serves. */
export function buildOpenApi(publicUrl: string): Json {
  const components: Record<string, Json> = { Problem: buildProblemSchema() }
  const paths: Record<string, Json> = {}
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    const { method, path } = parseRoute(operation.route)
    const template = path.replace(/:(\w+)/g, '{$1}')
    paths[template] ??= {}
    const item = paths[template]
    item[method.toLowerCase()] = buildOperation(operationId, operation, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Passwright',
      version,
      description: `JSON in, a signed Apple Wallet pass out. Event types: ${eventTypes.join(', ')}.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', bearerFormat: 'pw_live_…' },
        pass: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'ApplePass and the authenticationToken of the pass.',
        },
      },
    },
  }
}

const securityByAuth: Record<Operation['auth'], Json[]> = {
  apiKey: [{ key: [] }],
  applePass: [{ pass: [] }],
  none: [],
}

function buildOperation(
  operationId: string,
  operation: Operation,
  components: Record<string, Json>,
): Json {
  const { summary, auth, body, form } = operation
  const mediaType = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    operationId,
    summary,
    security: securityByAuth[auth],
    parameters: [
      ...buildPathParameters(operation),
      ...buildQueryParameters(operation),
      ...buildHeaderParameters(operation),
    ],
    requestBody: body && {
      required: true,
      content: { [mediaType]: { schema: toJsonSchema(body, 'input', components) } },
    },
    responses: { ...buildReplies(operation, components), ...buildErrorReplies(operation) },
  }
}

function buildReplies(operation: Operation, components: Record<string, Json>): Json {
  const replies = Object.entries(operation.replies).map(([status, { description, body }]) => [
    status,
    { description, content: buildContent(body, components) },
  ])
  return Object.fromEntries(replies)
}

function buildContent(
  { json, file, html, text = [], png }: ReplyBody,
  components: Record<string, Json>,
): Json {
  const binary = { schema: { type: 'string', contentEncoding: 'binary' } }
  return {
    ...(json && { 'application/json': { schema: toJsonSchema(json, 'output', components) } }),
    ...(file && { [PASS_MEDIA_TYPE]: binary }),
    ...(html && { 'text/html': { schema: { type: 'string' } } }),
    ...Object.fromEntries(text.map((type) => [type, { schema: { type: 'string' } }])),
    ...(png && { 'image/png': binary }),
  }
}

/** One response per error status; its description lists the error codes with this status. */
function buildErrorReplies({ errorFormat, problems: codes }: Operation): Json {
  const content =
    errorFormat === 'html'
      ? { 'text/html': { schema: { type: 'string' } } }
      : { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const byStatus = Map.groupBy(codes, (code) => problems[code].status)
  const replies = [...byStatus].map(([status, sameStatus]) => [
    status,
    {
      description: sameStatus.map((code) => `${code}: ${problems[code].title}.`).join(' '),
      content,
    },
  ])
  return Object.fromEntries(replies)
}

function buildPathParameters({ route }: Operation): Json[] {
  return [...route.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function buildQueryParameters({ query }: Operation): Json[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => {
    const isMap = typeof schema === 'object' && schema.type === 'object'
    return { name, in: 'query', schema, ...(isMap ? { style: 'deepObject', explode: true } : {}) }
  })
}

function buildHeaderParameters({ idempotent }: Operation): Json[] {
  if (!idempotent) return []
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'A repeat with the same key within 24 hours returns the first response and creates nothing.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
  ]
}

/** Converts a schema to JSON Schema; schemas with an id are moved to the components. */
function toJsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Record<string, Json>,
): unknown {
  const { $schema, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  const moveReferences = (json: unknown) =>
    JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'))
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const { id, ...component } = moveReferences(definition)
    components[name] = component
  }
  const { id, ...rest } = moveReferences(own)
  return rest
}

function buildProblemSchema(): Json {
  return {
    type: 'object',
    required: ['error', 'code', 'requestId'],
    properties: {
      error: { type: 'string', description: 'A sentence that says what to do.' },
      code: { type: 'string', enum: Object.keys(problems) },
      requestId: { type: 'string' },
      issues: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'message'],
          properties: {
            path: { type: 'string', examples: ['locations[0].latitude'] },
            message: { type: 'string', examples: ['must be between -90 and 90'] },
          },
        },
      },
    },
  }
}
