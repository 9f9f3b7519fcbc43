import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import { createDatabase } from './postgres.ts'

export type Database = {
  name: 'sqlite' | 'postgres'
  /** Gives the DATABASE_URL of a new, empty database that nobody else uses. */
  url(): Promise<string>
}

/** Both databases that the service runs on, for `describe.each(databases)('… ($name)', ({ url }) => …)`. */
export const databases: Database[] = [
  { name: 'sqlite', url: newSqlite },
  { name: 'postgres', url: newPostgres },
]

async function newSqlite(): Promise<string> {
  return `sqlite:${join(inject('folder'), `${randomBytes(6).toString('hex')}.db`)}`
}

async function newPostgres(): Promise<string> {
  const answer = await text(connect(inject('postgresDesk'), '127.0.0.1'))
  if (!answer.startsWith('postgres://')) throw new Error(answer)
  return createDatabase(answer)
}
