/** What is counted of passes, in the order of the columns of tables and of the CSV. */
export const statsCounters = [
  'created',
  'mailed',
  'mailFailed',
  'opened',
  'downloaded',
  'installedApple',
  'installedGoogle',
  'removed',
  'voided',
] as const
export type StatsCounter = (typeof statsCounters)[number]

/** How often each of them happened. */
export type StatsCounts = Record<StatsCounter, number>

/** Adds up the counts of rows; all are zero where there is no row. */
export function sumCounts(rows: readonly StatsCounts[]): StatsCounts {
  return Object.fromEntries(
    statsCounters.map((counter) => [counter, rows.reduce((total, row) => total + row[counter], 0)]),
  ) as StatsCounts
}

/** Days such as `2027-01-15`, both included; `template` is an id or a name. */
export interface StatsQuery {
  template?: string
  from?: string
  to?: string
  by?: 'day' | 'week' | 'month'
}

/** What happened in the period that begins on this UTC day. */
export type StatsRow = StatsCounts & { from: string }

export interface Stats {
  rows: StatsRow[]
  now: { living: number; installed: number; neverInstalled: number }
}
