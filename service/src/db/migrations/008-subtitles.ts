import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { moveSpecToEnd } from './005-summaries.ts'
import type { Dialect } from './dialect.ts'

/** What tells passes of one title apart, for lists. */
export function addSubtitles(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // A million passes take minutes.
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
      await db.schema.alterTable('pass').addColumn('subtitle', 'text').execute()
      await fillFromSpecs(db)
      if (dialect === 'sqlite') await moveSpecToEnd(db)
    },
  }
}

/** A spec may hold two megabytes. */
const BATCH_SIZE = 20

async function fillFromSpecs(db: Kysely<unknown>): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await sql<{ serial_number: string; title: string; spec: string }>`
      select serial_number, title, spec from pass
      where serial_number > ${after} order by serial_number limit ${BATCH_SIZE}`.execute(db)
    for (const { serial_number, title, spec } of rows) {
      const subtitle = findSubtitle(title, JSON.parse(spec))
      if (subtitle === undefined) continue
      await sql`update pass set subtitle = ${subtitle} where serial_number = ${serial_number}`.execute(
        db,
      )
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.serial_number
  }
}

interface Spec {
  value?: string
  [group: `${string}Fields`]: { value: string | number }[] | undefined
}

const groups = ['primary', 'secondary', 'auxiliary'] as const

function findSubtitle(title: string, spec: Spec): string | undefined {
  const fields = groups.flatMap((group) => spec[`${group}Fields`] ?? [])
  return [spec.value, ...fields.map(({ value }) => value)]
    .map((text) => toLine(String(text ?? '')))
    .find((text) => text !== '' && text !== toLine(title))
}

/** At most 64 characters of a text, as one line. */
function toLine(text: string): string {
  const line = text
    .slice(0, 1_000)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return [...line].slice(0, 64).join('').toWellFormed()
}
