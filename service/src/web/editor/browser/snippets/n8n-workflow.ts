import { type Field, type FormGroup, fields, isObject } from '@passwright/shared'
import { findPlaceholders } from '../draft/placeholders.ts'

/** The parameters that stand at the top of the node's form; the others are in a collection for each group. */
const topLevel: readonly string[] = [
  'style',
  'transitType',
  'title',
  'label',
  'value',
  'barcodeValue',
  'barcodeFormat',
  'barcodeAltText',
]

/** Which items of a list the node shows at once; the others are under "More". */
const visibleItems: Record<string, readonly string[]> = {
  locations: ['latitude', 'longitude', 'relevantText'],
  relevantDates: ['date', 'startDate', 'endDate'],
  beacons: ['proximityUUID', 'major', 'minor', 'relevantText'],
}
const labelAndValue = ['label', 'value']

/** Parameters that are JSON, by the kind of field. */
const isJson = (kind: string) => kind === 'json'

/**
 * Writes a workflow for n8n that creates this pass when it is started by hand. What has placeholders
 * becomes an expression that reads a field of the input with the same name.
 */
export function buildN8nWorkflow(request: Record<string, unknown>): string {
  const parameters: Record<string, unknown> = { resource: 'pass', operation: 'create' }
  const collections: Partial<Record<FormGroup, Record<string, unknown>>> = {}
  for (const field of fields) {
    const value = request[field.path]
    if (value === undefined) continue
    const parameter = toParameter(field, value)
    if (topLevel.includes(field.key)) parameters[field.key] = parameter
    else {
      const collection = collections[field.group] ?? {}
      collection[field.key] = parameter
      collections[field.group] = collection
    }
  }
  parameters.style ??= 'generic'
  const start = { node: 'Start', type: 'main', index: 0 }
  return JSON.stringify(
    {
      name: 'Create a pass',
      nodes: [
        {
          id: '5d1f0c6e-3f43-4a57-9a51-0f6c1b1d0001',
          name: start.node,
          type: 'n8n-nodes-base.manualTrigger',
          typeVersion: 1,
          position: [0, 0],
          parameters: {},
        },
        {
          id: '5d1f0c6e-3f43-4a57-9a51-0f6c1b1d0002',
          name: 'Create Pass',
          type: 'n8n-nodes-passwright.passwright',
          typeVersion: 1,
          position: [220, 0],
          parameters: { ...parameters, ...collections },
        },
      ],
      connections: { Start: { main: [[{ node: 'Create Pass', type: 'main', index: 0 }]] } },
    },
    null,
    2,
  )
}

function toParameter(field: Field, value: unknown): unknown {
  if (isJson(field.kind)) return toExpression(JSON.stringify(value))
  if (field.kind === 'pairs' && isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => ({ key, value: toExpression(each) }))
    return { entries }
  }
  if (field.kind === 'list' && Array.isArray(value)) {
    const visible = visibleItems[field.key] ?? labelAndValue
    return { entries: value.filter(isObject).map((entry) => toEntry(entry, visible)) }
  }
  return toExpression(value)
}

function toEntry(entry: Record<string, unknown>, visible: readonly string[]) {
  const pairs = Object.entries(entry).map(([key, value]) => [key, toExpression(value)] as const)
  const more = pairs.filter(([key]) => !visible.includes(key))
  return {
    ...Object.fromEntries(pairs.filter(([key]) => visible.includes(key))),
    ...(more.length > 0 ? { more: Object.fromEntries(more) } : {}),
  }
}

/** A text that begins with `=` is an expression in n8n; one that only looks so gets a second `=`. */
function toExpression(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const keys = findPlaceholders(value)
  if (keys.length === 0) return value.startsWith('=') ? `=${value}` : value
  const filled = keys.reduce(
    (text, key) =>
      text.replace(
        new RegExp(`\\{\\{\\s*${key.replaceAll('.', '\\.')}\\s*\\}\\}`, 'g'),
        () => `{{ $json[${JSON.stringify(key)}] }}`,
      ),
    value,
  )
  return `=${filled}`
}
