import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { problemIn } from '../support/error-response.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { runCommand, type ServiceProcess, startProcess } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('a PostgreSQL that goes away under load', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres({ durable: true })
  })
  afterAll(() => postgres.remove())

  it.each(['immediate', 'fast'] as const)(
    '(%s) makes 503s, and the same process goes on when it is back',
    async (how) => {
      const env = {
        DATA_DIR: await temporaryFolder(),
        DATABASE_URL: await postgres.createDatabase(),
      }
      const service = await startProcess(env)
      onTestFinished(() => void service.end('SIGKILL'))
      const made = await runCommand(
        env,
        'keys',
        'create',
        '--name',
        'Load',
        '--plan',
        'pro',
        '--json',
      )
      const { key } = JSON.parse(made) as { key: string }

      const load = startLoad(service, key)
      await expect.poll(() => load.made.size, { timeout: 20_000 }).toBeGreaterThan(40)
      await postgres.stop(how)
      const alive = await fetch(`${service.url}/health`)
      expect(alive.status).toBe(200)
      const ready = await problemIn(await fetch(`${service.url}/ready`))
      expect(ready).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(ready.headers.get('retry-after')).toMatch(/^\d+$/)
      await expect.poll(() => load.refused, { timeout: 20_000 }).toBeGreaterThan(20)

      await postgres.start()
      const before = load.made.size
      await expect.poll(() => load.made.size, { timeout: 20_000 }).toBeGreaterThan(before + 40)
      await load.stop()
      expect(service.child.exitCode).toBeNull()
      expect(load.strange).toEqual([])

      const serials = await stored(service, key)
      expect([...load.made.values()].filter((serial) => !serials.includes(serial))).toEqual([])
      expect(new Set(load.made.values()).size).toBe(load.made.size)
      expect(serials).toHaveLength(load.made.size)
      const usage = await fetch(`${service.url}/api/auth/usage`, { headers: bearer(key) })
      expect(await usage.json()).toMatchObject({ count: serials.length })
      expect(await service.end('SIGTERM')).toBe(0)
      expect(service.output()).not.toMatch(/uncaught|unhandled/i)
    },
  )
})

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** Thirty callers, each repeating a wish under its Idempotency-Key until it is granted. */
function startLoad({ url }: ServiceProcess, key: string) {
  const made = new Map<string, string>()
  const load = { made, refused: 0, strange: [] as unknown[], stop: async () => {} }
  let running = true
  const ask = async (wish: string) => {
    const response = await fetch(`${url}/api/passes`, {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json', 'idempotency-key': wish },
      body: '{"title":"Pass"}',
    })
    if (response.status === 201) {
      made.set(wish, ((await response.json()) as { serialNumber: string }).serialNumber)
      return
    }
    const { status, code, headers } = await problemIn(response)
    if (code === 'database_unavailable' && headers.has('retry-after')) load.refused += 1
    else load.strange.push({ status, code })
  }
  const caller = async (_: unknown, name: number) => {
    for (let count = 1; running; count += 1) {
      const wish = `caller-${name}-${count}`
      while (!made.has(wish)) await ask(wish).catch((error) => load.strange.push(error))
    }
  }
  const callers = Promise.all(Array.from({ length: 30 }, caller))
  load.stop = async () => {
    running = false
    await callers
  }
  return load
}

async function stored({ url }: ServiceProcess, key: string): Promise<string[]> {
  const serials: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor && `&cursor=${cursor}`
    const response = await fetch(`${url}/api/passes?limit=100${query}`, { headers: bearer(key) })
    const page = (await response.json()) as {
      passes: { serialNumber: string }[]
      nextCursor: string | null
    }
    serials.push(...page.passes.map(({ serialNumber }) => serialNumber))
    cursor = page.nextCursor
  }
  return serials
}
