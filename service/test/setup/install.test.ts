import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fetchPackage } from '../../setup/fetch-package.mjs'
import { install } from '../../setup/install.mjs'
import { withLock } from '../../setup/install-lock.mjs'
import { findTypedFolder, root } from '../../setup/paths.mjs'
import { findPnpm } from '../../setup/toolchain.mjs'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const run = promisify(execFile)

beforeEach(() => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:1/')
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('what is installed', () => {
  it('is left as it is while nothing changes, without the network', async () => {
    const { checkout, pnpm } = await createCheckout()
    await install(checkout, 'everything', pnpm)
    const before = lstatSync(join(checkout, 'service/node_modules/@passwright/shared'))
    await install(checkout, 'everything', pnpm)
    await install(checkout, 'service', pnpm)
    const after = lstatSync(join(checkout, 'service/node_modules/@passwright/shared'))
    expect(after).toMatchObject({ ino: before.ino, ctimeMs: before.ctimeMs })
  })

  it.each([
    'node_modules',
    'service/node_modules',
    'service/node_modules/@passwright/shared',
    'node_modules/.modules.yaml',
  ])('is completed when %s was removed', async (path) => {
    const { checkout, pnpm } = await createCheckout()
    for (const needs of ['service', 'everything'] as const) {
      await install(checkout, needs, pnpm)
      rmSync(join(checkout, path), { recursive: true })
      await install(checkout, needs, pnpm)
      expect(readInstalled(checkout)).toContain('@passwright/shared')
      expect(existsSync(join(checkout, path))).toBe(true)
    }
  })

  it('follows the lock file when that changes', async () => {
    const { checkout, pnpm } = await createCheckout()
    await install(checkout, 'service', pnpm)
    const service = { '@passwright/shared': 'workspace:*', vitest: 'workspace:*' }
    writeManifest(checkout, 'service', { name: '@passwright/service', dependencies: service })
    await expect(install(checkout, 'service', pnpm)).rejects.toThrow(
      'Installing the dependencies failed. pnpm-lock.yaml does not match the package.json files',
    )
    await writeLockFile(checkout, pnpm)
    await install(checkout, 'service', pnpm)
    expect(readInstalled(checkout)).toEqual(['@passwright/shared', 'vitest'])
  })

  it('for the service leaves the tools out, and keeps them where they are', async () => {
    const { checkout, pnpm } = await createCheckout()
    await install(checkout, 'service', pnpm)
    expect(existsSync(join(checkout, 'node_modules/vitest'))).toBe(false)
    await install(checkout, 'everything', pnpm)
    expect(existsSync(join(checkout, 'node_modules/vitest'))).toBe(true)
    await install(checkout, 'service', pnpm)
    expect(existsSync(join(checkout, 'node_modules/vitest'))).toBe(true)
  })

  it('comes from the registry and through the proxy that npm uses', async () => {
    const { checkout } = await createCheckout()
    const pnpm = writeFakePnpm(checkout, 'echo "$@" > asked; env > environment')
    vi.stubEnv('npm_config_https_proxy', 'http://ada:secret@127.0.0.1:2/')
    vi.stubEnv('npm_config_cafile', '/ca.pem')
    await install(checkout, 'service', pnpm)
    const asked = readFileSync(join(checkout, 'asked'), 'utf8')
    expect(asked).toMatch(
      /^install --frozen-lockfile .* --prod --filter @passwright\/service\.\.\. /,
    )
    expect(asked).toContain(' --config.cafile=/ca.pem')
    // Every user of the machine can read the arguments of a process.
    expect(asked).not.toMatch(/127\.0\.0\.1|secret/)
    const environment = readFileSync(join(checkout, 'environment'), 'utf8')
    expect(environment).toContain('pnpm_config_registry=http://127.0.0.1:1/\n')
    expect(environment).toContain('pnpm_config_https_proxy=http://ada:secret@127.0.0.1:2/\n')
  })

  it('shows no password of the registry when it fails', async () => {
    const { checkout } = await createCheckout()
    const failing = writeFakePnpm(checkout, 'echo "GET https://ada:secret@npm.test/x: odd"; exit 1')
    const message = await install(checkout, 'service', failing).catch(String)
    expect(message).toContain('GET https://…@npm.test/x: odd')
    expect(message).not.toContain('secret')
  })

  it('is installed by the next command after one that failed, which says what to do', async () => {
    const { checkout, pnpm } = await createCheckout()
    const failing = writeFakePnpm(
      checkout,
      'echo "write: No space left on device (os error 28)" >&2; exit 1',
    )
    await expect(install(checkout, 'service', failing)).rejects.toThrow(
      'Installing the dependencies failed. The disk is full: free a gigabyte (3 for the tests with a real n8n) and run the same command again.',
    )
    await install(checkout, 'service', pnpm)
    expect(readInstalled(checkout)).toEqual(['@passwright/shared'])
  })
})

describe('two commands in one folder', () => {
  it('never install at the same time, and do not wait for one that was killed', async () => {
    const folder = await createTemporaryFolder()
    const holder = await startHolder(join(folder, 'lock'))
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    backdate(join(folder, 'lock'))
    const worker = `
      import { appendFileSync } from 'node:fs'
      import { setTimeout } from 'node:timers/promises'
      import { withLock } from ${lockModule}
      for (let time = 0; time < 3; time++) await withLock(process.argv[1] + '/lock', async () => {
        appendFileSync(process.argv[1] + '/log', 'in ')
        await setTimeout(20)
        appendFileSync(process.argv[1] + '/log', 'out ')
      })`
    const work = () => run(process.execPath, ['--input-type=module', '-e', worker, folder])
    await Promise.all([work(), work(), work(), work(), work()])
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out '.repeat(15))
    expect(readdirSync(folder)).toEqual(['log'])
  })

  it('wait for one that takes long, and say so once', async () => {
    const lock = join(await createTemporaryFolder(), 'lock')
    const holder = await startHolder(lock)
    const onWait = vi.fn()
    const next = withLock(lock, async () => holder.exitCode, onWait)
    for (let time = 0; time < 2; time++) {
      backdate(lock, 5)
      await expect
        .poll(() => Date.now() - statSync(lock).mtimeMs, { timeout: 30_000 })
        .toBeLessThan(1_000)
    }
    await sleep(300)
    expect(onWait).toHaveBeenCalledOnce()
    holder.stdin?.end()
    expect(await next).toBe(0)
  })

  it('do not wait for one that failed', async () => {
    const lock = join(await createTemporaryFolder(), 'lock')
    const failing = withLock(lock, () => Promise.reject(new Error('full')))
    await expect(failing).rejects.toThrow('full')
    expect(await withLock(lock, async () => 'next')).toBe('next')
  })
})

describe('a package that is downloaded', () => {
  it('leaves nothing unfinished when the registry does not have it, and says so', async () => {
    const registry = createServer((_, response) => response.writeHead(404).end()).listen(0)
    await once(registry, 'listening')
    onTestFinished(() => void registry.close())
    vi.stubEnv('npm_config_registry', `http://127.0.0.1:${portOf(registry)}/`)
    const folder = await createTemporaryFolder()

    const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
    const wanted = { name: 'passwright-nothing', version: '1.0.0', integrity }
    await expect(fetchPackage(wanted, folder)).rejects.toThrow(
      'Downloading passwright-nothing failed. The npm registry in use does not have a package that is needed',
    )
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('the folder where a command was typed', () => {
  it.each([
    ['npm passes it', 'start', root, '/typed/here'],
    ['another script of ours inherited it', 'test', root, root],
    ['another project passed it on', 'start', '/elsewhere', '/elsewhere'],
  ])('when %s', (_, script, cwd, typed) => {
    const env = { npm_lifecycle_event: script, INIT_CWD: '/typed/here' }
    expect(findTypedFolder('start', env, cwd)).toBe(typed)
  })
})

const lockModule = JSON.stringify(new URL('../../setup/install-lock.mjs', import.meta.url).href)

/** Creates a checkout in miniature, which needs no registry, and finds the pnpm to install with. */
async function createCheckout(): Promise<{ checkout: string; pnpm: string }> {
  const checkout = await createTemporaryFolder()
  const pnpm = await findPnpm()
  const shared = { '@passwright/shared': 'workspace:*' }
  writeFileSync(join(checkout, 'pnpm-workspace.yaml'), 'packages: [service, shared, vitest]\n')
  writeManifest(checkout, '.', { name: 'mini', devDependencies: { vitest: 'workspace:*' } })
  writeManifest(checkout, 'service', { name: '@passwright/service', dependencies: shared })
  writeManifest(checkout, 'shared', { name: '@passwright/shared' })
  writeManifest(checkout, 'vitest', { name: 'vitest' })
  await writeLockFile(checkout, pnpm)
  return { checkout, pnpm }
}

function writeManifest(checkout: string, folder: string, manifest: object): void {
  mkdirSync(join(checkout, folder), { recursive: true })
  const text = JSON.stringify({ version: '0.0.0', ...manifest })
  writeFileSync(join(checkout, folder, 'package.json'), text)
}

async function writeLockFile(checkout: string, pnpm: string): Promise<void> {
  await run(pnpm, ['install', '--lockfile-only', '--no-frozen-lockfile'], { cwd: checkout })
}

function writeFakePnpm(checkout: string, script: string): string {
  const pnpm = join(checkout, 'pnpm')
  writeFileSync(pnpm, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return pnpm
}

/** The names of the packages that the service can import. */
function readInstalled(checkout: string): string[] {
  const folder = join(checkout, 'service/node_modules')
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
  return names
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`)
        : name,
    )
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .sort()
}

/** Starts a process that holds a lock until its standard input ends. */
async function startHolder(lock: string): Promise<ChildProcess> {
  const program = `
    import { once } from 'node:events'
    import { withLock } from ${lockModule}
    await withLock(process.argv[1], async () => {
      console.log('held')
      await once(process.stdin.resume(), 'end')
    })`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program, lock])
  onTestFinished(() => void holder.kill('SIGKILL'))
  await once(holder.stdout, 'data')
  return holder
}

/** Makes a lock look as if its holder had touched it some seconds ago for the last time. */
function backdate(lock: string, seconds = 11): void {
  const then = Date.now() / 1_000 - seconds
  utimesSync(lock, then, then)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
