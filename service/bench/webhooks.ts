/** 10,000 events for an endpoint that was down: how fast they are delivered, how much memory that takes, and how long other endpoints wait. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { post } from '../proof/support/client.ts'
import { createApiKey } from '../src/accounts/api-keys.ts'
import { readConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { createLog } from '../src/log.ts'
import { startService } from '../src/startup/service.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import { startWebhookReceiver } from '../test/support/webhooks/webhook-receiver.ts'
import { median } from './median.ts'

const EVENTS = 10_000
const PROBES = 200
/** The pause between two probes, longer than any single delivery takes. */
const PAUSE_MS = 20
const CALLERS = 8
const TIMEOUT_MS = 5 * 60_000

const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
const receiver = await startWebhookReceiver()
const port = await findFreePort()
const config = readConfig({
  DATA_DIR: folder,
  PORT: String(port),
  OUTBOUND_ALLOW: '127.0.0.1',
  LOG_LEVEL: 'silent',
})
let clockOffsetMs = 0
const ctx = {
  ...(await createContext(config, createLog('silent'))),
  now: () => new Date(Date.now() + clockOffsetMs),
}
const service = await startService(ctx)
try {
  await service.open()
  const url = `http://127.0.0.1:${port}`
  const { key } = await createApiKey(ctx.db, { name: 'Bench', plan: 'unlimited', now: ctx.now() })
  const arrivals = new Map<string, number>()
  let isUp = false
  let drained = 0
  receiver.setResponse('/good', ({ body, at }, _request, response) => {
    arrivals.set(parseSerial(body), at.getTime())
    receiver.requests.length = 0
    response.end()
  })
  receiver.setResponse('/down', (_hit, _request, response) => {
    receiver.requests.length = 0
    response.statusCode = isUp ? 200 : 500
    if (isUp) drained += 1
    response.end()
  })

  await createEndpoint(url, key, `${receiver.url}/good`)
  const alone = await measureDelayMs(url, key, arrivals)
  await createEndpoint(url, key, `${receiver.url}/down`)
  await createPasses(url, key)
  await waitFor(
    () => arrivals.size,
    (count) => count >= EVENTS + PROBES,
    TIMEOUT_MS,
  )
  clockOffsetMs += 6 * 60_000
  const failing = await measureDelayMs(url, key, arrivals)
  const before = readMemoryMb()
  isUp = true
  clockOffsetMs += 12 * 60 * 60_000
  const startedAt = performance.now()
  const during = await measureDelayMs(url, key, arrivals)
  let most = 0
  const left = () => {
    most = Math.max(most, readMemoryMb())
    return EVENTS - drained
  }
  await waitFor(left, (count) => count <= 0, TIMEOUT_MS)
  const seconds = (performance.now() - startedAt) / 1000
  console.log(
    `drained ${EVENTS} in ${seconds.toFixed(0)} s: ${(EVENTS / seconds).toFixed(0)} a second, at most ${receiver.maxConcurrent('/down')} at once; memory ${before.toFixed(0)} MB before, at most ${most.toFixed(0)} MB`,
  )
  console.log(
    `the other endpoint waits ${alone.toFixed(0)} ms alone, ${failing.toFixed(0)} ms while the ${EVENTS} fail and ${during.toFixed(0)} ms while they are drained: ratios ${(failing / alone).toFixed(2)} and ${(during / alone).toFixed(2)}`,
  )
} finally {
  await service.stop()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
}

async function createEndpoint(url: string, key: string, endpointUrl: string): Promise<void> {
  const response = await fetch(`${url}/api/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: endpointUrl }),
  })
  if (response.status !== 201) {
    throw new Error(`Creating an endpoint failed with status ${response.status}`)
  }
}

/** Creates a pass; returns its serial number. */
async function createPass(url: string, key: string): Promise<string> {
  const { status, body } = await post(url, key, { title: 'Bench' })
  if (status !== 201) throw new Error(`Creating a pass failed with status ${status}`)
  return (body as { serialNumber: string }).serialNumber
}

async function createPasses(url: string, key: string): Promise<void> {
  let left = EVENTS
  const runCaller = async () => {
    while (left > 0) {
      left -= 1
      await createPass(url, key)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, runCaller))
}

/** The median time from creating a pass to its event at the good endpoint, in milliseconds. */
async function measureDelayMs(
  url: string,
  key: string,
  arrivals: Map<string, number>,
): Promise<number> {
  const made = new Map<string, number>()
  for (let probe = 0; probe < PROBES; probe += 1) {
    made.set(await createPass(url, key), Date.now())
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  const missing = () => [...made.keys()].filter((serial) => !arrivals.has(serial)).length
  await waitFor(missing, (count) => count === 0, TIMEOUT_MS)
  const delaysMs = [...made].map(([serial, at]) => (arrivals.get(serial) ?? 0) - at)
  return Math.max(1, median(delaysMs))
}

function parseSerial(body: string): string {
  return (JSON.parse(body) as { data: { serialNumber: string } }).data.serialNumber
}

function readMemoryMb(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}
