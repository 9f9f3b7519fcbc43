import { isObject, Problem, toInvalidRequest } from '@passwright/shared'
import { fieldGroups, noEmail, type PassPatch } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { readValues } from '../../templates/filling/values.ts'
import type { ChangedPass, ChangeOptions } from '../change/change.ts'
import { composePatches, toBeside } from '../from-template/compose.ts'
import { getOwnVersion } from '../from-template/own-version.ts'
import { mergeValues, toOrigin } from '../from-template/resolve.ts'
import { getPass } from '../store/find.ts'
import { assertNotDeleted, type PassOrigin, type PassRecord } from '../store/pass.ts'
import { assertSameIdentity } from './identity.ts'
import { changeFromTemplate } from './refilled.ts'

/** How often a pass may move to another version of its template while it gets new values. */
const MAX_ATTEMPTS = 5

/**
 * Merges new values into those of a pass, and fills in the version of the template that it was made from.
 * Throws `invalid_request`, and `template_deleted`.
 */
export async function patchValues(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  patch: PassPatch,
  options: ChangeOptions,
): Promise<ChangedPass> {
  const { template: _, values, ...fields } = patch
  const given = readObject(values)
  const issues = noEmail(fields)
  if (issues.length > 0) throw toInvalidRequest(issues)
  assertNotDeleted(seen)
  let current = seen
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const version = await getOwnVersion(ctx, current)
    let isMoved = false
    const changed = await changeFromTemplate(
      ctx,
      key,
      current,
      (record) => {
        assertSameIdentity(record, fields)
        isMoved = record.template.version !== version.version
        if (isMoved) return 'unchanged'
        const merged = mergeValues(version.inputs, record.template.values, given)
        const read = readValues(version.inputs, merged)
        if (read.issues.length > 0) throw toInvalidRequest(read.issues)
        const beside = composePatches(record.template.beside, toBeside(fields))
        const adjusted = dropAdjusted(record.template, fields)
        const origin = toOrigin(version, { values: read.values, beside, adjusted })
        return { from: version, to: version, origin }
      },
      options,
    )
    if (!isMoved) return changed
    current = await getPass(ctx, key, seen.serialNumber)
  }
  throw new Problem('overloaded', 'The template is being applied to this pass; try again', {
    retryAfterSeconds: 1,
  })
}

function readObject(values: unknown): Record<string, unknown> {
  if (isObject(values)) return values
  const message = 'must be an object with the values to change, such as {"points":120}'
  throw toInvalidRequest([{ path: 'values', message }])
}

/** A field that is set anew is no longer what it was adjusted to. */
function dropAdjusted(
  { adjusted }: Pick<PassOrigin, 'adjusted'>,
  fields: Record<string, unknown>,
): PassOrigin['adjusted'] {
  const set = new Set(
    fieldGroups.flatMap((group) => {
      const entries: unknown = fields[group]
      return Array.isArray(entries)
        ? entries.flatMap((entry) => (isObject(entry) ? [entry.key] : []))
        : []
    }),
  )
  return Object.fromEntries(Object.entries(adjusted).filter(([field]) => !set.has(field)))
}
