/** The name that was probably meant; undefined where none is alike. */
export function findClosestMatch(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((known) => ({ known, steps: editDistance(name.toLowerCase(), known.toLowerCase()) }))
    .filter(({ known, steps }) => steps <= Math.max(2, known.length / 3))
    .sort((one, other) => one.steps - other.steps)
  return best?.known
}

/** How many letters must be put in, taken out or changed to get from one to the other. */
function editDistance(one: string, other: string): number {
  // A key that long is no misspelling of ours.
  if (one.length > 64) return Number.POSITIVE_INFINITY
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1]
    for (const [column, wanted] of [...other].entries()) {
      current.push(
        Math.min(
          (above[column + 1] ?? 0) + 1,
          (current[column] ?? 0) + 1,
          (above[column] ?? 0) + (letter === wanted ? 0 : 1),
        ),
      )
    }
    above = current
  }
  return above.at(-1) ?? 0
}
