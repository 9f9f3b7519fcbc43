import { retryJob } from '../jobs/retry.ts'
import { type Command, print, UsageError } from './command.ts'
import { withContext } from './context.ts'

export const jobsRetry: Command = {
  summary: 'Let a job that has failed for good begin anew.',
  usage: 'ID',
  options: {},
  takes: ['ID'],
  run: async ({ positionals: [id = ''] }) => {
    if (!(await withContext((ctx) => retryJob(ctx, id)))) {
      throw new UsageError(`No job ${id} has failed. See: passwright jobs list`)
    }
    print(`Job ${id} begins anew; the service takes it within a second.`)
  },
}
