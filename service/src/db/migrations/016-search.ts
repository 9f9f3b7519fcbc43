import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Dialect } from './dialect.ts'

/**
 * Words refer to passes and their owners by small numbers: with the texts, they took more than half of
 * the database, and of what is written for a pass.
 */
export function numberSearchedPasses(dialect: Dialect): Migration {
  const isPostgres = dialect === 'postgres'
  // Ranges of beginnings need the order of bytes, as SQLite compares texts anyway.
  const word = isPostgres ? sql`text collate "C"` : sql`text`
  return {
    async up(db: Kysely<unknown>) {
      // A million passes take minutes.
      if (isPostgres) await sql`set local statement_timeout = 0`.execute(db)
      const createNumbered = (table: string) =>
        db.schema
          .createTable(table)
          .addColumn('number', 'integer', (column) =>
            isPostgres ? column.primaryKey().generatedByDefaultAsIdentity() : column.primaryKey(),
          )
      await createNumbered('search_owner')
        .addColumn('key_id', 'text', (column) => column.notNull().unique())
        .execute()
      await createNumbered('search_pass')
        .addColumn('owner', 'integer', (column) => column.notNull())
        .addColumn('serial_number', 'text', (column) => column.notNull().unique())
        .execute()
      await db.schema
        .createTable('search_word')
        .addColumn('owner', 'integer', (column) => column.notNull())
        .addColumn('word', word, (column) => column.notNull())
        .addColumn('pass', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('search_word_primary', ['owner', 'word', 'pass'])
        .$call((table) => (isPostgres ? table : table.modifyEnd(sql`without rowid`)))
        .execute()
      await sql`insert into search_owner (key_id)
        select distinct key_id from pass order by key_id`.execute(db)
      await sql`insert into search_pass (owner, serial_number)
        select search_owner.number, serial_number
        from pass join search_owner on search_owner.key_id = pass.key_id
        where cleared_at is null and forgotten_at is null order by serial_number`.execute(db)
      await sql`insert into search_word (owner, word, pass)
        select search_pass.owner, pass_word.word, search_pass.number
        from pass_word join search_pass on search_pass.serial_number = pass_word.serial_number
        order by search_pass.owner, pass_word.word, search_pass.number`.execute(db)
      await db.schema.createIndex('search_word_pass').on('search_word').column('pass').execute()
      await db.schema.dropTable('pass_word').execute()
    },
  }
}
