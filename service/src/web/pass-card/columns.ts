/** Where a column stands. */
export interface Column {
  left: number
  width: number
}

/** Columns over the whole width: each as wide as it needs, and what is left is shared equally. */
export function spread(needs: number[], left: number, width: number, gap: number): Column[] {
  const widths = shared(needs, width - gap * (needs.length - 1))
  const spare = width - gap * (needs.length - 1) - sum(widths)
  return side(
    widths.map((own) => own + spare / widths.length),
    left,
    gap,
  )
}

/** Columns as wide as they need, their last one ending at the right. */
export function packedRight(needs: number[], right: number, width: number, gap: number): Column[] {
  const widths = shared(needs, width - gap * (needs.length - 1))
  return side(widths, right - sum(widths) - gap * (widths.length - 1), gap)
}

/** Gives each what it needs; where that is too much, the small keep theirs and the large share. */
export function shared(needs: number[], width: number): number[] {
  const smallestFirst = needs
    .map((need, index) => ({ need, index }))
    .sort((a, b) => a.need - b.need)
  const given = new Array<number>(needs.length).fill(0)
  let left = Math.max(0, width)
  for (const [position, { need, index }] of smallestFirst.entries()) {
    const own = Math.min(need, left / (needs.length - position))
    given[index] = own
    left -= own
  }
  return given
}

function side(widths: number[], left: number, gap: number): Column[] {
  let at = left
  return widths.map((width) => {
    const column = { left: at, width }
    at += width + gap
    return column
  })
}

function sum(numbers: number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
