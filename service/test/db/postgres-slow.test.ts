import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { layWire } from '../support/frozen-wire.ts'
import { launchProcess } from '../support/service-process.ts'
import { startTestService } from '../support/test-service.ts'

const [, postgres] = databases
if (postgres?.name !== 'postgres') throw new Error('The second database is PostgreSQL')

const timed = async <T>(work: Promise<T>): Promise<[T, number]> => {
  const begun = performance.now()
  return [await work, (performance.now() - begun) / 1000]
}

describe.concurrent('a PostgreSQL that does not answer', () => {
  it('makes 503s, not waiting without end, and connections that hang are given up', async ({
    expect,
    onTestFinished,
  }) => {
    const wire = await layWire(await postgres.url())
    onTestFinished(wire.close)
    const service = await startTestService({ databaseUrl: wire.url })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const make = () => service.fetch('/api/passes', { key, json: { title: 'Pass' } })
    expect(
      (await Promise.all(Array.from({ length: 4 }, make))).map(({ status }) => status),
    ).toEqual(Array(4).fill(201))

    wire.freeze()
    const hanging = Array.from({ length: 14 }, () => timed(make()))
    expect((await timed(service.fetch('/health')))[1]).toBeLessThan(1)
    for (const [response, seconds] of await Promise.all(hanging)) {
      const problem = await problemIn(response)
      expect(problem).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(problem.headers.get('retry-after')).toBe('5')
      expect(seconds).toBeLessThan(20)
    }

    wire.thaw()
    await expect.poll(async () => (await make()).status, { timeout: 10_000 }).toBe(201)
    const again = await Promise.all(Array.from({ length: 14 }, make))
    expect(again.map(({ status }) => status)).toEqual(Array(14).fill(201))
  })

  it('has its statements cut short, and a pool that is used up does not hold others for long', async ({
    expect,
    onTestFinished,
  }) => {
    const databaseUrl = await postgres.url()
    const service = await startTestService({ databaseUrl: `${databaseUrl}?statement_timeout=7000` })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const make = () => service.fetch('/api/passes', { key, json: { title: 'Pass' } })
    const rude = new pg.Client({ connectionString: databaseUrl })
    await rude.connect()
    onTestFinished(() => rude.end())
    await rude.query('begin; lock table pass in access exclusive mode')

    const waiting = await Promise.all(Array.from({ length: 15 }, () => timed(make())))
    for (const [response, seconds] of waiting) {
      expect((await problemIn(response)).code).toBe('database_unavailable')
      expect(seconds).toBeLessThan(9)
    }
    await rude.query('rollback')
    const again = await Promise.all(Array.from({ length: 15 }, make))
    expect(again.map(({ status }) => status)).toEqual(Array(15).fill(201))
    expect(await service.client(key).getUsage()).toMatchObject({ count: 15 })
  })

  it('from the start on ends the start after 30 s, with the fix and without the password', {
    timeout: 60_000,
  }, async ({ expect, onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), 'passwright-test-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const service = await launchProcess({
      DATA_DIR: folder,
      DATABASE_URL: 'postgres://anna:geheim@127.0.0.1:1/none',
    })
    onTestFinished(() => void service.child.kill('SIGKILL'))
    const [code, seconds] = await timed(service.ended())
    expect(code).toBe(1)
    expect(seconds).toBeGreaterThan(29)
    expect(seconds).toBeLessThan(40)
    expect(service.output()).toMatch(/^Passwright cannot start: .*ECONNREFUSED.*DATABASE_URL/m)
    expect(service.output()).not.toContain('geheim')
  })
})
