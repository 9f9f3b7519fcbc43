// Shared by the benchmarks; without a doc comment on top, so that it is not listed as one.

/** The median of numbers; of an even count the upper one. NaN when there are none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
