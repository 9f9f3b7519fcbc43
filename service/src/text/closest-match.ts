/** The known name that a misspelled one probably means; undefined when none is similar. */
export function findClosestMatch(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((known) => ({ known, edits: countEdits(name.toLowerCase(), known.toLowerCase()) }))
    .filter(({ known, edits }) => edits <= Math.max(2, known.length / 3))
    .sort((one, other) => one.edits - other.edits)
  return best?.known
}

/** The Levenshtein distance: how many characters to insert, delete or replace. */
function countEdits(one: string, other: string): number {
  // A name this long is no misspelling of ours.
  if (one.length > 64) return Number.POSITIVE_INFINITY
  let previousRow = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [row, oneCharacter] of [...one].entries()) {
    const currentRow = [row + 1]
    for (const [column, otherCharacter] of [...other].entries()) {
      currentRow.push(
        Math.min(
          (previousRow[column + 1] ?? 0) + 1,
          (currentRow[column] ?? 0) + 1,
          (previousRow[column] ?? 0) + (oneCharacter === otherCharacter ? 0 : 1),
        ),
      )
    }
    previousRow = currentRow
  }
  return previousRow.at(-1) ?? 0
}
