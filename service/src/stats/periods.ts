import type { StatsPeriod, StatsQuery } from '@passwright/shared/schema'

const DAY_MS = 24 * 60 * 60 * 1000

/** How many periods are shown when a request does not say from when on, the present one included. */
const defaultCounts: Record<StatsPeriod, number> = { day: 30, week: 12, month: 12 }

/** The first day of the period that a UTC day is in. A week begins on Monday (ISO 8601). */
const starts: Record<StatsPeriod, (day: string) => string> = {
  day: (day) => day,
  week: (day) => addDays(day, -((new Date(day).getUTCDay() + 6) % 7)),
  month: (day) => `${day.slice(0, 7)}-01`,
}

const nexts: Record<StatsPeriod, (start: string, count: number) => string> = {
  day: addDays,
  week: (start, count) => addDays(start, 7 * count),
  month: addMonths,
}

/** The days of a request, both inclusive: where it does not say, the latest periods until today. */
export function resolveDays(
  { from, to, by }: Pick<StatsQuery, 'from' | 'to' | 'by'>,
  now: Date,
): { from: string; to: string } {
  const last = to ?? now.toISOString().slice(0, 10)
  return { from: from ?? nexts[by](starts[by](last), 1 - defaultCounts[by]), to: last }
}

/**
 * The periods that these days are in, each by the first of its days that is among them; at most `max`
 * and one more.
 */
export function listPeriods(days: { from: string; to: string }, by: StatsPeriod, max: number) {
  const periods: string[] = []
  for (let start = starts[by](days.from); start <= days.to && periods.length <= max; ) {
    // The first one may begin before the days do.
    periods.push(periods.length === 0 ? days.from : start)
    start = nexts[by](start, 1)
  }
  return periods
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10)
}

/** Counts from the first of a month. */
function addMonths(first: string, count: number): string {
  const date = new Date(first)
  date.setUTCMonth(date.getUTCMonth() + count)
  return date.toISOString().slice(0, 10)
}
