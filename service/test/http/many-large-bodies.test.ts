import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { startProcess } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MB = 1024 * 1024

it('hundreds of bodies of the greatest size, twenty at once, do not grow the process', async () => {
  const service = await startProcess({
    DATA_DIR: await temporaryFolder(),
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: '--max-old-space-size=128',
  })
  onTestFinished(() => void service.child.kill('SIGKILL'))
  const [key] = service.output().match(/pw_live_\w+/) ?? []
  const pass = '{"title":"Pass"}'
  const body = pass + ' '.repeat(2 * MB - pass.length)
  const make = async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(`${service.url}/api/passes`, { method: 'POST', headers, body })
    await response.arrayBuffer()
    return response.status
  }
  const callers = async (times: number) => {
    const caller = async () => {
      const statuses: number[] = []
      for (let count = 0; count < times; count += 1) statuses.push(await make())
      return statuses
    }
    return (await Promise.all(Array.from({ length: 20 }, caller))).flat()
  }
  expect(new Set(await callers(3))).toEqual(new Set([201]))
  const before = await residentMegabytes(service.child.pid)
  expect(new Set(await callers(12))).toEqual(new Set([201]))
  expect(service.child.exitCode).toBeNull()
  if (before === undefined) {
    console.info('Left out: the growth of the process, because this system has no /proc.')
    return
  }
  // 480 MB were sent in between.
  expect(await residentMegabytes(service.child.pid)).toBeLessThan(before + 200)
})

async function residentMegabytes(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined)
  return status === undefined ? undefined : Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}
