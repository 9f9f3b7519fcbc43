import { listTicks } from './ticks.ts'

/** One kind of bar, and its value in each period. */
export interface Series {
  /** The end of its class, which has its color. */
  id: 'created' | 'installed' | 'removed'
  values: readonly number[]
}

export interface ChartOptions {
  /** What is said to those who do not see it. */
  label: string
  /** The name of each period. */
  names: readonly string[]
  /** In CSS pixels. */
  width: number
  toText: (value: number) => string
}

const HEIGHT = 260
const margin = { top: 12, right: 4, bottom: 28, left: 44 }
/** What a name below a bar takes, in pixels. */
const NAME_WIDTH = 64

/** Draws bars side by side for each period, over lines with their values. */
export function drawChart(series: readonly Series[], options: ChartOptions): SVGElement {
  const { label, names, width, toText } = options
  const svg = draw('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': label })
  const plot = { width: width - margin.left - margin.right, bottom: HEIGHT - margin.bottom }
  const ticks = listTicks(Math.max(...series.flatMap(({ values }) => values)))
  const top = ticks.at(-1) ?? 1
  const toY = (value: number) => plot.bottom - (value / top) * (plot.bottom - margin.top)
  for (const tick of ticks) {
    const y = toY(tick)
    svg.append(
      draw('line', { x1: margin.left, x2: width - margin.right, y1: y, y2: y, class: 'grid' }),
      draw('text', { x: margin.left - 8, y: y + 4, class: 'value' }, toText(tick)),
    )
  }
  const group = plot.width / names.length
  const bar = Math.max(1, Math.min(22, (group * 0.74) / series.length))
  const every = Math.ceil(NAME_WIDTH / group)
  for (const [index, name] of names.entries()) {
    const middle = margin.left + group * (index + 0.5)
    for (const [position, { id, values }] of series.entries()) {
      const y = toY(values[index] ?? 0)
      const x = middle + bar * (position - series.length / 2)
      const height = plot.bottom - y
      // The space between two bars is part of the left one.
      const shape = { x, y, width: bar > 4 ? bar - 1 : bar, height, rx: Math.min(2, height / 2) }
      svg.append(draw('rect', { ...shape, class: `bar-${id}` }))
    }
    // The latest period always has its name.
    if ((names.length - 1 - index) % every !== 0) continue
    const x = Math.min(middle, width - NAME_WIDTH / 2)
    svg.append(draw('text', { x, y: HEIGHT - 8, class: 'name-below' }, name))
  }
  return svg
}

function draw(name: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const created = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value))
  created.textContent = text
  return created
}
