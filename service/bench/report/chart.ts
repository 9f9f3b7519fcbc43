import type { Rates } from '../contenders/contender.ts'
import { median } from '../median.ts'
import { formatNumber } from './results.ts'

const WIDTH = 760
const ROW = 34
const LABEL = 330
const BAR = 330
const TOP = 44

/** Draws rates as bars, an SVG for a light and a dark page. The axis is linear: a bar twice as long is twice as fast. */
export function drawChart(rates: Rates): string {
  const rows = [...rates].map(([name, values]) => ({ name, rate: median(values) }))
  const most = Math.max(...rows.map(({ rate }) => rate))
  const height = TOP + rows.length * ROW + 10
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>Passes or signatures per CPU-second: ${rows.map(({ name, rate }) => `${escapeText(name)} ${formatNumber(rate)}`).join('; ')}</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .head { font-weight: 600 }
  .bar { fill: #8c959f }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #4493f8 } }
</style>
<text class="head" x="10" y="24">Passes per CPU-second (higher is better)</text>
${rows.map(({ name, rate }, index) => drawRow(name, rate, rate / most, TOP + index * ROW)).join('\n')}
</svg>
`
}

function drawRow(name: string, rate: number, part: number, y: number): string {
  const isOurs = name.startsWith('Passwright')
  const width = Math.max(2, part * BAR)
  return `<text x="10" y="${y + 16}">${escapeText(name)}</text>
<rect class="bar${isOurs ? ' ours' : ''}" x="${LABEL}" y="${y + 2}" width="${width.toFixed(1)}" height="20" rx="3"/>
<text x="${(LABEL + width + 8).toFixed(1)}" y="${y + 16}">${formatNumber(rate)}</text>`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
