// A copy of shared/src/portable/labels.ts, made by "npm run sync": change it there.

import type { Field, ItemField } from './field'
import { fields } from './fields'
import { emailItems } from './items'
import type { Problem } from './problem'

/**
 * Names a place in the request by what a form calls it: `locations[0].latitude` is
 * "Locations 1, Latitude". A place that no form asks for keeps its path.
 */
export function labelAt(path: string): string {
  const words: string[] = []
  // The body that asks for a mail is what the field `email` holds.
  let among: readonly (Field | ItemField)[] = [...fields, ...emailItems]
  for (const [, key = '', entry] of path.matchAll(/([^.[\]]+)(?:\[(\d+)\])?/g)) {
    const field = among.find((each) => each.path === key)
    words.push((field?.label ?? key) + (entry === undefined ? '' : ` ${Number(entry) + 1}`))
    among = (field && 'items' in field && field.items) || []
  }
  return words.join(', ')
}

/** What a problem tells whoever filled in a form: every field by its label, else its own sentence. */
export function explainByLabels({ message, issues = [] }: Problem): string {
  return issues.length === 0
    ? message
    : issues.map((issue) => `${labelAt(issue.path)} ${issue.message}`.trim()).join('; ')
}
