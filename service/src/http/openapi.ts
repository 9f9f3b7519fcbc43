import { eventTypes, parseRoute, problems } from '@passwright/shared'
import {
  type Operation,
  operations,
  PASS_MEDIA_TYPE,
  type ReplyBody,
} from '@passwright/shared/schema'
import { z } from 'zod'
import { version } from '../version.ts'
import { isForPeople } from './errors.ts'

type Json = Record<string, unknown>

/** The whole API as OpenAPI 3.1, made from the same rows that Express runs on. */
export function buildOpenApi(publicUrl: string): Json {
  const components: Record<string, Json> = { Problem: problemSchema() }
  const paths: Record<string, Json> = {}
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    const { method, path } = parseRoute(operation.route)
    const template = path.replace(/:(\w+)/g, '{$1}')
    paths[template] ??= {}
    const item = paths[template]
    item[method.toLowerCase()] = describe(operationId, operation, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Passwright',
      version,
      description: `JSON in, a signed Apple Wallet pass out. Events: ${eventTypes.join(', ')}.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'pw_live_…' } },
    },
  }
}

function describe(
  operationId: string,
  operation: Operation,
  components: Record<string, Json>,
): Json {
  const { summary, auth, body, form } = operation
  const mediaType = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    operationId,
    summary,
    security: auth ? [{ key: [] }] : [],
    parameters: [
      ...pathParameters(operation),
      ...queryParameters(operation),
      ...headers(operation),
    ],
    requestBody: body && {
      required: true,
      content: { [mediaType]: { schema: schemaOf(body, 'input', components) } },
    },
    responses: { ...replies(operation, components), ...refusals(operation) },
  }
}

function replies(operation: Operation, components: Record<string, Json>): Json {
  const described = Object.entries(operation.replies).map(([status, { description, body }]) => [
    status,
    { description, content: contentOf(body, components) },
  ])
  return Object.fromEntries(described)
}

function contentOf({ json, file, html }: ReplyBody, components: Record<string, Json>): Json {
  const binary = { schema: { type: 'string', contentEncoding: 'binary' } }
  return {
    ...(json && { 'application/json': { schema: schemaOf(json, 'output', components) } }),
    ...(file && { [PASS_MEDIA_TYPE]: binary }),
    ...(html && { 'text/html': { schema: { type: 'string' } } }),
  }
}

/** Problems of one status share an answer; their codes stand in its description. */
function refusals({ route, problems: codes }: Operation): Json {
  const content = isForPeople(parseRoute(route).path)
    ? { 'text/html': { schema: { type: 'string' } } }
    : { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const byStatus = Map.groupBy(codes, (code) => problems[code].status)
  const described = [...byStatus].map(([status, sameStatus]) => [
    status,
    {
      description: sameStatus.map((code) => `${code}: ${problems[code].title}.`).join(' '),
      content,
    },
  ])
  return Object.fromEntries(described)
}

function pathParameters({ route }: Operation): Json[] {
  return [...route.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Operation): Json[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => {
    const isMap = typeof schema === 'object' && schema.type === 'object'
    return { name, in: 'query', schema, ...(isMap ? { style: 'deepObject', explode: true } : {}) }
  })
}

function headers({ idempotent }: Operation): Json[] {
  if (!idempotent) return []
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A repeat within 24 hours gets the first answer instead of a second pass.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
  ]
}

/** A schema as JSON Schema; named ones move to the components. */
function schemaOf(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Record<string, Json>,
): unknown {
  const { $schema, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  const moved = (json: unknown) =>
    JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'))
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const { id, ...component } = moved(definition)
    components[name] = component
  }
  const { id, ...rest } = moved(own)
  return rest
}

function problemSchema(): Json {
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
