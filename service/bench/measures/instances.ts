import { startPostgres } from '../../test/support/databases/postgres.ts'
import { readCpuSeconds } from '../contenders/cpu-time.ts'
import { createPoster, type Server, startService } from '../contenders/servers.ts'
import { createIdentity } from '../contenders/ticket.ts'
import { median } from '../median.ts'
import type { Effort, Measure } from './figure.ts'

const CONNECTIONS = 16
const ROUNDS = 5

/** What a second instance on the same PostgreSQL costs and brings. */
export const measureInstances: Measure = async (effort) => {
  const postgres = await startPostgres({ durable: true })
  const { folder, remove } = await createIdentity()
  const settings = { DATABASE_URL: postgres.url, CERTIFICATES_DIR: folder }
  const first = await startService(settings)
  const second = await startService(settings)
  try {
    const { one, two } = await alternate([first, second], effort)
    const cost = (rounds: Work[]) => median(rounds.map(({ cpuSeconds }) => cpuSeconds))
    const rate = (rounds: Work[]) => median(rounds.map(({ perSecond }) => perSecond))
    const figures = [
      {
        what: 'CPU time per pass of the service, two instances on one PostgreSQL against one',
        value: cost(two) / cost(one),
        target: { atMost: 1.15 },
        details: `${(cost(two) * 1e6).toFixed(0)} against ${(cost(one) * 1e6).toFixed(0)} µs`,
      },
      {
        what: 'Passes a second, two instances on one PostgreSQL against one',
        value: rate(two) / rate(one),
        target: { atLeast: 1.7 },
        details: `${rate(two).toFixed(0)} against ${rate(one).toFixed(0)} a second, with PostgreSQL and the callers on the same cores`,
      },
    ]
    return { figures }
  } finally {
    await Promise.all([first.stop(), second.stop()])
    await Promise.all([remove(), postgres.remove()])
  }
}

interface Work {
  /** Of the services, per pass. */
  cpuSeconds: number
  perSecond: number
}

async function alternate([first, second]: [Server, Server], effort: Effort) {
  const passes = effort === 'full' ? 600 : 40
  const one: Work[] = []
  const two: Work[] = []
  await work([first, second], passes)
  for (let round = 0; round < (effort === 'full' ? ROUNDS : 1); round += 1) {
    one.push(await work([first], passes))
    two.push(await work([first, second], passes))
  }
  return { one, two }
}

/** Makes so many passes with each server; the key of one is good for all. */
async function work(servers: Server[], passes: number): Promise<Work> {
  const posters = servers.map((server) => createPoster(server, CONNECTIONS))
  const readAll = () => servers.reduce((sum, { pid }) => sum + readCpuSeconds(pid), 0)
  const [startedAt, before] = [performance.now(), readAll()]
  await Promise.all(posters.map(({ postMany }) => postMany(passes)))
  const made = passes * servers.length
  const cpuSeconds = (readAll() - before) / made
  const perSecond = (made * 1000) / (performance.now() - startedAt)
  await Promise.all(posters.map(({ close }) => close()))
  return { cpuSeconds, perSecond }
}
