import { execFile } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fetchPackage } from '../../setup/fetch-package.mjs'
import { inTurn } from '../../setup/in-turn.mjs'
import { install, isInstalled } from '../../setup/install.mjs'
import { root, typedIn } from '../../setup/places.mjs'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

afterEach(() => void vi.unstubAllEnvs())

describe('what was installed', () => {
  it('counts until something that decides about it changes', async () => {
    const { checkout, pnpm } = await checkoutWithFakePnpm()
    expect(isInstalled(checkout, 'service')).toBe(false)
    await install(checkout, 'everything', pnpm)
    expect(isInstalled(checkout, 'everything')).toBe(true)

    const deciding = [
      'pnpm-lock.yaml',
      'package.json',
      'service/package.json',
      'node_modules/.modules.yaml',
    ]
    for (const path of deciding) {
      appendFileSync(join(checkout, path), ' ')
      expect(isInstalled(checkout, 'everything'), path).toBe(false)
      await install(checkout, 'everything', pnpm)
      expect(isInstalled(checkout, 'everything'), path).toBe(true)
    }
    for (const path of ['node_modules', 'service/node_modules']) {
      rmSync(join(checkout, path), { recursive: true })
      expect(isInstalled(checkout, 'everything'), path).toBe(false)
      await install(checkout, 'everything', pnpm)
    }
  })

  it('for the service is not enough for the tests, but the other way round', async () => {
    const { checkout, pnpm } = await checkoutWithFakePnpm()
    await install(checkout, 'service', pnpm)
    expect(isInstalled(checkout, 'service')).toBe(true)
    expect(isInstalled(checkout, 'everything')).toBe(false)
    await install(checkout, 'everything', pnpm)
    expect(isInstalled(checkout, 'service')).toBe(true)
  })

  it('follows the lock file to the letter, and for the service leaves the tools out', async () => {
    const { checkout, pnpm } = await checkoutWithFakePnpm()
    await install(checkout, 'service', pnpm)
    await install(checkout, 'everything', pnpm)
    const [forService = '', forAll = ''] = readFileSync(join(checkout, 'asked'), 'utf8').split('\n')
    expect(forService).toContain(
      'install --frozen-lockfile --prod --filter @passwright/service... ',
    )
    expect(forAll).toContain('install --frozen-lockfile ')
    expect(forAll).not.toContain('--prod')
  })

  it('does not count after an installation that failed, which says in one sentence what to do', async () => {
    const { checkout, pnpm } = await checkoutWithFakePnpm()
    await install(checkout, 'service', pnpm)
    writeFileSync(
      pnpm,
      '#!/bin/sh\necho "write: No space left on device (os error 28)" >&2; exit 1\n',
    )
    await expect(install(checkout, 'service', pnpm)).rejects.toThrow(
      'Installing the dependencies failed. The disk is full: free a gigabyte (3 for the tests with a real n8n) and run the same command again.',
    )
    expect(isInstalled(checkout, 'service')).toBe(false)
  })
})

describe('two commands in one folder', () => {
  it('never install at the same time, and follow one that was killed', async () => {
    const folder = await createTemporaryFolder()
    mkdirSync(join(folder, 'turns'))
    const dead = await promisify(execFile)('sh', ['-c', 'echo $$'])
    writeFileSync(join(folder, 'turns/turn-7'), dead.stdout.trim())
    const worker = `
      import { appendFileSync } from 'node:fs'
      import { setTimeout } from 'node:timers/promises'
      import { inTurn } from ${JSON.stringify(new URL('../../setup/in-turn.mjs', import.meta.url).href)}
      for (let time = 0; time < 3; time++) await inTurn(process.argv[1] + '/turns', async () => {
        appendFileSync(process.argv[1] + '/log', 'in ')
        await setTimeout(20)
        appendFileSync(process.argv[1] + '/log', 'out ')
      })`
    const run = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', worker, folder])
    await Promise.all([run(), run(), run(), run(), run()])
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out '.repeat(15))
    expect(readdirSync(join(folder, 'turns'))).toEqual(['turn-22'])
  })

  it('do not wait for one that failed', async () => {
    const folder = await createTemporaryFolder()
    const failing = inTurn(folder, () => Promise.reject(new Error('full')))
    await expect(failing).rejects.toThrow('full')
    expect(await inTurn(folder, async () => 'next')).toBe('next')
  })
})

describe('a package that is fetched', () => {
  it('leaves nothing half made when it cannot be had, and says so in one sentence', async () => {
    const registry = createServer((_, response) => response.writeHead(404).end()).listen(0)
    await once(registry, 'listening')
    onTestFinished(() => void registry.close())
    vi.stubEnv('npm_config_registry', `http://127.0.0.1:${portOf(registry)}/`)
    const shelf = await createTemporaryFolder()

    const wanted = { name: 'passwright-nothing', version: '1.0.0' }
    await expect(fetchPackage(wanted, shelf)).rejects.toThrow(
      'Fetching passwright-nothing failed. The npm registry in use does not have a package that is needed',
    )
    expect(readdirSync(shelf)).toEqual([])
  })
})

describe('the folder where a command was typed', () => {
  it.each([
    ['npm says it', 'start', root, '/typed/here'],
    ['another script of ours handed it on', 'test', root, root],
    ['another project handed it on', 'start', '/elsewhere', '/elsewhere'],
  ])('when %s', (_, script, cwd, typed) => {
    const env = { npm_lifecycle_event: script, INIT_CWD: '/typed/here' }
    expect(typedIn('start', env, cwd)).toBe(typed)
  })
})

/** A checkout in miniature, and a pnpm that notes what it is asked and leaves what the real one leaves. */
async function checkoutWithFakePnpm(): Promise<{ checkout: string; pnpm: string }> {
  const checkout = await createTemporaryFolder()
  mkdirSync(join(checkout, 'service'))
  for (const path of ['pnpm-lock.yaml', 'package.json', 'service/package.json']) {
    writeFileSync(join(checkout, path), '{}')
  }
  const pnpm = join(checkout, 'pnpm')
  const script =
    '#!/bin/sh\necho "$@" >> asked\nmkdir -p node_modules service/node_modules\necho same > node_modules/.modules.yaml\n'
  writeFileSync(pnpm, script, { mode: 0o755 })
  return { checkout, pnpm }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
