import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { startServiceProcess } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const MB = 1024 * 1024

it('hundreds of bodies of the maximum size, twenty at a time, do not grow the process', async () => {
  const service = await startServiceProcess({
    DATA_DIR: await createTemporaryFolder(),
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: '--max-old-space-size=128',
  })
  onTestFinished(() => void service.child.kill('SIGKILL'))
  const [key] = service.output().match(/pw_live_\w+/) ?? []
  const pass = '{"title":"Pass"}'
  const body = pass + ' '.repeat(2 * MB - pass.length)
  const create = async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(`${service.url}/api/passes`, { method: 'POST', headers, body })
    await response.arrayBuffer()
    return response.status
  }
  const runCallers = async (times: number) => {
    const runCaller = async () => {
      const statuses: number[] = []
      for (let count = 0; count < times; count += 1) statuses.push(await create())
      return statuses
    }
    return (await Promise.all(Array.from({ length: 20 }, runCaller))).flat()
  }
  expect(new Set(await runCallers(3))).toEqual(new Set([201]))
  const before = await readResidentMegabytes(service.child.pid)
  expect(new Set(await runCallers(12))).toEqual(new Set([201]))
  expect(service.child.exitCode).toBeNull()
  if (before === undefined) {
    console.info('Skipped: the growth of the process, because this system has no /proc.')
    return
  }
  // 480 MB were sent since the first measurement.
  expect(await readResidentMegabytes(service.child.pid)).toBeLessThan(before + 200)
})

async function readResidentMegabytes(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined)
  return status === undefined ? undefined : Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}
