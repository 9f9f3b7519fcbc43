import { isObject } from '@passwright/shared'

/**
 * The paths (`relevantDate`, `locations[3].latitude`) at which values of `original` are missing or
 * different in `copy`, or `copy` has additional ones. Additional empty arrays are ignored, because
 * they have no effect.
 */
export function findLostPaths(original: unknown, copy: unknown, path = ''): string[] {
  if (Array.isArray(original) && Array.isArray(copy)) {
    if (original.length === copy.length) {
      return original.flatMap((value, index) =>
        findLostPaths(value, copy[index], `${path}[${index}]`),
      )
    }
    const lost = findLostElements(original, copy)
    return lost.length > 0 ? lost.map((index) => `${path}[${index}]`) : [path]
  }
  if (!isObject(original) || !isObject(copy)) return Object.is(original, copy) ? [] : [path]
  const added = Object.keys(copy).filter(
    (key) => !Object.hasOwn(original, key) && !isEmptyArray(copy[key]),
  )
  const changed = Object.keys(original).flatMap((key) =>
    Object.hasOwn(copy, key)
      ? findLostPaths(original[key], copy[key], joinKey(path, key))
      : [joinKey(path, key)],
  )
  return [...changed, ...added.map((key) => joinKey(path, key))]
}

/**
 * Copies a JSON value without the value at a path or, if there is none, without the closest
 * ancestor that exists, and returns the path that was removed. Undefined when not even the first
 * step of the path exists.
 */
export function removePath(
  value: unknown,
  path: string,
): { rest: unknown; path: string } | undefined {
  const rest: unknown = structuredClone(value)
  const steps = path.match(/[^.[\]]+/g) ?? []
  for (let depth = steps.length; depth > 0; depth--) {
    const parent = steps.slice(0, depth - 1).reduce(stepInto, rest)
    const step = steps[depth - 1] ?? ''
    if (stepInto(parent, step) === undefined) continue
    if (Array.isArray(parent)) parent.splice(Number(step), 1)
    else if (isObject(parent)) delete parent[step]
    return { rest, path: steps.slice(0, depth).reduce(joinStep, '') }
  }
  return undefined
}

// The indexes of missing elements; the remaining ones are still in their original order.
function findLostElements(original: unknown[], copy: unknown[]): number[] {
  let next = 0
  return original.flatMap((value, index) => {
    if (next < copy.length && findLostPaths(value, copy[next]).length === 0) {
      next++
      return []
    }
    return [index]
  })
}

function stepInto(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function joinStep(path: string, step: string): string {
  return /^\d+$/.test(step) ? `${path}[${step}]` : joinKey(path, step)
}

function joinKey(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
