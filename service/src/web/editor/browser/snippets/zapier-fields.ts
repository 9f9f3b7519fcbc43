import { fields, isObject, toLabel } from '@passwright/shared'

/** An input of the Zap's step: its place in the form, its key, and what to enter. */
export interface ZapierInput {
  label: string
  key: string
  value: unknown
}

/**
 * Lists what to enter in the step Create Pass for this pass, in the order of its form. A list is one
 * input of line items, whose keys begin with that of the list.
 */
export function buildZapierInputs(request: Record<string, unknown>): ZapierInput[] {
  return fields.flatMap(({ key, path, kind }) => {
    const value = request[path]
    if (value === undefined) return []
    const label = toLabel(path)
    if (kind === 'list' && Array.isArray(value)) {
      return [{ label, key, value: value.filter(isObject).map((entry) => toLineItem(key, entry)) }]
    }
    if (kind === 'json') return [{ label, key, value: JSON.stringify(value) }]
    if (kind === 'pairs') return [{ label, key, value }]
    return [{ label, key, value: Array.isArray(value) ? value.join(', ') : String(value) }]
  })
}

function toLineItem(list: string, entry: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entry).map(([item, value]) => [
      `${list}_${item}`,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  )
}

/** A row of the list that people read: one value to enter. */
export interface ZapierRow {
  label: string
  value: string
}

/** The same as single values, those of lists with their number. */
export function listZapierRows(request: Record<string, unknown>): ZapierRow[] {
  return buildZapierInputs(request).flatMap(({ label, key, value }): ZapierRow[] => {
    if (Array.isArray(value)) {
      return value.flatMap((entry, index) =>
        Object.entries(isObject(entry) ? entry : {}).map(([item, each]) => ({
          label: toLabel(`${key}[${index}].${item.slice(key.length + 1)}`),
          value: String(each),
        })),
      )
    }
    if (!isObject(value)) return [{ label, value: String(value) }]
    return Object.entries(value).map(([name, each]) => ({
      label: `${label}: ${name}`,
      value: String(each),
    }))
  })
}
