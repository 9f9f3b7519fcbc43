import { queues } from '../../job-handlers.ts'
import {
  type DropRequest,
  dropJobs,
  type JobSummary,
  listJobs,
  retryJob,
} from '../../jobs/manage/manage.ts'
import { explainWaitingJobs, findQueueWarnings } from '../../jobs/manage/warnings.ts'
import { type Command, CommandError, print, printJson } from '../program/command.ts'
import { withContext } from '../program/context.ts'
import { withDatabase } from '../program/database.ts'

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
  summary: 'Run a failed or waiting job at once, with all its attempts.',
  usage: 'ID',
  options: {},
  positionals: ['ID'],
  run: async ({ positionals: [id = ''] }) => {
    if (!(await withContext((ctx) => retryJob(ctx, queues, id)))) {
      throw new CommandError(
        `No job ${id} has failed or waits. It may be running. See: passwright jobs list`,
      )
    }
    print(`Job ${id} is queued again; the service runs it within a second.`)
  },
}

export const jobsDrop: Command = {
  summary: 'Drop a waiting job, or all waiting jobs of an API key: they fail, and nothing is sent.',
  usage: 'ID | --key ID',
  options: { key: { type: 'string' } },
  positionals: ['[ID]'],
  run: async ({ values, positionals: [id] }) => {
    const request = parseDropRequest(id, values.key)
    const subject = 'id' in request ? `job ${request.id}` : `job of the key ${request.keyId}`
    const { dropped, running } = await withContext((ctx) => dropJobs(ctx, queues, request))
    if (dropped === 0 && running === 0) {
      throw new CommandError(`No ${subject} waits. See: passwright jobs list`)
    }
    if (dropped > 0) print(`${countJobs(dropped)} dropped. Nothing is sent for what was dropped.`)
    if (running > 0)
      print(`${countJobs(running)} left, because the service is running it just now.`)
  },
}

function parseDropRequest(id: string | undefined, key: unknown): DropRequest {
  if (id !== undefined && key === undefined) return { id }
  if (id === undefined && typeof key === 'string') return { keyId: key }
  throw new CommandError(
    'Name one job, or one API key: passwright jobs drop ID, or passwright jobs drop --key ID',
  )
}

function countJobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`
}

function formatJob(job: JobSummary) {
  const { id, kind, about, owner, state, attempts, runAt, createdAt, reason } = job
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`
  const time = state === 'waiting' ? `next ${runAt}` : `from ${createdAt}`
  const subject = about === null ? kind : `${kind} ${about}`
  return [id, subject, owner, state.padEnd(7), tries, time, reason ?? ''].join('  ')
}
