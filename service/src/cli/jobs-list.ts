import { listJobs } from '../jobs/queue.ts'
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
    print(
      ...jobs.map(({ id, kind, state, attempts, runAt, createdAt, reason }) => {
        const when = state === 'waiting' ? `next ${runAt}` : `from ${createdAt}`
        return [id, kind.padEnd(5), state.padEnd(7), `${attempts} tries`, when, reason ?? ''].join(
          '  ',
        )
      }),
    )
  },
}
