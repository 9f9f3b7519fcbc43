import { mkdirSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import type { Config } from '../config.ts'
import { start } from './migrations/001-start.ts'
import { mail } from './migrations/002-mail.ts'
import { webhooks } from './migrations/003-webhooks.ts'
import { NodeSqliteDialect } from './node-sqlite.ts'
import type { Database } from './schema.ts'

export type Dialect = Config['database']['kind']

/** The database, or the transaction one is in: queries take whichever they are given. */
export type Db = Kysely<Database>
export type Trx = Transaction<Database>

/** Opens the database that the settings name; connects at the first query. */
export function openDatabase(config: Config['database'], onIdleError: (error: Error) => void): Db {
  return new Kysely<Database>({ dialect: dialects[config.kind](config as never, onIdleError) })
}

/** Brings the tables up to date; of several processes that start at once, one does it. */
export async function migrate(db: Db, dialect: Dialect): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        '001-start': start(dialect),
        '002-mail': mail,
        '003-webhooks': webhooks,
      }),
    },
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

const dialects = {
  sqlite({ file }: Extract<Config['database'], { kind: 'sqlite' }>) {
    mkdirSync(dirname(file), { recursive: true })
    return new NodeSqliteDialect(file)
  },

  postgres(
    { url }: Extract<Config['database'], { kind: 'postgres' }>,
    onIdleError: (error: Error) => void,
  ) {
    const pool = new pg.Pool({
      connectionString: url,
      max: 10,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
      stream: watchedSocket,
    })
    // Without listeners a connection that dies would end the process: idle, or between two queries.
    pool.on('error', onIdleError)
    pool.on('connect', (client) => client.on('error', () => {}))
    return new PostgresDialect({ pool })
  },
}

/** Longer than any statement may take, and than the pool keeps what is idle: who is silent so long is gone. */
const SILENCE_MS = 12_000

/** A connection that ends when nothing comes, as when the other machine lost its power. */
function watchedSocket(): Socket {
  const socket = new Socket()
  return socket.setTimeout(SILENCE_MS, () => {
    socket.destroy(Object.assign(new Error('The database is silent'), { code: 'ETIMEDOUT' }))
  })
}

/** Asks the database for a sign of life; throws when there is none. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db)
}
