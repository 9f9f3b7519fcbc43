import { isObject } from '@passwright/shared'

/** Applies a JSON merge patch (RFC 7396): `null` removes, objects are merged, all else replaces. */
export function applyMergePatch(original: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(original) ? { ...original } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else {
      const before = Object.hasOwn(merged, name) ? merged[name] : undefined
      // Defined and not assigned: assigning a member called __proto__ would set the prototype.
      Object.defineProperty(merged, name, {
        value: applyMergePatch(before, value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
  }
  return merged
}
