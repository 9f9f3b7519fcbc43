import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import { startService } from '../contenders/servers.ts'
import { buildRequest } from '../contenders/ticket.ts'
import type { Measure } from './figure.ts'

/** About three times as many as one key may have running and waiting to be signed. */
const CONNECTIONS = 3_000
const flood = fileURLToPath(new URL('../contenders/flood.ts', import.meta.url))

/** How soon others are answered while one key asks for far more passes than can be made. */
export const measureBackpressure: Measure = async (effort) => {
  const seconds = effort === 'full' ? 25 : 2
  const service = await startService()
  const other = await service.createKey()
  // Before the others, whose connections wait for each other to be accepted.
  await Promise.all([get(`${service.url}/health`), post(`${service.url}/api/pkpass`, other)])
  const child = fork(flood, [service.url, service.key ?? '', String(CONNECTIONS)])
  try {
    const [health, pass] = await Promise.all([
      time(seconds, () => get(`${service.url}/health`)),
      time(seconds, () => post(`${service.url}/api/pkpass`, other)),
    ])
    child.send('stop')
    const [counts] = await once(child, 'message')
    const statuses = Object.entries(counts).map(([status, count]) => `${count} × ${status}`)
    const meanwhile = `while ${CONNECTIONS} connections of one key ask for passes, 99th percentile in ms`
    const figures = [
      {
        what: `\`/health\` ${meanwhile}`,
        value: health,
        target: { atMost: 50 },
        details: statuses.join(', '),
      },
      {
        what: `A pass of another key ${meanwhile}`,
        value: pass,
        target: {},
        details: 'one after the other',
      },
    ]
    return { figures }
  } finally {
    child.kill()
    await service.stop()
  }
}

const dispatcher = new Agent({ connections: 10 })

async function get(url: string): Promise<void> {
  const { statusCode, body } = await request(url, { dispatcher })
  await body.dump()
  if (statusCode !== 200) throw new Error(`${url} says ${statusCode}`)
}

async function post(url: string, key: string): Promise<void> {
  const { statusCode, body } = await request(url, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(buildRequest(1)),
  })
  await body.dump()
  if (statusCode !== 200) throw new Error(`${url} says ${statusCode}`)
}

/** The part of the time until all are connected and the queue is full. */
const UNCOUNTED = 0.2

/** Asks again and again, with a pause of 20 ms; returns the 99th percentile of the times in milliseconds. */
async function time(seconds: number, ask: () => Promise<void>): Promise<number> {
  const times: number[] = []
  const beganAt = performance.now()
  const endsAt = beganAt + seconds * 1000
  while (performance.now() < endsAt) {
    const startedAt = performance.now()
    await ask()
    if (startedAt > beganAt + seconds * 1000 * UNCOUNTED) times.push(performance.now() - startedAt)
    await pause(20)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN
}
