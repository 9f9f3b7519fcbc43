import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemIn } from '../support/error-response.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

describe('a SQLite file that another process writes to', () => {
  let service: TestService
  let key: string
  let other: DatabaseSync

  beforeEach(async () => {
    service = await startTestService()
    key = await service.createKey()
    const { database } = service.ctx.config
    if (database.kind !== 'sqlite') throw new Error('This is about SQLite')
    other = new DatabaseSync(database.file)
  })
  afterEach(async () => {
    other.close()
    await service.stop()
  })

  const make = () => service.fetch('/api/passes', { key, json: { title: 'Pass' } })

  /** A while in which others are served. */
  const others = async () => {
    for (let count = 0; count < 50; count += 1) {
      expect((await service.fetch('/health')).status).toBe(200)
    }
  }

  it('for long makes 503s soon, reads go on, and nothing else is held up', async () => {
    other.exec('begin immediate')
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    const begun = performance.now()
    const answers = await Promise.all(Array.from({ length: 20 }, make))
    expect(performance.now() - begun).toBeLessThan(4_000)
    for (const answer of answers) {
      const problem = await problemIn(answer)
      expect(problem).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(problem.headers.get('retry-after')).toBe('5')
    }
    delay.disable()
    expect(delay.max / 1e6).toBeLessThan(400)
    expect(await service.client(key).getUsage()).toMatchObject({ count: 0 })

    other.exec('commit')
    expect((await make()).status).toBe(201)
  })

  it('for a moment is waited for', async () => {
    other.exec('begin immediate')
    const answers = Promise.all(Array.from({ length: 5 }, make))
    await others()
    other.exec('commit')
    expect((await answers).map(({ status }) => status)).toEqual(Array(5).fill(201))
  })

  it('for a moment is waited for again, though it was locked for long before', async () => {
    other.exec('begin immediate')
    expect((await make()).status).toBe(503)
    other.exec('commit')
    expect((await make()).status).toBe(201)
    other.exec('begin immediate')
    const answer = make()
    await others()
    other.exec('commit')
    expect((await answer).status).toBe(201)
  })
})
