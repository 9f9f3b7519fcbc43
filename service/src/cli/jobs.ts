import { type JobSummary, listJobs } from '../jobs/manage.ts'
import { type Command, print, printJson } from './command.ts'
import { withDatabase } from './with-database.ts'

export const jobsList: Command = {
  summary: 'List what has failed for good, and what still waits, with the reasons.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  takes: [],
  run: async ({ values }) => {
    const jobs = await withDatabase(listJobs)
    if (values.json) return printJson(jobs)
    if (jobs.length === 0) return print('Nothing has failed, and nothing waits.')
    print(...jobs.map(lineOf))
  },
}

function lineOf({ id, kind, about, state, attempts, runAt, createdAt, reason }: JobSummary) {
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`
  const when = state === 'waiting' ? `next ${runAt}` : `from ${createdAt}`
  const what = about === null ? kind : `${kind} ${about}`
  return [id, what, state.padEnd(7), tries, when, reason ?? ''].join('  ')
}
