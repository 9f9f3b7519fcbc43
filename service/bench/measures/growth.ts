import { rm } from 'node:fs/promises'
import { Agent, request } from 'undici'
import { readCpuSeconds, readResidentMegabytes } from '../contenders/cpu-time.ts'
import { runMany } from '../contenders/many-at-once.ts'
import { createPoster, type Server, startService } from '../contenders/servers.ts'
import { median } from '../median.ts'
import type { Measure, Target } from './figure.ts'
import { storePasses } from './stored-passes.ts'

const CONNECTIONS = 16

const efforts = {
  full: { few: 1_000, many: 1_000_000, slice: 400, rounds: 7 },
  quick: { few: 100, many: 2_000, slice: 40, rounds: 1 },
}

/** What a pass costs when many are stored, compared with few. */
export const measureGrowth: Measure = async (effort) => {
  const { few, many, slice, rounds } = efforts[effort]
  const stores = [await storePasses(few), await storePasses(many)]
  const started = await Promise.all(
    stores.map(async ({ folder, key, serialNumbers }) => {
      const server = { ...(await startService({ DATA_DIR: folder })), key }
      return { server, serialNumbers, create: [] as number[], read: [] as number[] }
    }),
  )
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const { server, serialNumbers, create, read } of started) {
        const createCost = await measureCreating(server, slice)
        const readCost = await measureReading(server, serialNumbers, slice * 2)
        // The first round warms up.
        if (round === 0) continue
        create.push(createCost)
        read.push(readCost)
      }
    }
    const figures = (['create', 'read'] as const).map((verb) => {
      const [little = 0, much = 0] = started.map((one) => median(one[verb]))
      return {
        what: `Cost to ${verb} a pass with ${many.toLocaleString('en')} stored, against ${few.toLocaleString('en')}`,
        value: much / little,
        target: { atMost: 1.3 },
        details: `${(much * 1e6).toFixed(0)} against ${(little * 1e6).toFixed(0)} µs of CPU`,
      }
    })
    return { figures }
  } finally {
    await Promise.all(started.map(({ server }) => server.stop()))
    await Promise.all(stores.map(({ folder }) => rm(folder, { recursive: true, force: true })))
  }
}

/** The CPU time of one new pass, in seconds. */
async function measureCreating(server: Server, count: number): Promise<number> {
  const poster = createPoster(server, CONNECTIONS)
  const before = readCpuSeconds(server.pid)
  await poster.postMany(count)
  const seconds = readCpuSeconds(server.pid) - before
  await poster.close()
  return seconds / count
}

/** The CPU time of one `GET /api/passes/<serial>`, in seconds, of passes all over the database. */
async function measureReading(server: Server, serialNumbers: string[], count: number) {
  const dispatcher = new Agent({ connections: CONNECTIONS })
  const before = readCpuSeconds(server.pid)
  await runMany(count, CONNECTIONS, async () => {
    const serialNumber = serialNumbers[Math.floor(Math.random() * serialNumbers.length)]
    const response = await request(`${server.url}/api/passes/${serialNumber}`, {
      dispatcher,
      headers: { authorization: `Bearer ${server.key}` },
    })
    await response.body.dump()
    if (response.statusCode !== 200) throw new Error(`GET has the status ${response.statusCode}`)
  })
  const seconds = readCpuSeconds(server.pid) - before
  await dispatcher.close()
  return seconds / count
}

/** The memory of the service after many passes, compared with few. */
export const measureMemory: Measure = async (effort) => {
  const [few, some, many] = effort === 'full' ? [1_000, 10_000, 100_000] : [20, 40, 200]
  const service = await startService()
  const poster = createPoster(service, 16)
  try {
    await poster.postMany(few)
    const afterFew = readResidentMegabytes(service.pid)
    await poster.postMany(some - few)
    const afterSome = readResidentMegabytes(service.pid)
    await poster.postMany(many - some)
    const afterMany = readResidentMegabytes(service.pid)
    const toFigure = (count: number, megabytes: number, target: Target) => ({
      what: `Resident memory after ${many.toLocaleString('en')} passes, against ${count.toLocaleString('en')}`,
      value: afterMany / megabytes,
      target,
      details: `${afterMany.toFixed(0)} against ${megabytes.toFixed(0)} MB`,
    })
    return {
      figures: [toFigure(few, afterFew, { atMost: 1.2 }), toFigure(some, afterSome, {})],
    }
  } finally {
    await poster.close()
    await service.stop()
  }
}
