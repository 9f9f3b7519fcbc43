import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const spawnModule = new URL('../../setup/spawn.mjs', import.meta.url).href

/** Prints its id and every signal it gets; SIGUSR2 makes it exit with 7. */
const childProgram = `
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => console.log(signal))
process.on('SIGUSR2', () => process.exit(7))
console.log(process.pid)
setInterval(() => {}, 1000)`

const bootstrap = `
import { forwardSignals, runNode } from '${spawnModule}'
forwardSignals()
process.exitCode = await runNode(process.execPath, ['child.mjs'])`

describe('the program that the bootstrap runs', () => {
  it('gets a repeated signal once, and its exit code is returned', async () => {
    const { child, id, printed } = await start()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) child.kill(signal)
    await expect.poll(printed).toHaveLength(2)
    process.kill(id, 'SIGUSR2')
    expect(await once(child, 'exit')).toEqual([7, null])
    expect(printed()).toEqual([String(id), expect.stringMatching(/^SIG/)])
  })

  it('gets SIGTERM when the bootstrap is killed by SIGKILL', async () => {
    const { child, printed } = await start()
    child.kill('SIGKILL')
    await expect.poll(printed, { timeout: 5_000 }).toContain('SIGTERM')
  })
})

async function start(): Promise<{ child: ChildProcess; id: number; printed: () => string[] }> {
  const folder = await createTemporaryFolder()
  writeFileSync(join(folder, 'child.mjs'), childProgram)
  writeFileSync(join(folder, 'bootstrap.mjs'), bootstrap)
  const child = spawn(process.execPath, ['bootstrap.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (bytes) => (output += bytes))
  const printed = () => output.trim().split('\n')
  await expect.poll(printed, { timeout: 5_000 }).toEqual([expect.stringMatching(/^\d+$/)])
  const id = Number(printed()[0])
  onTestFinished(() => {
    try {
      process.kill(id, 'SIGKILL')
    } catch {
      // It ended by itself, as it should.
    }
  })
  return { child, id, printed }
}
