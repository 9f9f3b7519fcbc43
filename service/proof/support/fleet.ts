// Instances of the service over one database, in processes of their own, and what they take of memory and handles.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { findFreePort } from '../../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  type ServiceProcess,
  startServiceProcess,
} from '../../test/support/environment/service-process.ts'

/** What a process holds, by the kernel. */
export interface Footprint {
  memoryMb: number
  handles: number
}

/** Some instances of the service over one database. */
export interface Fleet {
  /** The address of one of them, another each time. */
  url: () => string
  key: string
  /** Ends one of them and starts it again at the same address. */
  restart: (signal: NodeJS.Signals) => Promise<void>
  /** What each of them holds now; empty where there is no /proc. */
  measure: () => Footprint[]
  stop: () => Promise<void>
}

/** Starts this many instances with these settings. */
export async function startFleet(env: Record<string, string>, size: number): Promise<Fleet> {
  const services: { env: Record<string, string>; process: ServiceProcess }[] = []
  for (let count = 0; count < size; count += 1) {
    // As `npm start` sets it, since glibc keeps freed memory for each thread.
    const own = { MALLOC_ARENA_MAX: '2', ...env, PORT: String(await findFreePort()) }
    services.push({ env: own, process: await startServiceProcess(own) })
  }
  const key = await createKeyByCommand(env)
  let asked = 0
  let restarts = 0
  return {
    key,
    url: () => {
      asked += 1
      return services[asked % services.length]?.process.url ?? ''
    },
    restart: async (signal) => {
      const service = services[restarts % services.length]
      restarts += 1
      if (!service) return
      await service.process.stop(signal)
      service.process = await startServiceProcess(service.env)
    },
    measure: () => services.flatMap(({ process }) => readFootprint(process.child.pid ?? 0)),
    stop: async () => {
      await Promise.all(services.map(({ process }) => process.stop('SIGTERM')))
    },
  }
}

function readFootprint(pid: number): Footprint[] {
  const folder = `/proc/${pid}`
  if (!existsSync(folder)) return []
  const status = readFileSync(`${folder}/status`, 'utf8')
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN)
  return [{ memoryMb: kilobytes / 1024, handles: readdirSync(`${folder}/fd`).length }]
}
