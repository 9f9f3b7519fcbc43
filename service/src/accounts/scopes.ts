import { Problem, type Scope, scopeNames } from '@passwright/shared'
import type { ApiKey } from './api-key.ts'

/** Throws `scope_required` when a key is limited to other scopes. */
export function assertScope({ id, scopes }: ApiKey, scope: Scope): void {
  if (scopes === null || scopes.includes(scope)) return
  const granted = scopeNames.filter((name) => name === scope || scopes.includes(name))
  throw new Problem(
    'scope_required',
    `This API key has no scope "${scope}", only ${formatScopes(scopes)}; use another key, or let the operator grant it: passwright keys change ${id} --scope ${granted.join(',')}`,
  )
}

/** The scopes of a key for people: `issue,read`, or `all`. */
export function formatScopes(scopes: readonly Scope[] | null): string {
  if (scopes === null) return 'all'
  return scopes.length === 0 ? 'none' : scopes.join(',')
}
