import {
  type Stats,
  type StatsCounts,
  type StatsQuery,
  type StatsRow,
  statsCounters,
  sumCounts,
} from '@passwright/shared'
import { button, element } from '../../browser/dom.ts'
import type { Language } from '../../browser/page.ts'
import { drawChart, type Series } from './chart.ts'
import type { Words } from './words.ts'

type Period = NonNullable<StatsQuery['by']>

/** How days are written in the table and below the bars. */
const dateFormats: Record<
  Period,
  [table: Intl.DateTimeFormatOptions, chart: Intl.DateTimeFormatOptions]
> = {
  day: [
    { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    { day: 'numeric', month: 'short' },
  ],
  week: [
    { day: 'numeric', month: 'short', year: 'numeric' },
    { day: 'numeric', month: 'short' },
  ],
  month: [
    { month: 'long', year: 'numeric' },
    { month: 'short', year: '2-digit' },
  ],
}

export interface FiguresOptions {
  by: Period
  language: Language
  words: Words
  /** Called when somebody wants the rows as a file. */
  onSave: () => void
}

/**
 * Shows the statistics in a container: how many passes there are now, a chart, and a table with all
 * figures, which can be saved as a file.
 */
export function showFigures(
  container: HTMLElement,
  { rows, now }: Stats,
  { by, language, words, onSave }: FiguresOptions,
): void {
  const toText = (value: number) => value.toLocaleString(language)
  const [inTable, inChart] = dateFormats[by].map((format) => {
    const written = new Intl.DateTimeFormat(language, { ...format, timeZone: 'UTC' })
    return ({ from }: StatsRow) => written.format(new Date(from))
  })
  const series: Series[] = [
    { id: 'created', values: rows.map(({ created }) => created) },
    {
      id: 'installed',
      values: rows.map(({ installedApple, installedGoogle }) => installedApple + installedGoogle),
    },
    { id: 'removed', values: rows.map(({ removed }) => removed) },
  ]
  const names = {
    created: words.counters.created,
    installed: words.installs,
    removed: words.counters.removed,
  }
  const legend = element(
    'ul',
    { class: 'legend' },
    ...series.map(({ id }) => element('li', { class: `of-${id}` }, names[id])),
  )
  const chart = element('div', { class: 'chart' })
  const isEmpty = series.every(({ values }) => values.every((value) => value === 0))
  container.replaceChildren(
    element(
      'dl',
      { class: 'numbers' },
      ...(['living', 'installed', 'neverInstalled'] as const).map((name) =>
        element('div', {}, element('dt', {}, words[name]), element('dd', {}, toText(now[name]))),
      ),
    ),
    ...(isEmpty ? [element('p', { class: 'nothing' }, words.nothing)] : [legend, chart]),
    buildTable(rows.toReversed(), words, by, { toName: inTable ?? String, toText }),
    element('p', { class: 'save' }, button(words.save, onSave)),
  )
  if (isEmpty) return
  const options = { label: words.chart, names: rows.map(inChart ?? String), toText }
  new ResizeObserver(() => {
    chart.replaceChildren(
      drawChart(series, { ...options, width: Math.max(260, chart.clientWidth) }),
    )
  }).observe(chart)
}

function buildTable(
  rows: readonly StatsRow[],
  words: Words,
  by: Period,
  { toName, toText }: { toName: (row: StatsRow) => string; toText: (value: number) => string },
): HTMLElement {
  const toRow = (name: string, row: StatsCounts) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...statsCounters.map((counter) =>
        element('td', row[counter] === 0 ? { class: 'zero' } : {}, toText(row[counter])),
      ),
    )
  const head = [words.from[by], ...statsCounters.map((counter) => words.counters[counter])]
  return element(
    'div',
    { class: 'table', tabindex: 0, role: 'group', 'aria-label': words.table },
    element(
      'table',
      {},
      element('caption', {}, words.table),
      element(
        'thead',
        {},
        element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name))),
      ),
      element('tbody', {}, ...rows.map((row) => toRow(toName(row), row))),
      element('tfoot', {}, toRow(words.total, sumCounts(rows))),
    ),
  )
}
