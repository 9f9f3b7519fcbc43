import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { problemIn } from '../support/error-response.ts'
import { startOrigin } from '../support/origin-server.ts'
import { tinyPng } from '../support/png.ts'
import { openRaw, responseIn } from '../support/raw-http.ts'
import { type ServiceProcess, startProcess } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A service with one request under way that ends when `deliver` is called. */
async function busyService() {
  const waiting: ServerResponse[] = []
  const origin = await startOrigin('127.0.0.1', (_, response) => void waiting.push(response))
  onTestFinished(origin.close)
  const folder = await temporaryFolder()
  const service = await startProcess({ DATA_DIR: folder, OUTBOUND_ALLOW: '127.0.0.1' })
  onTestFinished(() => void service.child.kill('SIGKILL'))
  const [key = ''] = service.output().match(/pw_live_\w+/) ?? []
  const making = fetch(`${service.url}/api/passes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Pass', logoURL: `${origin.url}/logo.png` }),
  }).catch((error: unknown) => error)
  await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(1)
  return { service, folder, making, deliver: () => waiting[0]?.end(tinyPng()) }
}

const stopping = (service: ServiceProcess) =>
  expect.poll(() => service.output(), { timeout: 5_000 }).toContain('"msg":"stopping"')

const timed = async <T>(work: Promise<T>) => {
  const begun = performance.now()
  return { outcome: await work, seconds: (performance.now() - begun) / 1000 }
}

describe('a service that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '(%s) finishes what runs, takes nothing new, and ends with 0',
    async (signal) => {
      const { service, folder, making, deliver } = await busyService()
      const asking = await openRaw(service.url)
      onTestFinished(asking.close)
      asking.send('GET /ready HTTP/1.1\r\nHost: a\r\n')
      const idle = await openRaw(service.url)
      onTestFinished(idle.close)
      idle.send('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
      await idle.until(/"ok"/)

      const ending = timed(service.end(signal))
      await stopping(service)
      asking.send('\r\n')
      const ready = await problemIn(responseIn(await asking.until(/"requestId":"[^"]+"}/)))
      expect(ready).toMatchObject({ status: 503, code: 'not_ready' })
      await idle.ended()
      await expect(fetch(`${service.url}/health`)).rejects.toThrow('fetch failed')

      deliver()
      expect(await making).toMatchObject({ status: 201 })
      const { outcome, seconds } = await ending
      expect(outcome).toBe(0)
      expect(seconds).toBeLessThan(5)
      expect(service.output()).toContain('"msg":"stopped"')
      expect(existsSync(join(folder, 'passwright.db-wal'))).toBe(false)
    },
  )

  it('twice in the same breath, as npm and the terminal do, still finishes what runs', async () => {
    const { service, making, deliver } = await busyService()
    service.child.kill('SIGINT')
    await stopping(service)
    service.child.kill('SIGTERM')
    service.child.kill('SIGINT')
    deliver()
    expect(await making).toMatchObject({ status: 201 })
    expect(await service.ended()).toBe(0)
  })

  it('again a while later ends at once', async () => {
    const { service, making } = await busyService()
    service.child.kill('SIGTERM')
    await stopping(service)
    const since = performance.now()
    await expect.poll(() => performance.now() - since, { timeout: 3_000 }).toBeGreaterThan(1_100)
    const { outcome, seconds } = await timed(service.end('SIGTERM'))
    expect(outcome).toBe(1)
    expect(seconds).toBeLessThan(1)
    expect(await making).toBeInstanceOf(Error)
  })

  it('ends within 10 s though somebody never finishes', async () => {
    const { service, making } = await busyService()
    const halves = await Promise.all([openRaw(service.url), openRaw(service.url)])
    for (const { close } of halves) onTestFinished(close)
    halves[0]?.send('POST /api/passes HTTP/1.1\r\nHost: a\r\n')
    const { outcome, seconds } = await timed(service.end('SIGTERM'))
    expect(outcome).toBe(0)
    expect(seconds).toBeLessThan(10)
    await making
  })
})
