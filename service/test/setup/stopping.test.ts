import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const handOver = new URL('../../setup/hand-over.mjs', import.meta.url).href

/** Says its id and every signal it gets, and ends with 7 when it is told to by SIGUSR2. */
const below = `
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => console.log(signal))
process.on('SIGUSR2', () => process.exit(7))
console.log(process.pid)
setInterval(() => {}, 1000)`

const bootstrap = `
import { handOver, listenForTheEnd } from '${handOver}'
listenForTheEnd()
const place = { cwd: import.meta.dirname, env: process.env }
process.exitCode = await handOver(process.execPath, ['below.mjs'], place)`

describe('what the bootstrap hands over to', () => {
  it('hears one wish to stop once, whoever repeats it, and its exit code is the answer', async () => {
    const { child, id, said } = await start()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) child.kill(signal)
    await expect.poll(said).toHaveLength(2)
    process.kill(id, 'SIGUSR2')
    expect(await once(child, 'exit')).toEqual([7, null])
    expect(said()).toEqual([String(id), expect.stringMatching(/^SIG/)])
  })

  it('is told to stop when the bootstrap is killed outright', async () => {
    const { child, said } = await start()
    child.kill('SIGKILL')
    await expect.poll(said, { timeout: 5_000 }).toContain('SIGTERM')
  })
})

async function start(): Promise<{ child: ChildProcess; id: number; said: () => string[] }> {
  const folder = await createTemporaryFolder()
  writeFileSync(join(folder, 'below.mjs'), below)
  writeFileSync(join(folder, 'bootstrap.mjs'), bootstrap)
  const child = spawn(process.execPath, ['bootstrap.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (bytes) => (output += bytes))
  const said = () => output.trim().split('\n')
  await expect.poll(said, { timeout: 5_000 }).toEqual([expect.stringMatching(/^\d+$/)])
  const id = Number(said()[0])
  onTestFinished(() => {
    try {
      process.kill(id, 'SIGKILL')
    } catch {
      // It ended by itself, as it should.
    }
  })
  return { child, id, said }
}
