/** A service with little memory stays below 512 MB and fast for an honest client while others read nothing, ask for everything at once, and have the largest codes drawn. */
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import {
  createKeyByCommand,
  type ServiceProcess,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { post } from './support/client.ts'

const SECONDS = 60
const MAX_RESIDENT_MB = 512
const MAX_P99_MS = 1_000
const LARGE_PASSES = 101
/** How long after the attack a connection that reads nothing may stay open. */
const LET_GO_SECONDS = 60

const agent = new Agent({ connections: 40, headersTimeout: 120_000, bodyTimeout: 120_000 })
const unread = new Set<Socket>()

const folder = await mkdtemp(join(tmpdir(), 'passwright-overload-'))
const env = {
  DATA_DIR: folder,
  LOG_LEVEL: 'error',
  // What leaves room for everything else in 512 MB; the settings say so.
  NODE_OPTIONS: '--max-old-space-size=160 --max-semi-space-size=8',
  // The bounds hold without the help of the rate.
  RATE_LIMIT: '1000000',
}
const service = await startServiceProcess(env)
try {
  await run(service)
} finally {
  await service.stop('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

async function run({ url, child }: ServiceProcess): Promise<void> {
  const attacker = await createKeyByCommand(env, 'free')
  const honest = await createKeyByCommand(env, 'pro')
  const passes = await createAttackersPasses(url, attacker)
  const before = await readResidentMegabytes(child.pid)
  const attacks = selectAttacks(url, attacker, passes)
  console.log(`attacks for ${SECONDS} s at once: ${attacks.map(({ name }) => name).join(', ')}`)

  let isRunning = true
  let highest = 0
  const measuring = (async () => {
    while (isRunning) {
      highest = Math.max(highest, await readResidentMegabytes(child.pid))
      await pause(50)
    }
  })()
  const attacking = attacks.map(async ({ attack }) => {
    while (isRunning) await attack()
  })
  const client = await startHonestClient(url, honest, () => isRunning)
  isRunning = false
  await Promise.all([measuring, ...attacking])
  await agent.close()
  const letGoAt = performance.now() + LET_GO_SECONDS * 1000
  let stillOpen = await countConnections(url)
  while (stillOpen > 0 && performance.now() < letGoAt) {
    await pause(500)
    stillOpen = await countConnections(url)
  }
  for (const socket of unread) socket.destroy()

  console.log(`memory: ${before.toFixed(0)} MB before, ${highest.toFixed(0)} MB at most`)
  console.log(`connections that read nothing and are open after ${LET_GO_SECONDS} s: ${stillOpen}`)
  const failures = [
    ...(highest < MAX_RESIDENT_MB ? [] : [`memory is not below ${MAX_RESIDENT_MB} MB`]),
    ...(stillOpen === 0 ? [] : ['connections that read nothing are not closed']),
    ...(child.exitCode === null ? [] : ['the service has ended']),
    ...client.flatMap(report),
  ]
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1
}

interface AttackersPasses {
  large: string
  largeFile: string
  serialNumber: string
  codes: string[]
}

/** The passes that one free key makes for the attack: large ones, and some with the largest codes. */
async function createAttackersPasses(url: string, key: string): Promise<AttackersPasses> {
  const create = async (pass: object) => {
    const { status, body } = await post(url, key, pass)
    if (status !== 201) throw new Error(`Creating a pass: ${status} ${JSON.stringify(body)}`)
    return body as { serialNumber: string; shareUrl: string }
  }
  const backFields = Array(19).fill({ value: 'x'.repeat(100_000) })
  const first = await create({ title: 'Large', backFields })
  for (let count = 1; count < LARGE_PASSES; count += 1) await create({ title: 'Large', backFields })
  const codes = await Promise.all(
    Array.from({ length: 20 }, (_, count) =>
      create({
        title: 'Code',
        barcodeFormat: 'Aztec',
        barcodeValue: String(count).padEnd(3832, '1234567'),
      }),
    ),
  )
  const toPath = ({ shareUrl }: { shareUrl: string }) => new URL(shareUrl).pathname
  return {
    large: toPath(first),
    largeFile: `${toPath(first)}.pkpass`,
    serialNumber: first.serialNumber,
    codes: codes.map(toPath),
  }
}

interface Attack {
  name: string
  attack: () => Promise<void>
}

/** All attacks, or those that the command line names. */
function selectAttacks(url: string, key: string, passes: AttackersPasses): Attack[] {
  const keyed = `Authorization: Bearer ${key}\r\n`
  const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`
  const leaveUnread = async (connections: number, bytes: string, seconds: number) => {
    await Promise.all(Array.from({ length: connections }, () => openUnread(url, bytes)))
    await pause(seconds * 1000)
  }
  const fetchAll = (paths: string[]) =>
    Promise.all(
      paths.map((path) =>
        request(url + path, { headers: { authorization: `Bearer ${key}` }, dispatcher: agent })
          .then(({ body }) => body.dump({ limit: 1_000_000_000 }))
          .catch(() => {}),
      ),
    )
  const attacks: Record<string, () => Promise<void>> = {
    openapi: () => leaveUnread(8, get('/openapi.json').repeat(900), 1),
    'share-page': () => leaveUnread(1, get(passes.large).repeat(300), 1),
    pipelines: () => leaveUnread(8, get(passes.large).repeat(60), 5),
    downloads: () => leaveUnread(10, get(passes.largeFile).repeat(10), 2),
    files: () =>
      leaveUnread(40, get(`/api/passes/${passes.serialNumber}?format=pkpass`, keyed).repeat(10), 5),
    lists: async () => {
      await fetchAll(Array(8).fill('/api/passes?limit=100'))
    },
    codes: async () => {
      await fetchAll(passes.codes)
      await pause(500)
    },
  }
  const names = process.argv.slice(2)
  return Object.entries(attacks)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([name, attack]) => ({ name, attack }))
}

/** Opens a connection that sends requests and reads nothing of their replies. */
async function openUnread(url: string, bytes: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  unread.add(socket)
  socket.on('error', () => {})
  socket.once('close', () => unread.delete(socket))
  await once(socket, 'connect').catch(() => {})
  socket.pause()
  socket.write(bytes)
}

interface Measured {
  name: string
  ms: number[]
  statuses: Map<number | string, number>
}

/** A client at another address that makes a pass, opens its page and its file, and asks for the health. */
async function startHonestClient(
  url: string,
  key: string,
  isRunning: () => boolean,
): Promise<Measured[]> {
  const dispatcher = new Agent({ localAddress: '127.0.0.2' })
  const measured = new Map<string, Measured>()
  const send = async (name: string, path: string, body?: object) => {
    const startedAt = performance.now()
    const sent = request(url + path, {
      dispatcher,
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const [status, text] = await sent
      .then(async (response) => [response.statusCode, await response.body.text()] as const)
      .catch((error: Error) => [error.message, ''] as const)
    const row: Measured = measured.get(name) ?? { name, ms: [], statuses: new Map() }
    measured.set(name, row)
    row.ms.push(performance.now() - startedAt)
    row.statuses.set(status, (row.statuses.get(status) ?? 0) + 1)
    return text
  }
  const endsAt = performance.now() + SECONDS * 1000
  while (isRunning() && performance.now() < endsAt) {
    await send('health', '/health')
    const created = await send('create', '/api/passes', {
      title: 'Honest',
      barcodeFormat: 'QR',
      barcodeValue: 'MEMBER-1042',
    })
    const shareUrl = /"shareUrl":"([^"]+)"/.exec(created)?.[1]
    if (shareUrl === undefined) continue
    await send('share page', new URL(shareUrl).pathname)
    await send('download', `${new URL(shareUrl).pathname}.pkpass`)
    await pause(20)
  }
  await dispatcher.close()
  return [...measured.values()]
}

/** Prints the figures of an operation; returns what is not as promised. */
function report({ name, ms, statuses }: Measured): string[] {
  const sorted = ms.toSorted((one, other) => one - other)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')
  console.log(
    `${name}: ${counts}; median ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms, longest ${at(1).toFixed(0)} ms`,
  )
  const good = (statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)
  return [
    ...(at(0.99) < MAX_P99_MS ? [] : [`p99 of ${name} is not below ${MAX_P99_MS} ms`]),
    ...(good === ms.length ? [] : [`${ms.length - good} of ${ms.length} failed: ${name}`]),
  ]
}

async function readResidentMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
}

/** The established connections at the service's end, whether or not the other end has noticed. */
async function countConnections(url: string): Promise<number> {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => '')
  return table
    .split('\n')
    .filter((line) => new RegExp(`^ *\\d+: \\w+:${port} \\w+:\\w+ 01 `).test(line)).length
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
