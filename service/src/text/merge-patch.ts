type Json = Record<string, unknown>

/** Applies a JSON merge patch (RFC 7396): `null` removes, objects are merged, all else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Json = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else {
      const before = Object.hasOwn(merged, name) ? merged[name] : undefined
      // Assigned in a way that also takes a member called __proto__ for what it is.
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

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
