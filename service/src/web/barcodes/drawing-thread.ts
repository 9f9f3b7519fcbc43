import { parentPort } from 'node:worker_threads'
import { type DrawingJob, runDrawingJob } from './draw.ts'

// The whole program of the thread that draws: a job comes, its result goes.
parentPort?.on('message', async (job: DrawingJob) => {
  parentPort?.postMessage(await runDrawingJob(job))
})
