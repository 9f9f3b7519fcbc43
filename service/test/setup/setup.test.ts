import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isSupportedNode, isSupportedPnpm } from '../../setup/toolchain.mjs'
import { findFreePort } from '../support/environment/free-port.ts'
import { createUnprivilegedUser, UNPRIVILEGED_UID } from '../support/environment/other-user.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

describe('the Node and pnpm of this machine', () => {
  it.each([
    ['v20.20.2', false],
    ['v24.14.9', false],
    ['v24.15.0', true],
    ['v24.21.0', true],
    ['v25.1.0', false],
    ['v26.10.0', true],
  ])('Node %s is supported: %s', (version, supported) => {
    expect(isSupportedNode(version)).toBe(supported)
  })

  it.each([
    ['11.9.0', false],
    ['12.21.0', true],
    ['', false],
  ])('pnpm "%s" is supported: %s', (version, supported) => {
    expect(isSupportedPnpm(version)).toBe(supported)
  })
})

describe('npm run passwright', () => {
  it('prints one JSON document on standard output, and needs no network once it is installed', async () => {
    const folder = await createTemporaryFolder()
    const env = { ...process.env, DATA_DIR: folder, npm_config_registry: 'http://127.0.0.1:1/' }
    const { stdout } = await npm(['run', '-s', 'passwright', '--', ...createKey], root, env)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Test', key: expect.stringMatching(/^pw_/) })
  })

  it('counts relative paths from the folder where it was typed', async () => {
    const folder = await createTemporaryFolder()
    const env = { ...process.env, DATA_DIR: './here' }
    await npm(['--prefix', root, 'run', '-s', 'passwright', '--', ...createKey], folder, env)
    expect(existsSync(join(folder, 'here/passwright.db'))).toBe(true)
  })

  it('runs from an installed checkout that it may not write to', async () => {
    const user = createUnprivilegedUser()
    if ('reason' in user) {
      return console.info(`Left out: a read-only checkout, because ${user.reason}.`)
    }
    onTestFinished(user.remove)
    const folder = await createTemporaryFolder()
    await chown(folder, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    const { command: launcher, node } = user.withWritableFolder(folder)
    const command = [
      ...launcher,
      node,
      join(root, 'service/setup/run.mjs'),
      'passwright',
      ...createKey,
    ]
    const [program = '', ...args] = command
    const env = { PATH: process.env.PATH, DATA_DIR: folder }
    const { stdout } = await promisify(execFile)(program, args, { cwd: '/', env })
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Test' })
  })

  it('ends with 1 and a sentence for a mistake', async () => {
    const failed = npm(['run', '-s', 'passwright', '--', 'keys', 'creat'], root, process.env)
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('There is no command "keys creat"'),
    })
  })
})

describe('npm start', () => {
  it.each([
    ['npm', (child: ChildProcess) => child.kill('SIGTERM')],
    ['its process group', (child: ChildProcess) => process.kill(-Number(child.pid), 'SIGTERM')],
  ])('ends everything when %s gets SIGTERM', async (_, stop) => {
    const { child, url } = await startWithNpm()
    stop(child)
    await once(child, 'exit')
    await expect.poll(() => isUp(url), { timeout: 10_000 }).toBe(false)
  })

  it('leaves nothing running when npm is killed outright', async () => {
    const { child, url } = await startWithNpm()
    child.kill('SIGKILL')
    await expect.poll(() => isUp(url), { timeout: 15_000 }).toBe(false)
  })
})

const createKey = ['keys', 'create', '--name', 'Test', '--json']

function npm(words: string[], cwd: string, env: NodeJS.ProcessEnv) {
  return promisify(execFile)('npm', words, { cwd, env })
}

async function startWithNpm(): Promise<{ child: ChildProcess; url: string }> {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: await createTemporaryFolder(), PORT: String(port) },
    stdio: 'ignore',
    detached: true,
  })
  onTestFinished(() => {
    try {
      process.kill(-Number(child.pid), 'SIGKILL')
    } catch {
      // The group is gone, as it should be.
    }
  })
  await expect.poll(() => isUp(url), { timeout: 30_000 }).toBe(true)
  return { child, url }
}

async function isUp(url: string): Promise<boolean> {
  const response = await fetch(`${url}/ready`).catch(() => undefined)
  return response?.ok ?? false
}
