import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { type Db, migrate, openDatabase } from '../../src/db/database.ts'
import { databases } from '../support/databases.ts'

describe.each(databases)('bringing $name up to date', ({ url }) => {
  const open = (databaseUrl: string) => {
    const { database } = readConfig({ DATABASE_URL: databaseUrl })
    const db = openDatabase(database, () => {})
    onTestFinished(() => db.destroy())
    return { db, bringUp: () => migrate(db, database.kind) }
  }
  const tables = async (db: Db) =>
    (await db.introspection.getTables())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('kysely_'))
      .sort()

  it('happens whole or not at all, and can be tried again', async () => {
    const { db, bringUp } = open(await url())
    await sql`create table once (something text)`.execute(db)
    await expect(bringUp()).rejects.toThrow(/once/)
    expect(await tables(db)).toEqual(['once'])

    await sql`drop table once`.execute(db)
    await bringUp()
    const all = await tables(db)
    expect(all).toContain('pass')
    await bringUp()
    expect(await tables(db)).toEqual(all)
  })

  it('happens once when five begin together', async () => {
    const databaseUrl = await url()
    const five = Array.from({ length: 5 }, () => open(databaseUrl))
    await Promise.all(five.map(({ bringUp }) => bringUp()))
    const [first] = five
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(
      first?.db as Db,
    )
    expect(rows.map(({ name }) => name)).toEqual([...new Set(rows.map(({ name }) => name))])
    expect(rows.length).toBeGreaterThan(0)
  })
})
