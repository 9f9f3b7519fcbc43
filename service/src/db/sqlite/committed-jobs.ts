import { EventEmitter } from 'node:events'

/** The kinds of jobs that transactions of this process have committed, by SQLite file. */
export const committedJobs = new EventEmitter().setMaxListeners(0)
