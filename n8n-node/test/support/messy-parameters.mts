import { basicFields } from '../../nodes/Passwright/actions/pass/createPass.ts'
import { fields } from '../../nodes/Passwright/portable/fields/fields.ts'

const visibleItems = ['label', 'value', 'latitude', 'longitude', 'relevantText']

/** Converts the flat values of a form to the parameters of the operation Create. */
export function toParameters(values: Record<string, unknown>): Record<string, unknown> {
  const parameters: Record<string, Record<string, unknown>> = {}
  const topLevel: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    const field = fields.find((each) => each.key === key)
    if (field === undefined) throw new Error(`There is no field "${key}".`)
    if (basicFields.some((each) => each === key)) {
      topLevel[key] = value
      continue
    }
    const given = field.kind === 'object' ? value : { [key]: toEntries(value) }
    parameters[field.group] = Object.assign(parameters[field.group] ?? {}, given)
  }
  return { ...parameters, ...topLevel }
}

/** A list as n8n's fixed collection has it, with the less common settings under "More". */
function toEntries(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return {
    entries: value.map((entry: unknown) => {
      if (typeof entry !== 'object' || entry === null) return entry
      const pairs = Object.entries(entry)
      return {
        ...Object.fromEntries(pairs.filter(([key]) => visibleItems.includes(key))),
        more: Object.fromEntries(pairs.filter(([key]) => !visibleItems.includes(key))),
      }
    }),
  }
}
