// A thread for the tests: it returns what it is given, crashes, or never ends.
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', (job: string) => {
  if (job === 'crash') throw new Error('as asked')
  if (job === 'exit') process.exit(1)
  if (job === 'hang') for (;;);
  parentPort?.postMessage(`done: ${job}`)
})
