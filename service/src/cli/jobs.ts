import { queues } from '../job-handlers.ts'
import { type JobSummary, listJobs, retryJob } from '../jobs/manage.ts'
import { explainWaitingJobs, findQueueWarnings } from '../jobs/warnings.ts'
import { type Command, CommandError, print, printJson } from './command.ts'
import { withContext, withDatabase } from './context.ts'

export const jobsList: Command = {
  summary: 'List the failed and the waiting jobs, with the reasons.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const { jobs, warnings } = await withDatabase(async (db) => ({
      jobs: await explainWaitingJobs(db, queues, await listJobs(db, queues)),
      warnings: await findQueueWarnings(db, queues),
    }))
    if (values.json) return printJson(jobs)
    if (warnings.length > 0) print(...warnings.map(({ detail }) => detail), '')
    if (jobs.length === 0) return print('Nothing has failed, and nothing waits.')
    print(...jobs.map(formatJob))
  },
}

export const jobsRetry: Command = {
  summary: 'Retry a failed job, with all its attempts.',
  usage: 'ID',
  options: {},
  positionals: ['ID'],
  run: async ({ positionals: [id = ''] }) => {
    if (!(await withContext((ctx) => retryJob(ctx, queues, id)))) {
      throw new CommandError(`No job ${id} has failed. See: passwright jobs list`)
    }
    print(`Job ${id} is queued again; the service runs it within a second.`)
  },
}

function formatJob({ id, kind, about, state, attempts, runAt, createdAt, reason }: JobSummary) {
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`
  const time = state === 'waiting' ? `next ${runAt}` : `from ${createdAt}`
  const subject = about === null ? kind : `${kind} ${about}`
  return [id, subject, state.padEnd(7), tries, time, reason ?? ''].join('  ')
}
