/** Builds a Markdown table whose columns are padded the way Biome formats them. */
export function buildTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const toLine = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [toLine(head), toLine(widths.map((width) => '-'.repeat(width))), ...body.map(toLine)].join(
    '\n',
  )
}

const block = /(?<=<!-- generated: ([a-z-]+) -->\n\n)[\s\S]*?(?=\n\n<!-- end of \1 -->)/g

/**
 * Fills the generated blocks of a Markdown page, each between `<!-- generated: name -->` and `<!-- end of name -->`.
 * Throws when the page has another set of blocks than `blocks`.
 */
export function fillBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  const found: string[] = []
  const filled = page.replace(block, (_, name: string) => {
    found.push(name)
    return blocks[name] ?? ''
  })
  const expected = Object.keys(blocks)
  if (found.toSorted().join() === expected.toSorted().join()) return filled
  throw new Error(`The page has the blocks "${found}", but "${expected}" were expected.`)
}
