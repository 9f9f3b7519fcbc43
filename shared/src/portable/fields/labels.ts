import type { Problem } from '../api/problem.ts'
import type { Field, ItemField } from './field.ts'
import { fields } from './fields.ts'
import { emailItems } from './items.ts'

/**
 * Turns the path of an issue into the labels of a form: `locations[0].latitude` becomes
 * "Locations 1, Latitude". A property without a form field keeps its name.
 */
export function toLabel(path: string): string {
  const labels: string[] = []
  // The body of `POST …/email` has the properties of the field `email`.
  let known: readonly (Field | ItemField)[] = [...fields, ...emailItems]
  for (const [, key = '', index] of path.matchAll(/([^.[\]]+)(?:\[(\d+)\])?/g)) {
    const field = known.find((each) => each.path === key)
    labels.push((field?.label ?? key) + (index === undefined ? '' : ` ${Number(index) + 1}`))
    known = (field && 'items' in field && field.items) || []
  }
  return labels.join(', ')
}

/** Describes a problem to the person who filled in a form: each issue with the label of its field. */
export function describeProblem({ message, issues = [] }: Problem): string {
  return issues.length === 0
    ? message
    : issues.map((issue) => `${toLabel(issue.path)} ${issue.message}`.trim()).join('; ')
}
