import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createPoster, startService } from '../contenders/servers.ts'

/** A data folder whose database holds many passes of one key. */
export interface StoredPasses {
  folder: string
  key: string
  /** Some of them, from all over the database. */
  serialNumbers: string[]
}

/** How many serial numbers are enough to read without repeats being cached. */
const SAMPLE = 5_000

/** The columns that tell the copies of a row apart, by table; `n` is the number of the copy. */
const ownColumns: Record<string, Record<string, string>> = {
  pass: {
    serial_number: serialNumberSql(),
    token: 'hex(randomblob(24))',
  },
  search_pass: { number: 'n', serial_number: serialNumberSql() },
  search_word: { pass: 'n' },
  event: { id: "'evt_' || hex(randomblob(12))", position: 'n' },
}

/** In the order in which they were made, as those of the service; the same in every table. */
function serialNumberSql(): string {
  return `printf('%08x-0000-7000-8000-%012x', 26000000 + n / 4, n)`
}

/** Makes one pass with the service, and the others by copying its rows. */
export async function storePasses(count: number): Promise<StoredPasses> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  const service = await startService({ DATA_DIR: folder })
  const poster = createPoster(service, 1)
  await poster.post()
  await poster.close()
  await service.stop()

  const database = new DatabaseSync(join(folder, 'passwright.db'))
  database.exec('pragma synchronous = off; pragma cache_size = -400000; begin')
  for (const table of Object.keys(ownColumns)) copyRows(database, table, count)
  database.exec(`update event_position set value = ${count + 1}; commit`)
  const rows = database
    .prepare('select serial_number from pass where rowid % ? = 0 limit ?')
    .all(Math.max(1, Math.floor(count / SAMPLE)), SAMPLE)
  database.close()
  return {
    folder,
    key: service.key ?? '',
    serialNumbers: rows.map(({ serial_number }) => String(serial_number)),
  }
}

function copyRows(database: DatabaseSync, table: string, count: number): void {
  const columns = database
    .prepare('select name from pragma_table_info(?)')
    .all(table)
    .map(({ name }) => String(name))
  const values = columns.map((column) => ownColumns[table]?.[column] ?? `"${column}"`)
  database.exec(`
    create temp table original as select * from ${table};
    with recursive copy (n) as (select 2 union all select n + 1 from copy where n < ${count + 1})
    insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')})
    select ${values.join(', ')} from copy, original;
    drop table original`)
}
