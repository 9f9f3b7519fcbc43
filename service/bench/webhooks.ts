/** An endpoint that is down for 10,000 events and then up: how fast it is drained, what memory does, and how long the others wait meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { post } from '../proof/client.ts'
import { createApiKey } from '../src/accounts/api-keys.ts'
import { readConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { createLog } from '../src/log.ts'
import { startService } from '../src/startup/service.ts'
import { eventually } from '../test/support/eventually.ts'
import { freePort } from '../test/support/service-process.ts'
import { startReceiver } from '../test/support/webhook-receiver.ts'

const EVENTS = 10_000
const PROBES = 200
/** Between two probes: slower than anything that has to keep up. */
const PACE_MS = 20
const CALLERS = 8
const PATIENCE_MS = 5 * 60_000

const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
const receiver = await startReceiver()
const port = await freePort()
const config = readConfig({
  DATA_DIR: folder,
  PORT: String(port),
  OUTBOUND_ALLOW: '127.0.0.1',
  LOG_LEVEL: 'silent',
})
let later = 0
const ctx = {
  ...(await createContext(config, createLog('silent'))),
  now: () => new Date(Date.now() + later),
}
const service = await startService(ctx)
try {
  await service.open()
  const url = `http://127.0.0.1:${port}`
  const { key } = await createApiKey(ctx.db, { name: 'Bench', plan: 'unlimited', now: ctx.now() })
  const arrivals = new Map<string, number>()
  let isUp = false
  let drained = 0
  receiver.answer('/good', ({ body, at }, _request, response) => {
    arrivals.set(serialOf(body), at.getTime())
    receiver.hits.length = 0
    response.end()
  })
  receiver.answer('/down', (_hit, _request, response) => {
    receiver.hits.length = 0
    response.statusCode = isUp ? 200 : 500
    if (isUp) drained += 1
    response.end()
  })

  await subscribe(url, key, `${receiver.url}/good`)
  const alone = await delayOf(url, key, arrivals)
  await subscribe(url, key, `${receiver.url}/down`)
  await makeMany(url, key)
  await eventually(
    () => arrivals.size,
    (count) => count >= EVENTS + PROBES,
    PATIENCE_MS,
  )
  later += 6 * 60_000
  const failing = await delayOf(url, key, arrivals)
  const before = memoryMb()
  isUp = true
  later += 12 * 60 * 60_000
  const began = performance.now()
  const during = await delayOf(url, key, arrivals)
  let most = 0
  const left = () => {
    most = Math.max(most, memoryMb())
    return EVENTS - drained
  }
  await eventually(left, (count) => count <= 0, PATIENCE_MS)
  const seconds = (performance.now() - began) / 1000
  console.log(
    `drained ${EVENTS} in ${seconds.toFixed(0)} s: ${(EVENTS / seconds).toFixed(0)} a second, at most ${receiver.mostAtOnce('/down')} at once; memory ${before.toFixed(0)} MB before, at most ${most.toFixed(0)} MB`,
  )
  console.log(
    `the other endpoint waits ${alone.toFixed(0)} ms alone, ${failing.toFixed(0)} ms while the ${EVENTS} fail and ${during.toFixed(0)} ms while they are drained: ratios ${(failing / alone).toFixed(2)} and ${(during / alone).toFixed(2)}`,
  )
} finally {
  await service.stop()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
}

async function subscribe(url: string, key: string, target: string): Promise<void> {
  const answer = await fetch(`${url}/api/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: target }),
  })
  if (answer.status !== 201) throw new Error(`Subscribing was answered with ${answer.status}`)
}

/** Makes a pass and gives its serial number. */
async function make(url: string, key: string): Promise<string> {
  const { status, body } = await post(url, key, { title: 'Bench' })
  if (status !== 201) throw new Error(`A pass was answered with ${status}`)
  return (body as { serialNumber: string }).serialNumber
}

async function makeMany(url: string, key: string): Promise<void> {
  let left = EVENTS
  const caller = async () => {
    while (left > 0) {
      left -= 1
      await make(url, key)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
}

/** The median time from a pass made to its event at the good endpoint, in milliseconds. */
async function delayOf(url: string, key: string, arrivals: Map<string, number>): Promise<number> {
  const made = new Map<string, number>()
  for (let probe = 0; probe < PROBES; probe += 1) {
    made.set(await make(url, key), Date.now())
    await new Promise((resolve) => setTimeout(resolve, PACE_MS))
  }
  const missing = () => [...made.keys()].filter((serial) => !arrivals.has(serial)).length
  await eventually(missing, (count) => count === 0, PATIENCE_MS)
  const delays = [...made].map(([serial, at]) => (arrivals.get(serial) ?? 0) - at)
  return Math.max(1, delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? Number.NaN)
}

function serialOf(body: string): string {
  return (JSON.parse(body) as { data: { serialNumber: string } }).data.serialNumber
}

function memoryMb(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}
