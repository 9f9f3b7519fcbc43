import { fileURLToPath } from 'node:url'
import { waitFor } from '../../test/support/environment/wait-for.ts'
import {
  createPoster,
  type Server,
  startPasskitServer,
  startService,
} from '../contenders/servers.ts'
import { createIdentity } from '../contenders/ticket.ts'
import type { Measure } from './figure.ts'

const CONNECTIONS = 64
const probe = ['--import', fileURLToPath(new URL('../contenders/loop-delay.ts', import.meta.url))]

/** How long everything else in the process waits while passes are made. */
export const measureDelay: Measure = async (effort) => {
  const { folder, remove } = await createIdentity()
  const scale = effort === 'full' ? 1 : 0.1
  try {
    const settings = { CERTIFICATES_DIR: folder, NODE_OPTIONS: probe.join(' ') }
    const ours = await measureP99(await startService(settings), 6_000 * scale)
    const theirs = await measureP99(await startPasskitServer(folder, probe), 400 * scale)
    const figures = [
      {
        what: `Event-loop delay (p99), ${CONNECTIONS} connections, against Express with passkit-generator`,
        value: ours / theirs,
        target: { atMost: 1 / 50 },
        details: `${ours.toFixed(1)} ms against ${theirs.toFixed(0)} ms`,
      },
    ]
    return { figures }
  } finally {
    await remove()
  }
}

/** Makes passes twice, to warm up and to measure; returns milliseconds. */
async function measureP99(server: Server, passes: number): Promise<number> {
  const poster = createPoster(server, CONNECTIONS)
  try {
    let ms = 0
    for (let round = 0; round < 2; round += 1) {
      await poster.postMany(passes)
      ms = await readP99(server)
    }
    return ms
  } finally {
    await poster.close()
    await server.stop()
  }
}

async function readP99({ pid, output }: Server): Promise<number> {
  const findAll = () => [...output().matchAll(/event-loop delay p99: ([\d.-]+) ms/g)]
  const before = findAll().length
  process.kill(pid ?? Number.NaN, 'SIGUSR2')
  const printed = await waitFor(findAll, (found) => found.length > before)
  return Number(printed.at(-1)?.[1])
}
