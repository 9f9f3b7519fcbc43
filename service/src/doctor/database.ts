import { Problem } from '@passwright/shared'
import { type Db, type Dialect, findMigrations, ping } from '../db/database.ts'
import { createWriteProbe } from '../db/write-probe.ts'
import { withExistingDatabase } from './existing-database.ts'
import { type Finding, findBroken, findOk, findWarning, type Patient } from './finding.ts'

/** Whether the database can be reached, has all migrations and can be written. */
export async function checkDatabase({ config, now }: Patient): Promise<Finding[]> {
  const { database } = config
  const place = database.kind === 'sqlite' ? database.file : 'PostgreSQL'
  try {
    const found = await withExistingDatabase(config, (db) => examine(db, database.kind, now))
    if (found === undefined) {
      const message = `${place} does not exist yet; the first start creates it`
      return [findWarning('database_missing', message, 'Start the service, or check DATABASE_URL')]
    }
    return found.length > 0
      ? found
      : [
          findOk(
            'database',
            `The database (${place}) responds, has all migrations and can be written`,
          ),
        ]
  } catch (error) {
    const message = `The database (${place}) cannot be used: ${describe(error)}`
    return [findBroken('database_unavailable', message, fixes[database.kind])]
  }
}

const fixes = {
  sqlite: "Give the service's user the file and its folder, or name another file in DATABASE_URL",
  postgres: 'Check that PostgreSQL runs, and host, user, password and database in DATABASE_URL',
}

async function examine(db: Db, dialect: Dialect, now: () => Date): Promise<Finding[]> {
  await ping(db)
  const { pending, unknown } = await findMigrations(db, dialect)
  const findings: Finding[] = []
  if (pending.length > 0) {
    const message = `The database lacks ${pending.length} of the migrations of this version: ${pending.join(', ')}`
    findings.push(
      findWarning(
        'database_not_migrated',
        message,
        'Restart the service: it migrates at the start',
      ),
    )
  }
  if (unknown.length > 0) {
    const message = `The database was migrated by a newer version of Passwright: ${unknown.join(', ')}`
    findings.push(
      findBroken(
        'database_newer',
        message,
        'Install that version again, or restore a backup of the database',
      ),
    )
  }
  if (pending.length > 0) return findings
  return [...findings, ...(await checkWritable(db, now))]
}

async function checkWritable(db: Db, now: () => Date): Promise<Finding[]> {
  try {
    await createWriteProbe(db, now)()
    return []
  } catch (error) {
    const cause = error instanceof Problem ? error.cause : error
    const message = `The database cannot be written: ${describe(cause)}`
    const fix = "Make room on its disk, and give the service's user write access"
    return [findBroken('database_read_only', message, fix)]
  }
}

function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join(', ')
  return error instanceof Error ? error.message || error.name : String(error)
}
