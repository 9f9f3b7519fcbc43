import type { DocumentedOperation, OpenApiDocument, Schema } from './document.ts'

const member = {
  title: 'Riverside Climbing Club',
  label: 'Member',
  value: 'Ada Example',
  barcodeValue: 'MEMBER-1042',
  barcodeFormat: 'QR',
  colorPreset: 'blue',
}

/** Bodies that say more than one that is made from the schema. */
const bodies: Record<string, unknown> = {
  createPkpass: member,
  createPass: { ...member, externalId: 'member-1042', email: { to: 'ada@example.com' } },
  replacePass: { ...member, value: 'Ada M. Example' },
  replacePkpass: { ...member, value: 'Ada M. Example' },
  patchPass: { value: 'Ada M. Example', label: null },
  patchPkpass: { value: 'Ada M. Example' },
  sendMessage: { message: 'The hall opens at noon tomorrow' },
  adjustPass: { field: 'points', by: 10, reference: 'order-2207' },
  sendEmail: { to: 'ada@example.com', name: 'Ada Example' },
  createWebhook: { url: 'https://club.example/hooks', events: ['pass.installed', 'pass.removed'] },
  changeWebhook: { enabled: true },
  requestKey: { email: 'ada@example.com' },
  requestKeyForm: { email: 'ada@example.com' },
  registerDevice: { pushToken: '0f3b2a9c41d7' },
  logDeviceErrors: { logs: ['Web service error for pass.com.example.card: …'] },
  preview: member,
}

/** An example body of an operation; undefined when it takes none. */
export function findExampleBody(
  { operationId, requestBody }: DocumentedOperation,
  { components }: OpenApiDocument,
): unknown {
  const [content] = Object.values(requestBody?.content ?? {})
  if (!content) return undefined
  return bodies[operationId] ?? buildExample(content.schema, components.schemas)
}

/** Builds a value from the examples of a schema: what is required, or else the first of its properties. */
function buildExample(schema: Schema, schemas: Record<string, Schema>): unknown {
  const target = schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? '']
  if (target === undefined) return {}
  const { examples, enum: choices, anyOf, items, properties, required = [] } = target
  if (examples?.length) return examples[0]
  if (target.const !== undefined) return target.const
  if (choices?.length) return choices[0]
  const [first] = anyOf ?? []
  if (first) return buildExample(first, schemas)
  if (items) return [buildExample(items, schemas)]
  if (!properties) return byType[String(target.type)] ?? {}
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(
    names.map((name) => [name, buildExample(properties[name] ?? {}, schemas)]),
  )
}

const byType: Record<string, unknown> = { string: 'text', number: 1, integer: 1, boolean: true }

/** The command that calls an operation as it stands, but for the key and the ids in capital letters. */
export function buildCurl(operation: DocumentedOperation, document: OpenApiDocument): string {
  const { method, path, security, requestBody, responses } = operation
  const [server] = document.servers
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => toPlaceholder(name))
  const [type] = Object.keys(requestBody?.content ?? {})
  const body = findExampleBody(operation, document)
  const schemes = security.flatMap((one) => Object.keys(one))
  const isFile = responses['200']?.content['application/vnd.apple.pkpass'] !== undefined
  const isOnlyFile = isFile && responses['200']?.content['application/json'] === undefined
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${server?.url ?? ''}${address}'`,
    ...schemes.map((scheme) => `-H "Authorization: ${credentials[scheme] ?? ''}"`),
    ...(type === 'application/json' ? ["-H 'Content-Type: application/json'"] : []),
    ...(body === undefined ? [] : [toDataOption(type, body)]),
    ...(isOnlyFile || operation.operationId === 'createPkpass' ? ['-o pass.pkpass'] : []),
  ].join(' \\\n  ')
}

const credentials: Record<string, string> = {
  key: 'Bearer $PASSWRIGHT_KEY',
  pass: 'ApplePass AUTHENTICATION_TOKEN',
}

function toDataOption(type: string | undefined, body: unknown): string {
  if (type === 'application/json') return `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`
  const pairs = Object.entries(body ?? {}).map(([name, value]) => `${name}=${String(value)}`)
  return pairs.map((pair) => `--data-urlencode '${pair}'`).join(' ')
}

/** `serialNumber` → `SERIAL_NUMBER`. */
function toPlaceholder(name: string): string {
  return name.replace(/([A-Z])/g, '_$1').toUpperCase()
}
