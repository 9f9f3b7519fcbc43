import { Worker } from 'node:worker_threads'

/** Runs jobs in a thread of its own, so that they do not block the event loop. */
export interface WorkerThread<Job, Result> {
  /**
   * Runs a job when it is its owner's turn. Resolves to `'busy'` when the queue is full, to `'failed'`
   * when the thread crashes or takes too long; the next job gets a new thread.
   */
  run(job: Job, owner: string): Promise<Result | 'busy' | 'failed'>
}

export interface WorkerThreadOptions {
  timeoutMs: number
  maxQueued: number
  maxQueuedByOwner: number
  /** The thread ends when it had nothing to do for so long. */
  idleMs?: number
}

interface Task<Job, Result> {
  job: Job
  resolve: (result: Result | 'failed') => void
}

/** The memory of one thread; a job that needs more fails. V8 would keep far more than it needs. */
const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 }

/** Creates a thread that runs a file, one job at a time; it starts with the first job. */
export function createWorkerThread<Job, Result>(
  file: URL,
  { timeoutMs, maxQueued, maxQueuedByOwner, idleMs = 10_000 }: WorkerThreadOptions,
): WorkerThread<Job, Result> {
  /** By owner, in the order of their turns. */
  const queue = new Map<string, Task<Job, Result>[]>()
  let queued = 0
  let worker: Worker | undefined
  let running: Task<Job, Result> | undefined
  let timer: NodeJS.Timeout | undefined

  const start = (): Worker => {
    const started = new Worker(file, {
      execArgv: [],
      resourceLimits: MEMORY,
    })
    // Only waiting for a result keeps the process alive, and a request does that itself.
    started.unref()
    started.on('message', (result: Result) => finish(started, result))
    started.on('error', () => fail(started))
    started.on('exit', () => fail(started))
    return started
  }
  const finish = (from: Worker, result: Result | 'failed') => {
    if (from !== worker || running === undefined) return
    clearTimeout(timer)
    running.resolve(result)
    running = undefined
    runNext()
  }
  const fail = (from: Worker) => {
    if (from !== worker) return
    worker = undefined
    clearTimeout(timer)
    running?.resolve('failed')
    running = undefined
    runNext()
  }
  const end = (ending: Worker) => {
    fail(ending)
    void ending.terminate()
  }
  const runNext = () => {
    if (running !== undefined) return
    running = takeNext()
    if (running === undefined) {
      const idle = worker
      if (idle) timer = setTimeout(() => end(idle), idleMs).unref()
      return
    }
    worker ??= start()
    const current = worker
    clearTimeout(timer)
    timer = setTimeout(() => end(current), timeoutMs)
    current.postMessage(running.job)
  }
  const takeNext = (): Task<Job, Result> | undefined => {
    const [first] = queue
    if (first === undefined) return undefined
    const [owner, [task, ...others]] = first
    queue.delete(owner)
    // Behind the other owners.
    if (others.length > 0) queue.set(owner, others)
    queued -= 1
    return task
  }

  return {
    run: (job, owner) => {
      const ofOwner = queue.get(owner) ?? []
      if (queued >= maxQueued || ofOwner.length >= maxQueuedByOwner) return Promise.resolve('busy')
      const { promise, resolve } = Promise.withResolvers<Result | 'failed'>()
      queue.set(owner, [...ofOwner, { job, resolve }])
      queued += 1
      runNext()
      return promise
    },
  }
}
