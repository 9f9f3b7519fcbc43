import { z } from 'zod'

/** What we read of a JSON Schema. */
export interface Schema {
  $ref?: string | undefined
  type?: string | string[] | undefined
  title?: string | undefined
  description?: string | undefined
  examples?: unknown[] | undefined
  enum?: unknown[] | undefined
  const?: unknown
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  items?: Schema | undefined
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  additionalProperties?: boolean | Schema | undefined
  contentEncoding?: string | undefined
}

const SchemaJson: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    examples: z.array(z.unknown()).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(SchemaJson).optional(),
    oneOf: z.array(SchemaJson).optional(),
    items: SchemaJson.optional(),
    properties: z.record(z.string(), SchemaJson).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), SchemaJson]).optional(),
    contentEncoding: z.string().optional(),
  }),
)

const Content = z.record(z.string(), z.object({ schema: SchemaJson })).default({})

const Parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  description: z.string().optional(),
  schema: SchemaJson,
})
export type Parameter = z.infer<typeof Parameter>

const OperationJson = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z.array(Parameter),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content })),
})

const OpenApiDocument = z.object({
  info: z.object({ version: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), OperationJson)),
  components: z.object({ schemas: z.record(z.string(), SchemaJson) }),
})
export type OpenApiDocument = z.infer<typeof OpenApiDocument>

/** One operation of the document, with its method (upper case) and path. */
export type DocumentedOperation = z.infer<typeof OperationJson> & { method: string; path: string }

/** Parses what the reference reads of an OpenAPI document. */
export function parseDocument(json: unknown): OpenApiDocument {
  return OpenApiDocument.parse(json)
}

/** Lists the operations of a document in its order. */
export function listOperations({ paths }: OpenApiDocument): DocumentedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  )
}
