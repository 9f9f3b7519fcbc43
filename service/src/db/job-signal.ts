import { Socket } from 'node:net'
import { sql } from 'kysely'
import pg from 'pg'
import type { DatabaseSettings, Trx } from './database.ts'
import { committedJobs } from './sqlite/committed-jobs.ts'

const CHANNEL = 'passwright_job'

/** Signals at the commit that a job of this kind was queued; SQLite has a function of the same name. */
export async function signalJob(trx: Trx, kind: string): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${kind})`.execute(trx)
}

/** How long to wait before a lost connection is opened again. */
const RECONNECT_MS = 2_000

/**
 * Calls back with the kind of each job that is queued from now on: on SQLite by this process, on
 * PostgreSQL by any instance. A signal may be lost with a connection, so it only saves time. Returns the
 * function that stops it.
 */
export function onJobQueued(settings: DatabaseSettings, listener: (kind: string) => void) {
  if (settings.kind === 'postgres') return listenOnPostgres(settings.url, listener)
  committedJobs.on(settings.file, listener)
  return () => {
    committedJobs.off(settings.file, listener)
  }
}

function listenOnPostgres(url: string, listener: (kind: string) => void): () => void {
  let isStopped = false
  let socket: Socket | undefined
  let timer: NodeJS.Timeout | undefined
  const connect = () => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      stream: () => {
        socket = new Socket()
        return socket
      },
    })
    const reconnect = () => {
      if (isStopped || timer) return
      socket?.destroy()
      timer = setTimeout(() => {
        timer = undefined
        connect()
      }, RECONNECT_MS)
    }
    client.on('notification', ({ payload = '' }) => listener(payload))
    client.on('error', reconnect)
    client.on('end', reconnect)
    client
      .connect()
      .then(() => client.query(`listen ${CHANNEL}`))
      .catch(reconnect)
  }
  connect()
  return () => {
    isStopped = true
    clearTimeout(timer)
    socket?.destroy()
  }
}
