import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Postgres, startPostgres } from '../support/databases/postgres.ts'
import {
  runCommand,
  type ServiceProcess,
  startServiceProcess,
} from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

describe('a PostgreSQL that stops under load', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres({ durable: true })
  })
  afterAll(() => postgres.remove())

  it.each(['immediate', 'fast'] as const)(
    '(%s) causes 503s, and the same process continues when it is back',
    async (mode) => {
      const env = {
        DATA_DIR: await createTemporaryFolder(),
        DATABASE_URL: await postgres.createDatabase(),
      }
      const service = await startServiceProcess(env)
      onTestFinished(() => void service.stop('SIGKILL'))
      const output = await runCommand(
        env,
        'keys',
        'create',
        '--name',
        'Load',
        '--plan',
        'pro',
        '--json',
      )
      const { key } = JSON.parse(output) as { key: string }

      const load = startLoad(service, key)
      await expect.poll(() => load.created.size, { timeout: 20_000 }).toBeGreaterThan(40)
      await postgres.stop(mode)
      const health = await fetch(`${service.url}/health`)
      expect(health.status).toBe(200)
      const ready = await readErrorResponse(await fetch(`${service.url}/ready`))
      expect(ready).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(ready.headers.get('retry-after')).toMatch(/^\d+$/)
      await expect.poll(() => load.refused, { timeout: 20_000 }).toBeGreaterThan(20)

      await postgres.start()
      const before = load.created.size
      await expect.poll(() => load.created.size, { timeout: 20_000 }).toBeGreaterThan(before + 40)
      await load.stop()
      expect(service.child.exitCode).toBeNull()
      expect(load.unexpected).toEqual([])

      const serials = await listSerialNumbers(service, key)
      expect([...load.created.values()].filter((serial) => !serials.includes(serial))).toEqual([])
      expect(new Set(load.created.values()).size).toBe(load.created.size)
      expect(serials).toHaveLength(load.created.size)
      const usage = await fetch(`${service.url}/api/auth/usage`, { headers: buildHeaders(key) })
      expect(await usage.json()).toMatchObject({ count: serials.length })
      expect(await service.stop('SIGTERM')).toBe(0)
      expect(service.output()).not.toMatch(/uncaught|unhandled/i)
    },
  )
})

const buildHeaders = (key: string) => ({ authorization: `Bearer ${key}` })

/** Starts thirty clients, each repeating a request with its Idempotency-Key until it succeeds. */
function startLoad({ url }: ServiceProcess, key: string) {
  const created = new Map<string, string>()
  const load = { created, refused: 0, unexpected: [] as unknown[], stop: async () => {} }
  let running = true
  const send = async (idempotencyKey: string) => {
    const response = await fetch(`${url}/api/passes`, {
      method: 'POST',
      headers: {
        ...buildHeaders(key),
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: '{"title":"Pass"}',
    })
    if (response.status === 201) {
      created.set(
        idempotencyKey,
        ((await response.json()) as { serialNumber: string }).serialNumber,
      )
      return
    }
    const { status, code, headers } = await readErrorResponse(response)
    if (code === 'database_unavailable' && headers.has('retry-after')) load.refused += 1
    else load.unexpected.push({ status, code })
  }
  const runCaller = async (_: unknown, name: number) => {
    for (let count = 1; running; count += 1) {
      const idempotencyKey = `caller-${name}-${count}`
      while (!created.has(idempotencyKey))
        await send(idempotencyKey).catch((error) => load.unexpected.push(error))
    }
  }
  const callers = Promise.all(Array.from({ length: 30 }, runCaller))
  load.stop = async () => {
    running = false
    await callers
  }
  return load
}

async function listSerialNumbers({ url }: ServiceProcess, key: string): Promise<string[]> {
  const serials: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor && `&cursor=${cursor}`
    const response = await fetch(`${url}/api/passes?limit=100${query}`, {
      headers: buildHeaders(key),
    })
    const page = (await response.json()) as {
      passes: { serialNumber: string }[]
      nextCursor: string | null
    }
    serials.push(...page.passes.map(({ serialNumber }) => serialNumber))
    cursor = page.nextCursor
  }
  return serials
}
