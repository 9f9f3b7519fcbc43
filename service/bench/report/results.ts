import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { type Figure, isReached, type Measure, type Measured } from '../measures/figure.ts'
import { median } from '../median.ts'

/** Takes one measure and prints it; with `--quick` in the arguments only to see that it works. */
export async function printResults(measure: Measure): Promise<void> {
  const measured = await measure(process.argv.includes('--quick') ? 'quick' : 'full')
  console.log([...renderMeasured(measured)].join('\n\n'))
}

/** Renders what one run measured as a page in Markdown: the ratios first. */
export function renderResults(at: Date, measured: Required<Measured>): string {
  const [processor] = cpus()
  const gigabytes = (totalmem() / 1024 ** 3).toFixed(0)
  return `# Results of the benchmarks

Written by \`npm run bench\` on ${at.toISOString().slice(0, 10)}: Node.js ${process.version}, ${type()} ${release()}, ${cpus().length} cores of
${processor?.model.trim()}, ${gigabytes} GB, where ${loadavg()[2]?.toFixed(1)} programs ran at a time, ours included (the load average of 15 minutes). Passes and signatures are counted per
CPU-second of what makes them; on a machine that is busy with other work they are still slower, because caches are shared, and ratios are lower.
Whatever is compared works in turns, in slices of less than a second; a value is the median of the rounds, with the lowest and the highest. A pass
of each was judged before (OpenSSL, PKI.js, \`passwright verify\`), and each has worked for some seconds before, as V8 compiles what runs often.

[Where the time of a pass goes](PROFILE.md), and what is left where a target is not reached.

![Passes per CPU-second, drawn from this page](results.svg)

${renderMeasured(measured).join('\n\n')}
`
}

function renderMeasured({ figures, rates = new Map(), leftOut = [] }: Measured): string[] {
  const ratios = figures.map((figure) => [
    figure.what,
    formatNumber(figure.value),
    figure.spread ? figure.spread.map(formatNumber).join(' to ') : '',
    formatTarget(figure),
    hasTarget(figure) ? (isReached(figure) ? 'yes' : '**no**') : '',
    figure.details,
  ])
  const absolute = [...rates].map(([name, values]) => [
    name,
    ...[median(values), Math.min(...values), Math.max(...values)].map(formatNumber),
  ])
  return [
    renderTable(['what', 'value', 'rounds', 'target', 'reached', 'behind it'], ratios),
    ...leftOut.map((reason) => `Not measured here: ${reason}.`),
    ...(absolute.length === 0
      ? []
      : [renderTable(['what', 'per CPU-second', 'lowest', 'highest'], absolute)]),
  ]
}

/** Three significant digits, without an exponent. */
export function formatNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 4))
}

function hasTarget({ target }: Figure): boolean {
  return target.atLeast !== undefined || target.atMost !== undefined
}

function formatTarget({ target: { atLeast, atMost } }: Figure): string {
  if (atLeast !== undefined) return `≥ ${formatNumber(atLeast)}`
  return atMost === undefined ? '' : `≤ ${formatNumber(atMost)}`
}

/** As Biome formats a table: every column as wide as its widest cell. */
function renderTable(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  )
  const toLine = (cells: string[], fill = ' ') =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`
  return [toLine(head), toLine([], '-'), ...rows.map((cells) => toLine(cells))].join('\n')
}
