import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { explainStartError } from '../../src/startup/start-error.ts'
import { databases } from '../support/databases/databases.ts'
import { startPostgres } from '../support/databases/postgres.ts'
import {
  type ProcessOptions,
  spawnService,
  waitUntilReady,
} from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

async function launch(env: Record<string, string>, options?: ProcessOptions) {
  const service = await spawnService(env, options)
  onTestFinished(() => void service.child.kill('SIGKILL'))
  return service
}

const findKeys = (output: string) => output.match(/pw_live_[0-9a-f]{48}(?=\n)/g) ?? []

describe.each(databases)('three new instances on an empty $name', ({ createDatabase }) => {
  it('start at the same time, share one identity, and print one first key between them', async () => {
    const env = { DATA_DIR: await createTemporaryFolder(), DATABASE_URL: await createDatabase() }
    const services = await Promise.all([launch(env), launch(env), launch(env)])
    await Promise.all(services.map(waitUntilReady))
    const keys = services.flatMap(({ output }) => findKeys(output()))
    expect(keys).toHaveLength(1)
    for (const { output } of services) {
      expect(output()).toMatch(/^Passwright listens on http\S+\nThe editor is at this address: /m)
    }

    const responses = await Promise.all(
      services.map((service) =>
        fetch(`${service.url}/api/passes`, {
          method: 'POST',
          headers: { authorization: `Bearer ${keys[0]}`, 'content-type': 'application/json' },
          body: '{"title":"Pass","externalId":"one"}',
        }),
      ),
    )
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const codes = await Promise.all(services.map(({ stop }) => stop('SIGTERM')))
    expect(codes).toEqual([0, 0, 0])
  })
})

describe('a PostgreSQL that is not available at the start', () => {
  it('is waited for: the service is healthy but not ready, and then becomes ready by itself', async () => {
    const postgres = await startPostgres()
    onTestFinished(postgres.remove)
    await postgres.stop()
    const service = await launch({
      DATA_DIR: await createTemporaryFolder(),
      DATABASE_URL: postgres.url,
    })
    await expect
      .poll(() => fetch(`${service.url}/health`).catch(() => undefined), { timeout: 20_000 })
      .toMatchObject({ status: 200 })
    for (const path of ['/ready', '/api/passes', '/api/auth/usage']) {
      const problem = await readErrorResponse(await fetch(service.url + path))
      expect(problem).toMatchObject({ status: 503, code: 'not_ready' })
      expect(problem.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    expect((await fetch(`${service.url}/p/x.pkpass`)).status).toBe(503)
    await postgres.start()
    await waitUntilReady(service)
    expect(findKeys(service.output())).toHaveLength(1)
    expect(await service.stop('SIGTERM')).toBe(0)
  })

  it('can be interrupted by a signal while the service waits for it', async () => {
    const service = await launch({
      DATA_DIR: await createTemporaryFolder(),
      DATABASE_URL: 'postgres://anna:geheim@127.0.0.1:1/none',
    })
    await expect
      .poll(() => service.output(), { timeout: 20_000 })
      .toContain('waiting for the database')
    const startedAt = performance.now()
    expect(await service.stop('SIGTERM')).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(service.output()).not.toContain('geheim')
  })
})

describe('an error at the start', () => {
  it('names a port that is in use, with the fix', async () => {
    const env = { DATA_DIR: await createTemporaryFolder() }
    const first = await launch(env)
    await waitUntilReady(first)
    const second = await launch({ ...env, PORT: new URL(first.url).port })
    expect(await second.waitForExit()).toBe(1)
    expect(second.output()).toMatch(/^Passwright cannot start: Port \d+ is taken.*set PORT/m)
  })

  it('names a host that is not this machine, with the fix', async () => {
    for (const host of ['no-such-host.invalid', '192.0.2.1']) {
      const service = await launch({ DATA_DIR: await createTemporaryFolder(), HOST: host })
      expect(await service.waitForExit()).toBe(1)
      expect(service.output()).toContain(`has no address ${host}. Set HOST to one of its own`)
    }
  })

  it('names a port that needs more privileges, with the fix', () => {
    const refused = { code: 'EACCES', syscall: 'listen', address: '0.0.0.0', port: 80 }
    const message = explainStartError(Object.assign(new Error('listen EACCES'), refused))
    expect(message).toMatch(/^Passwright cannot start: Port 80 may not be opened.*Set PORT/)
  })

  it('names a file that is not a database in one line', async () => {
    const folder = await createTemporaryFolder()
    const file = join(folder, 'notes.txt')
    await writeFile(file, 'Dear diary, '.repeat(1000))
    const service = await launch({ DATA_DIR: folder, DATABASE_URL: `sqlite:${file}` })
    expect(await service.waitForExit()).toBe(1)
    expect(service.output()).toContain(file)
    expect(
      service
        .output()
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    ).toHaveLength(1)
  })

  it('names a folder in place of the database file', async () => {
    const folder = await createTemporaryFolder()
    await mkdir(join(folder, 'passwright.db'))
    const service = await launch({ DATA_DIR: folder })
    expect(await service.waitForExit()).toBe(1)
    expect(service.output()).toContain(join(folder, 'passwright.db'))
  })

  it.each([
    [
      'a wrong user',
      (url: URL) => Object.assign(url, { username: 'unknown-user', password: 'geheim' }),
    ],
    [
      'a database that does not exist',
      (url: URL) => Object.assign(url, { pathname: '/does-not-exist' }),
    ],
  ])('reports %s for PostgreSQL at once, without the password', async (_, change) => {
    const url = new URL((await databases[1]?.createDatabase()) ?? '')
    const service = await launch({
      DATA_DIR: await createTemporaryFolder(),
      DATABASE_URL: change(url).href,
    })
    const startedAt = performance.now()
    expect(await service.waitForExit()).toBe(1)
    expect(performance.now() - startedAt).toBeLessThan(8_000)
    expect(service.output()).toMatch(/Passwright cannot start: .*DATABASE_URL/)
    expect(service.output()).not.toContain('geheim')
    expect(service.output()).not.toContain('    at ')
  })
})
