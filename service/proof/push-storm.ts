/** One pass on 5,000 phones changes on each database: every phone gets its push and the new file, which is signed once, also for 200 phones at once and 1,000 downloads. Then the time from a PATCH to its push, idle and under load. */
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
import { assertEqual } from './support/client.ts'
import { createPhones, quantile, readVersion } from './support/phones.ts'
import { inParallel } from './support/soak-loads.ts'

const DEVICES = Number(process.argv[2] ?? 5_000)
const REGISTERING = 32
const PATCHES = 200
const CALLERS = 4
const RUSHING_PHONES = 200
const DOWNLOADS = 1_000

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
  const service = await start(databaseUrl, apns)
  try {
    await storm(name, service, createPhones(service.url, apns), apns)
    await measure(name, service, createPhones(service.url, apns), apns)
  } finally {
    await service.stop()
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
  const url = `http://127.0.0.1:${port}`
  return { url, call: createCaller(url, key), signatures: () => count, stop: service.stop }
}

type Service = Awaited<ReturnType<typeof start>>
type Phones = ReturnType<typeof createPhones>

async function storm(
  name: string,
  service: Service,
  phones: Phones,
  apns: FakeApns,
): Promise<void> {
  const { call, signatures } = service
  const { serialNumber, file, downloadUrl } = await createPass(service)
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
    `${name}: ${DEVICES} phones registered in ${seconds(registered - registering)}; the PATCH took ${Math.round(patched - registered)} ms; last push after ${seconds(lastPush - patched)}, last phone up to date after ${seconds(done - patched)}; ${apns.pushes.length - pushesBefore} pushes over ${apns.sessions()} connection, ${made} signature`,
  )
  assertEqual('notified devices', reply.notifiedDevices, DEVICES)
  assertEqual('pushes', apns.pushes.length - pushesBefore, DEVICES)
  assertEqual('signatures', made, 1)
  const fetchAgain = phones.all
    .slice(0, RUSHING_PHONES)
    .map((phone) => () => phone.fetchAgain(serialNumber))
  const ofPhones = await rush(fetchAgain)
  const downloads = Array.from({ length: DOWNLOADS }, () => () => fetchBytes(downloadUrl))
  const ofPeople: number[] = []
  await inParallel(downloads, async (download) => void ofPeople.push(...(await rush([download]))))
  const more = signatures() - signaturesBefore - made
  console.log(
    `${name}: ${RUSHING_PHONES} phones at once get the file, p95 ${ms(ofPhones, 0.95)}; ${DOWNLOADS} downloads from the share link, some at a time, p95 ${ms(ofPeople, 0.95)}; ${more} more signatures`,
  )
  assertEqual('signatures of a pass that has not changed', more, 0)
}

/** Does all of this at once; returns how long each took, in ms. */
function rush(works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const begun = performance.now()
  const measure = async (work: () => Promise<unknown>) => {
    await work()
    return performance.now() - begun
  }
  return Promise.all(works.map(measure))
}

async function fetchBytes(url: string): Promise<void> {
  const response = await fetch(url)
  assertEqual('the status of a download', response.status, 200)
  await response.arrayBuffer()
}

async function measure(
  name: string,
  service: Service,
  phones: Phones,
  apns: FakeApns,
): Promise<void> {
  const { call } = service
  const { serialNumber, file } = await createPass(service)
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
      const other = await createPass(service)
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

async function createPass({ url, call }: Service) {
  const { serialNumber, applePass, downloadUrl } = await call<{
    serialNumber: string
    applePass: string
    downloadUrl: string
  }>('POST', '/api/passes', { title: 'Club', label: 'Version', value: '0' })
  const { pathname } = new URL(downloadUrl)
  return { serialNumber, file: Buffer.from(applePass, 'base64'), downloadUrl: url + pathname }
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
