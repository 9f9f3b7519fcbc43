import { fields } from './fields.ts'
import { emailItems } from './items.ts'
import type { Problem } from './problem.ts'

/**
 * Names a place in the request by what a form calls it: `locations[0].latitude` is
 * "Locations 1, Latitude". A place that no form asks for keeps its path.
 */
export function labelAt(path: string): string {
  const [, first = '', index, rest] = /^(\w+)(?:\[(\d+)\])?(?:\.(.+))?$/.exec(path) ?? []
  const field = fields.find((each) => each.path === first)
  // The body that asks for a mail is what the field `email` holds.
  if (!field) return emailItems.find((item) => item.path === path)?.label ?? path
  const entry = index === undefined ? field.label : `${field.label} ${Number(index) + 1}`
  if (rest === undefined) return entry
  const item = field.items?.find((each) => each.path === rest)
  return `${entry}, ${item?.label ?? rest}`
}

/** What a problem tells whoever filled in a form: every field by its label, else its own sentence. */
export function explainByLabels({ message, issues = [] }: Problem): string {
  return issues.length === 0
    ? message
    : issues.map((issue) => `${labelAt(issue.path)} ${issue.message}`.trim()).join('; ')
}
