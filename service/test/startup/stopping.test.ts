import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ServiceProcess, startServiceProcess } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { startOriginServer } from '../support/http/origin-server.ts'
import { openRawConnection, parseResponse } from '../support/http/raw-http.ts'
import { createTinyPng } from '../support/images/png.ts'

/** Starts a service with one running request, which ends when `deliver` is called. */
async function startBusyService() {
  const waiting: ServerResponse[] = []
  const origin = await startOriginServer('127.0.0.1', (_, response) => void waiting.push(response))
  onTestFinished(origin.close)
  const folder = await createTemporaryFolder()
  const service = await startServiceProcess({ DATA_DIR: folder, OUTBOUND_ALLOW: '127.0.0.1' })
  onTestFinished(() => void service.child.kill('SIGKILL'))
  const [key = ''] = service.output().match(/pw_live_\w+/) ?? []
  const pendingResponse = fetch(`${service.url}/api/passes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Pass', logoURL: `${origin.url}/logo.png` }),
  }).catch((error: unknown) => error)
  await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(1)
  return { service, folder, pendingResponse, deliver: () => waiting[0]?.end(createTinyPng()) }
}

const waitForStopping = (service: ServiceProcess) =>
  expect.poll(() => service.output(), { timeout: 5_000 }).toContain('"msg":"stopping"')

const measure = async <T>(work: Promise<T>) => {
  const startedAt = performance.now()
  return { outcome: await work, seconds: (performance.now() - startedAt) / 1000 }
}

describe('a service that gets a stop signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '(%s) finishes running requests, accepts no new ones, and exits with 0',
    async (signal) => {
      const { service, folder, pendingResponse, deliver } = await startBusyService()
      const halfSent = await openRawConnection(service.url)
      onTestFinished(halfSent.close)
      halfSent.send('GET /ready HTTP/1.1\r\nHost: a\r\n')
      const idle = await openRawConnection(service.url)
      onTestFinished(idle.close)
      idle.send('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
      await idle.waitFor(/"ok"/)

      const exit = measure(service.stop(signal))
      await waitForStopping(service)
      halfSent.send('\r\n')
      const ready = await readErrorResponse(
        parseResponse(await halfSent.waitFor(/"requestId":"[^"]+"}/)),
      )
      expect(ready).toMatchObject({ status: 503, code: 'not_ready' })
      await idle.waitForEnd()
      await expect(fetch(`${service.url}/health`)).rejects.toThrow('fetch failed')

      deliver()
      expect(await pendingResponse).toMatchObject({ status: 201 })
      const { outcome, seconds } = await exit
      expect(outcome).toBe(0)
      expect(seconds).toBeLessThan(5)
      expect(service.output()).toContain('"msg":"stopped"')
      expect(existsSync(join(folder, 'passwright.db-wal'))).toBe(false)
    },
  )

  it('twice at the same time, as from npm and the terminal, still finishes running requests', async () => {
    const { service, pendingResponse, deliver } = await startBusyService()
    service.child.kill('SIGINT')
    await waitForStopping(service)
    service.child.kill('SIGTERM')
    service.child.kill('SIGINT')
    deliver()
    expect(await pendingResponse).toMatchObject({ status: 201 })
    expect(await service.waitForExit()).toBe(0)
  })

  it('again a second later exits at once', async () => {
    const { service, pendingResponse } = await startBusyService()
    service.child.kill('SIGTERM')
    await waitForStopping(service)
    const since = performance.now()
    await expect.poll(() => performance.now() - since, { timeout: 3_000 }).toBeGreaterThan(1_100)
    const { outcome, seconds } = await measure(service.stop('SIGTERM'))
    expect(outcome).toBe(1)
    expect(seconds).toBeLessThan(1)
    expect(await pendingResponse).toBeInstanceOf(Error)
  })

  it('exits within 10 s even if a client never finishes', async () => {
    const { service, pendingResponse } = await startBusyService()
    const halves = await Promise.all([
      openRawConnection(service.url),
      openRawConnection(service.url),
    ])
    for (const { close } of halves) onTestFinished(close)
    halves[0]?.send('POST /api/passes HTTP/1.1\r\nHost: a\r\n')
    const { outcome, seconds } = await measure(service.stop('SIGTERM'))
    expect(outcome).toBe(0)
    expect(seconds).toBeLessThan(10)
    await pendingResponse
  })

  it('ends at once while it is loading, also as the first process of a container, and with 0 later on', async () => {
    const early = fileURLToPath(new URL('../../src/startup/early-signals.ts', import.meta.url))
    // A process that handles no signal itself, as while it is loading.
    const script = 'console.log("loading"); setInterval(() => {}, 1e9)'
    const loading = spawn(process.execPath, ['--import', early, '-e', script])
    onTestFinished(() => void loading.kill('SIGKILL'))
    const closed = once(loading, 'close')
    await once(loading.stdout, 'data')
    loading.kill('SIGTERM')
    await closed
    expect([loading.exitCode, loading.signalCode]).toEqual([143, null])

    const service = await startServiceProcess({
      DATA_DIR: await createTemporaryFolder(),
      NODE_OPTIONS: `--import=${early}`,
    })
    expect(await service.stop('SIGTERM')).toBe(0)
    expect(service.output()).toContain('"msg":"stopped"')
  })
})
