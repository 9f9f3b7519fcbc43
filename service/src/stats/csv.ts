import { type StatsRow, statsCounters } from '@passwright/shared'

const columns = ['from', ...statsCounters] as const

/** The rows as CSV with a header line (RFC 4180). */
export function toCsv(rows: readonly StatsRow[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}
