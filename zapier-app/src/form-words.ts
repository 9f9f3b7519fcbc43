import {
  fields,
  type Issue,
  type ItemField,
  isObject,
  type Problem,
  shortenInputMessage,
  toLabel,
} from '@passwright/shared'

/** What a step knows of its request: what was sent, and labels of inputs that are no field of a pass. */
export interface StepForm {
  sent?: unknown
  /** By path of the request, such as `email` for the filter of a search. */
  labels?: Record<string, string>
}

/** Describes a problem in the words of the form: each issue with the label of its input, and the value that was refused. */
export function describeForForm(
  { message, issues = [] }: Problem,
  { sent, labels = {} }: StepForm = {},
): string {
  if (issues.length === 0) return toFormWords(message)
  return issues.map((issue) => describeIssue(issue, sent, labels)).join('; ')
}

function describeIssue(
  { path, message }: Issue,
  sent: unknown,
  labels: Record<string, string>,
): string {
  const label = labels[path]
  const isValue = path.startsWith('values.') && label !== undefined
  const reason = toFormWords(isValue ? shortenInputMessage(message, label) : message)
  const sentence = `${label ?? toLabel(path)} ${reason}`.trim()
  const value = readAt(sent, path)
  const isShown = typeof value === 'string' || typeof value === 'number'
  if (!isShown || value === '' || message.includes(`"${value}"`)) return sentence
  return `${sentence} (value: "${shorten(String(value))}")`
}

const maxLength = 60

function shorten(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}

/** Reads the value at a path such as `locations[0].latitude`. */
function readAt(sent: unknown, path: string): unknown {
  return [...path.matchAll(/[^.[\]]+/g)].reduce<unknown>((value, [key]) => {
    if (Array.isArray(value)) return value[Number(key)]
    return isObject(value) ? value[key] : undefined
  }, sent)
}

const labelsByPath = new Map(
  fields
    .flatMap((field): Pick<ItemField, 'path' | 'label'>[] => [...(field.items ?? []), field])
    .map(({ path, label }) => [path, label]),
)

/** Names of fields in a sentence; in quotes or braces they are values and placeholders. */
const names = /(?<![\w{"])[a-z]+(?:[A-Z]+[a-z]*)+(?![\w}"])/g

/** Replaces names of fields in a sentence with their labels: `barcodeFormat` with "Barcode Format". */
function toFormWords(sentence: string): string {
  return sentence.replace(names, (name) => labelsByPath.get(name) ?? name)
}
