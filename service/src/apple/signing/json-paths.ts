/**
 * The paths (`relevantDate`, `locations[3].latitude`) at which something given was lost or
 * changed, or something was added; an empty array that was added says nothing, so it is let pass.
 */
export function findLostPaths(given: unknown, kept: unknown, path = ''): string[] {
  if (Array.isArray(given) && Array.isArray(kept)) {
    if (given.length === kept.length) {
      return given.flatMap((value, index) => findLostPaths(value, kept[index], `${path}[${index}]`))
    }
    const lost = elementsLost(given, kept)
    return lost.length > 0 ? lost.map((index) => `${path}[${index}]`) : [path]
  }
  if (!isObject(given) || !isObject(kept)) return Object.is(given, kept) ? [] : [path]
  const added = Object.keys(kept).filter((key) => !Object.hasOwn(given, key) && !isEmpty(kept[key]))
  const changed = Object.keys(given).flatMap((key) =>
    Object.hasOwn(kept, key)
      ? findLostPaths(given[key], kept[key], join(path, key))
      : [join(path, key)],
  )
  return [...changed, ...added.map((key) => join(path, key))]
}

/**
 * A copy of a JSON value without what stands at the path, or, where nothing stands there, at the
 * nearest place above it; undefined where that is the value itself.
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

// Which elements are missing: what was kept stands in the order in which it was given.
function elementsLost(given: unknown[], kept: unknown[]): number[] {
  let next = 0
  return given.flatMap((value, index) => {
    if (next < kept.length && findLostPaths(value, kept[next]).length === 0) {
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
  return /^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
