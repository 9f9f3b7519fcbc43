/** One pass on 5,000 phones changes on each database: every phone gets its push and the new file, which is signed once. Then the time from a PATCH to its push, idle and under load. */
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKey } from '../src/accounts/api-keys.ts'
import { readConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { startService } from '../src/startup/service.ts'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import { type FakeApns, startFakeApns } from '../test/support/phones/fake-apns.ts'
import { assertEqual } from './client.ts'
import { createPhones, quantile, readVersion } from './phones.ts'

const DEVICES = Number(process.argv[2] ?? 5_000)
const REGISTERING = 32
const PATCHES = 200
const CALLERS = 4

const folder = await mkdtemp(join(tmpdir(), 'passwright-push-storm-'))
const postgres = await startPostgres({ durable: true })
try {
  await run('SQLite', `sqlite:${join(folder, 'storm.db')}`)
  await run('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function run(name: string, databaseUrl: string): Promise<void> {
  const apns = await startFakeApns({ tls: false })
  const { url, key, signatures, stop } = await start(databaseUrl, apns)
  try {
    const call = createCaller(url, key)
    await storm(name, call, createPhones(url, apns), apns, signatures)
    await measure(name, call, createPhones(url, apns), apns)
  } finally {
    await stop()
    await apns.close()
  }
}

/** Starts the service in this process, so that its signatures can be counted. */
async function start(databaseUrl: string, apns: FakeApns) {
  const config = readConfig({
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'https://passes.example.com',
    APNS_URL: apns.url,
    LOG_LEVEL: 'error',
  })
  const original = await createContext({ ...config, port: 0 })
  let count = 0
  const ctx = {
    ...original,
    signPass: (...args: Parameters<typeof original.signPass>) => {
      count += 1
      return original.signPass(...args)
    },
  }
  const service = await startService(ctx)
  await service.open()
  const { port } = service.server.address() as AddressInfo
  const { key } = await createApiKey(ctx.db, { name: 'Proof', plan: 'unlimited', now: ctx.now() })
  return { url: `http://127.0.0.1:${port}`, key, signatures: () => count, stop: service.stop }
}

type Call = ReturnType<typeof createCaller>
type Phones = ReturnType<typeof createPhones>

async function storm(
  name: string,
  call: Call,
  phones: Phones,
  apns: FakeApns,
  signatures: () => number,
): Promise<void> {
  const { serialNumber, file } = await createPass(call)
  const registering = performance.now()
  await Promise.all(
    Array.from({ length: REGISTERING }, async (_, worker) => {
      for (let count = worker; count < DEVICES; count += REGISTERING) await phones.add(file)
    }),
  )
  const registered = performance.now()
  const [pushesBefore, signaturesBefore] = [apns.pushes.length, signatures()]
  const reply = await call<{ notifiedDevices: number }>('PATCH', `/api/passes/${serialNumber}`, {
    value: '1',
  })
  const patched = performance.now()
  const isNewest = (entry: Parameters<typeof readVersion>[0]) => readVersion(entry) === 1
  await waitFor(
    () => phones.countBehind(isNewest),
    (behind) => behind === 0,
    600_000,
  )
  const done = performance.now()
  const lastPush = Math.max(...apns.pushes.map(({ at }) => at))
  const made = signatures() - signaturesBefore
  console.log(
    `${name}: ${DEVICES} phones registered in ${seconds(registered - registering)}; the PATCH took ${Math.round(patched - registered)} ms; last push after ${seconds(lastPush - patched)}, last phone up to date after ${seconds(done - patched)}; ${apns.pushes.length - pushesBefore} pushes over ${apns.sessions()} connection, ${made} signatures: one to check the PATCH, ${made - 1} for the phones`,
  )
  assertEqual('notified devices', reply.notifiedDevices, DEVICES)
  assertEqual('pushes', apns.pushes.length - pushesBefore, DEVICES)
  assertEqual('signatures', made, 2)
}

async function measure(name: string, call: Call, phones: Phones, apns: FakeApns): Promise<void> {
  const { serialNumber, file } = await createPass(call)
  const phone = await phones.add(file)
  const patchAndWait = async (version: number): Promise<number> => {
    const pushed = () => apns.pushes.filter(({ token }) => token === phone.pushToken).length
    const before = pushed()
    const begun = performance.now()
    await call('PATCH', `/api/passes/${serialNumber}`, { value: String(version) })
    await waitFor(pushed, (count) => count > before, 30_000)
    const last = apns.pushes.findLast(({ token }) => token === phone.pushToken)
    return (last?.at ?? Number.NaN) - begun
  }
  const times = async (): Promise<number[]> => {
    const all: number[] = []
    for (let count = 0; count < PATCHES; count += 1) all.push(await patchAndWait(performance.now()))
    return all
  }
  const idle = await times()
  let isLoaded = true
  let loads = 0
  const load = Promise.all(
    Array.from({ length: CALLERS }, async () => {
      const other = await createPass(call)
      await phones.add(other.file)
      for (let version = 1; isLoaded; version += 1) {
        await call('PATCH', `/api/passes/${other.serialNumber}`, { value: String(version) })
        loads += 1
      }
    }),
  )
  const begun = performance.now()
  const loaded = await times()
  const perSecond = Math.round(loads / ((performance.now() - begun) / 1000))
  isLoaded = false
  await load
  console.log(
    `${name}: from the start of a PATCH to its push, p50 ${ms(idle, 0.5)}, p99 ${ms(idle, 0.99)} idle; p50 ${ms(loaded, 0.5)}, p99 ${ms(loaded, 0.99)} beside ${perSecond} other changes per second`,
  )
}

async function createPass(call: Call): Promise<{ serialNumber: string; file: Uint8Array }> {
  const { serialNumber, applePass } = await call<{ serialNumber: string; applePass: string }>(
    'POST',
    '/api/passes',
    { title: 'Club', label: 'Version', value: '0' },
  )
  return { serialNumber, file: Buffer.from(applePass, 'base64') }
}

function createCaller(url: string, key: string) {
  return async <Reply>(method: string, path: string, body: unknown): Promise<Reply> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
    return (await response.json()) as Reply
  }
}

function ms(times: readonly number[], share: number): string {
  return `${Math.round(quantile(times, share))} ms`
}

function seconds(time: number): string {
  return `${(time / 1000).toFixed(1)} s`
}
