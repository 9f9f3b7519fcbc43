import { type Stats, statsCounters } from '@passwright/shared/schema'

const columns = ['from', ...statsCounters] as const

/** The rows as CSV with a header line (RFC 4180). */
export function toCsv(rows: Stats['rows']): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}
