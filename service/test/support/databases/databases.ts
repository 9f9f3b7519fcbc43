import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import { createDatabase } from './postgres.ts'

export type Database = {
  name: 'sqlite' | 'postgres'
  /** Creates an empty database that nothing else uses; returns its DATABASE_URL. */
  createDatabase(): Promise<string>
}

/** Both databases that the service supports, for `describe.each(databases)('… on $name', ({ createDatabase }) => …)`. */
export const databases: Database[] = [
  { name: 'sqlite', createDatabase: createSqlite },
  { name: 'postgres', createDatabase: createPostgres },
]

async function createSqlite(): Promise<string> {
  return `sqlite:${join(inject('folder'), `${randomBytes(6).toString('hex')}.db`)}`
}

async function createPostgres(): Promise<string> {
  const reply = await text(connect(inject('postgresUrlPort'), '127.0.0.1'))
  if (!reply.startsWith('postgres://')) throw new Error(reply)
  return createDatabase(reply)
}
