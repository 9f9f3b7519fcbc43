import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { findMigrations, migrate, openDatabase } from '../../src/db/database.ts'
import { databases } from '../support/databases/databases.ts'

const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')

describe.each(databases)('upgrading on $name', ({ name, createDatabase }) => {
  const open = async () => {
    const { database } = readConfig({ DATABASE_URL: await createDatabase() })
    const db = openDatabase(database, () => {})
    onTestFinished(() => db.destroy())
    return db
  }

  it('the docs say of every migration whether the version before may run on, and why', async () => {
    const { pending } = await findMigrations(await open(), name)
    const rows = [...page.matchAll(/^\| `(\d{3}-[\w-]+)` +\| (yes|no) +\| (\S.+?) +\|$/gm)]
    expect(rows.map(([, migration]) => migration)).toEqual(pending)
  })

  it('a version older than the database does not start, and says what to do', async () => {
    const db = await open()
    await migrate(db, name)
    await sql`insert into kysely_migration values ('999-later', '2027-01-01')`.execute(db)
    await expect(migrate(db, name)).rejects.toThrow(
      /newer version of Passwright \(999-later\)\. Start that version, or restore a backup/,
    )
  })
})
