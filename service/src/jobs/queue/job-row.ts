import type { Job } from '../job.ts'

/** The columns of a claimed job. */
export const columns = [
  'id',
  'kind',
  'payload',
  'attempts',
  'owner',
  'concurrency_key as concurrencyKey',
] as const

/** Converts a row with these columns to a job. */
export function toJob(row: Omit<Job, 'payload'> & { payload: string }): Job {
  return { ...row, payload: JSON.parse(row.payload) }
}
