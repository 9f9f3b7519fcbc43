import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { explainStartError } from '../../src/startup/start-error.ts'
import { databases } from '../support/databases.ts'
import { problemIn } from '../support/error-response.ts'
import { startPostgres } from '../support/postgres.ts'
import { launchProcess, type ProcessOptions, untilReady } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function launch(env: Record<string, string>, options?: ProcessOptions) {
  const service = await launchProcess(env, options)
  onTestFinished(() => void service.child.kill('SIGKILL'))
  return service
}

const keysIn = (output: string) => output.match(/pw_live_[0-9a-f]{48}(?=\n)/g) ?? []

describe.each(databases)('three instances that start at once on an empty $name', ({ url }) => {
  it('all come up, agree on one identity, and print one first key between them', async () => {
    const env = { DATA_DIR: await temporaryFolder(), DATABASE_URL: await url() }
    const services = await Promise.all([launch(env), launch(env), launch(env)])
    await Promise.all(services.map(untilReady))
    const keys = services.flatMap(({ output }) => keysIn(output()))
    expect(keys).toHaveLength(1)

    const answers = await Promise.all(
      services.map((service) =>
        fetch(`${service.url}/api/passes`, {
          method: 'POST',
          headers: { authorization: `Bearer ${keys[0]}`, 'content-type': 'application/json' },
          body: '{"title":"Pass","externalId":"one"}',
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const codes = await Promise.all(services.map(({ end }) => end('SIGTERM')))
    expect(codes).toEqual([0, 0, 0])
  })
})

describe('a PostgreSQL that is not there at the start', () => {
  it('is waited for: alive, not ready, and then ready by itself', async () => {
    const postgres = await startPostgres()
    onTestFinished(postgres.remove)
    await postgres.stop()
    const service = await launch({ DATA_DIR: await temporaryFolder(), DATABASE_URL: postgres.url })
    await expect
      .poll(() => fetch(`${service.url}/health`).catch(() => undefined), { timeout: 20_000 })
      .toMatchObject({ status: 200 })
    for (const path of ['/ready', '/api/passes', '/api/auth/usage']) {
      const problem = await problemIn(await fetch(service.url + path))
      expect(problem).toMatchObject({ status: 503, code: 'not_ready' })
      expect(problem.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    expect((await fetch(`${service.url}/p/x.pkpass`)).status).toBe(503)
    await postgres.start()
    await untilReady(service)
    expect(keysIn(service.output())).toHaveLength(1)
    expect(await service.end('SIGTERM')).toBe(0)
  })

  it('can be given up by a signal', async () => {
    const service = await launch({
      DATA_DIR: await temporaryFolder(),
      DATABASE_URL: 'postgres://anna:geheim@127.0.0.1:1/none',
    })
    await expect
      .poll(() => service.output(), { timeout: 20_000 })
      .toContain('waiting for the database')
    const begun = performance.now()
    expect(await service.end('SIGTERM')).toBe(0)
    expect(performance.now() - begun).toBeLessThan(3_000)
    expect(service.output()).not.toContain('geheim')
  })
})

describe('what is in the way at the start', () => {
  it('a port that is taken is named, with the fix', async () => {
    const env = { DATA_DIR: await temporaryFolder() }
    const first = await launch(env)
    await untilReady(first)
    const second = await launch({ ...env, PORT: new URL(first.url).port })
    expect(await second.ended()).toBe(1)
    expect(second.output()).toMatch(/^Passwright cannot start: Port \d+ is taken.*set PORT/m)
  })

  it('a host that is not this machine is named, with the fix', async () => {
    for (const host of ['no-such-host.invalid', '192.0.2.1']) {
      const service = await launch({ DATA_DIR: await temporaryFolder(), HOST: host })
      expect(await service.ended()).toBe(1)
      expect(service.output()).toContain(`has no address ${host}. Set HOST to one of its own`)
    }
  })

  it('a port that needs more rights is named, with the fix', () => {
    const refused = { code: 'EACCES', syscall: 'listen', address: '0.0.0.0', port: 80 }
    const sentence = explainStartError(Object.assign(new Error('listen EACCES'), refused))
    expect(sentence).toMatch(/^Passwright cannot start: Port 80 may not be opened.*Set PORT/)
  })

  it('a file that is no database is named, and left as it is', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'notes.txt')
    await writeFile(file, 'Dear diary, '.repeat(1000))
    const service = await launch({ DATA_DIR: folder, DATABASE_URL: `sqlite:${file}` })
    expect(await service.ended()).toBe(1)
    expect(service.output()).toContain(file)
    expect(
      service
        .output()
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    ).toHaveLength(1)
  })

  it('a folder in the place of the database is named', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'passwright.db'))
    const service = await launch({ DATA_DIR: folder })
    expect(await service.ended()).toBe(1)
    expect(service.output()).toContain(join(folder, 'passwright.db'))
  })

  it.each([
    [
      'a wrong user',
      (url: URL) => Object.assign(url, { username: 'nobody-known', password: 'geheim' }),
    ],
    [
      'a database that was never made',
      (url: URL) => Object.assign(url, { pathname: '/never-made' }),
    ],
  ])('%s for PostgreSQL is told at once, without the password', async (_, change) => {
    const url = new URL((await databases[1]?.url()) ?? '')
    const service = await launch({
      DATA_DIR: await temporaryFolder(),
      DATABASE_URL: change(url).href,
    })
    const begun = performance.now()
    expect(await service.ended()).toBe(1)
    expect(performance.now() - begun).toBeLessThan(8_000)
    expect(service.output()).toMatch(/Passwright cannot start: .*DATABASE_URL/)
    expect(service.output()).not.toContain('geheim')
    expect(service.output()).not.toContain('    at ')
  })
})
