import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

describe('a SQLite file that another process has locked', () => {
  let service: TestService
  let key: string
  let other: DatabaseSync

  beforeEach(async () => {
    service = await startTestService()
    key = await service.createKey()
    const { database } = service.ctx.config
    if (database.kind !== 'sqlite') throw new Error('Expected SQLite')
    other = new DatabaseSync(database.file)
  })
  afterEach(async () => {
    other.close()
    await service.stop()
  })

  const create = () => service.fetch('/api/passes', { key, json: { title: 'Pass' } })

  /** Waits while the service handles 50 other requests. */
  const handleOtherRequests = async () => {
    for (let count = 0; count < 50; count += 1) {
      expect((await service.fetch('/health')).status).toBe(200)
    }
  }

  it('for long causes 503s within seconds, but blocks neither reads nor other requests', async () => {
    other.exec('begin immediate')
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    const startedAt = performance.now()
    const responses = await Promise.all(Array.from({ length: 20 }, create))
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    for (const response of responses) {
      const problem = await readErrorResponse(response)
      expect(problem).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(problem.headers.get('retry-after')).toBe('5')
    }
    delay.disable()
    expect(delay.max / 1e6).toBeLessThan(400)
    expect(await service.client(key).getUsage()).toMatchObject({ count: 0 })

    other.exec('commit')
    expect((await create()).status).toBe(201)
  })

  it('keeps nobody from a download, whose event may be lost', async () => {
    const { downloadUrl } = await service.client(key).createPass({ title: 'Pass' })
    other.exec('begin immediate')
    const startedAt = performance.now()
    const response = await service.fetch(new URL(downloadUrl).pathname)
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1_000)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    other.exec('commit')
    expect((await service.fetch(new URL(downloadUrl).pathname)).status).toBe(200)
  })

  it('for a moment delays requests', async () => {
    other.exec('begin immediate')
    const responses = Promise.all(Array.from({ length: 5 }, create))
    await handleOtherRequests()
    other.exec('commit')
    expect((await responses).map(({ status }) => status)).toEqual(Array(5).fill(201))
  })

  it('for a moment delays requests also after it was locked for long', async () => {
    other.exec('begin immediate')
    expect((await create()).status).toBe(503)
    other.exec('commit')
    expect((await create()).status).toBe(201)
    other.exec('begin immediate')
    const response = create()
    await handleOtherRequests()
    other.exec('commit')
    expect((await response).status).toBe(201)
  })
})
