/** 10,000 phones on 2,000 passes through 20 minutes of changes, registrations, removals and restarts on each database: every phone ends with the newest version of each pass that it kept, and memory and handles are flat. There is one process on SQLite, and three on PostgreSQL. Takes the numbers of phones, passes and minutes, and the name of a database to leave out the other; memory and handles are judged from 10 minutes on. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import { startFakeApns } from '../test/support/phones/fake-apns.ts'
import { readPassJson } from '../test/support/phones/read-pass-json.ts'
import { createCaller } from './support/caller.ts'
import { assertEqual } from './support/client.ts'
import { type Footprint, startFleet } from './support/fleet.ts'
import { createPhones } from './support/phones.ts'
import { createWorld, inParallel, startLoads, type World } from './support/soak-loads.ts'

const [phoneCount = 10_000, passCount = 2_000, minutes = 20] = process.argv.slice(2, 5).map(Number)
const only = process.argv[5]
const MINUTE_MS = 60_000

/** Then two undisturbed thirds, in which memory and handles are compared. */
const RESTLESS_SHARE = 1 / 3

/** At the most. */
const RESTARTS = 10
const MEASURE_MS = 1_000
const MEASURES_A_MINUTE = MINUTE_MS / MEASURE_MS

/** Longer than a lease, so that the pushes of a killed process are due again. */
const PATIENCE_MS = 300_000

/** How much more a process may hold in the last third than in the middle one. */
const MEMORY_ROOM_MB = 64
const HANDLES_ROOM = 32

/** In a shorter run, a process only warms up. */
const JUDGED_FROM_MINUTES = 10

const folder = await mkdtemp(join(tmpdir(), 'passwright-soak-'))
const postgres = await startPostgres({ durable: true })
try {
  const all = [
    { name: 'SQLite', url: `sqlite:${join(folder, 'soak.db')}`, instances: 1 },
    { name: 'PostgreSQL', url: postgres.url, instances: 3 },
  ]
  for (const { name, url, instances } of all) {
    if (only === undefined || only === name) await soak(name, url, instances)
  }
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function soak(name: string, databaseUrl: string, instances: number): Promise<void> {
  const apns = await startFakeApns({ tls: false })
  const fleet = await startFleet(
    {
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: 'https://passes.example.com',
      APNS_URL: apns.url,
      LOG_LEVEL: 'error',
    },
    instances,
  )
  try {
    const caller = createCaller(fleet.url, fleet.key)
    const phones = createPhones(fleet.url, apns)
    const world = await createWorld({ caller, phones, phoneCount, passCount })
    const endsAt = performance.now() + minutes * MINUTE_MS
    const isRunning = () => performance.now() < endsAt
    const loading = startLoads(world, isRunning)
    // Awaited below, when the processes can be stopped.
    loading.catch(() => {})
    const restlessUntil = performance.now() + minutes * MINUTE_MS * RESTLESS_SHARE
    let restarts = 0
    for (; performance.now() < restlessUntil; restarts += 1) {
      await wait((minutes * MINUTE_MS * RESTLESS_SHARE) / RESTARTS)
      await fleet.restart(restarts % 2 === 0 ? 'SIGKILL' : 'SIGTERM')
    }
    const footprints: Footprint[][] = []
    for (; isRunning(); await wait(MEASURE_MS)) {
      footprints.push(fleet.measure())
      if (footprints.length % MEASURES_A_MINUTE === 0) print(name, footprints)
    }
    const counts = await loading

    const endedAt = performance.now()
    const behind = await countBehind(world)
    const late = ((performance.now() - endedAt) / 1_000).toFixed(1)
    const growths = summarize(footprints, instances)
    console.log(
      `${name}: ${phones.all.length} phones on ${passCount} passes; in ${minutes} minutes ${counts.change} changes, ${counts.install} registrations, ${counts.remove} removals, ${restarts} restarts, ${apns.pushes.length} pushes; ${behind} passes on phones are behind ${late} s later; ${phones.failures()} requests of phones given up`,
    )
    for (const { text } of growths) console.log(`${name}: ${text}`)
    assertEqual('passes on phones that are behind', behind, 0)
    await assertCounted(world)
    if (minutes < JUDGED_FROM_MINUTES) return
    assertEqual('processes that grew', growths.filter(({ isFlat }) => !isFlat).length, 0)
  } finally {
    await fleet.stop()
    await apns.close()
  }
}

/** Waits until every phone holds the newest file of each of its passes; returns how many are not. */
async function countBehind({ caller, phones, points }: World): Promise<number> {
  const newest = new Map<string, string>()
  await inParallel([...points.keys()], async (serialNumber) => {
    const passJson = await readPassJson(await caller.download(serialNumber))
    newest.set(serialNumber, JSON.stringify(passJson))
  })
  const count = () =>
    phones.countBehind(
      ({ serialNumber, passJson }) => newest.get(serialNumber) === JSON.stringify(passJson),
    )
  return waitFor(count, (behind) => behind === 0, PATIENCE_MS).catch(count)
}

/** Every installation and every point was counted once. */
async function assertCounted({ caller, phones, points }: World): Promise<void> {
  const installed = new Map<string, number>()
  for (const { wallet } of phones.all) {
    for (const serialNumber of wallet.keys()) {
      installed.set(serialNumber, (installed.get(serialNumber) ?? 0) + 1)
    }
  }
  await inParallel([...points], async ([serialNumber, count]) => {
    const { installs, pass } = await caller.call<{
      installs: number
      pass: { secondaryFields: { value: number }[] }
    }>('GET', `/api/passes/${serialNumber}`)
    assertEqual('installs of a pass', installs, installed.get(serialNumber) ?? 0)
    assertEqual('points of a pass', pass.secondaryFields[0]?.value, count)
  })
}

/** Prints what each process held in the last minute, from the least to the most. */
function print(name: string, footprints: readonly Footprint[][]): void {
  const instances = footprints[0]?.length ?? 0
  const texts = splitByInstance(footprints.slice(-MEASURES_A_MINUTE), instances).map((own) => {
    const [memory, handles] = [range(own, 'memoryMb'), range(own, 'handles')]
    return `${memory.least}-${memory.most} MB, ${handles.least}-${handles.most} handles`
  })
  console.log(
    `${name}: minute ${footprints.length / MEASURES_A_MINUTE} without restarts: ${texts.join('; ')}`,
  )
}

/** Compares the two undisturbed thirds, for each process. */
function summarize(footprints: readonly Footprint[][], instances: number) {
  return splitByInstance(footprints, instances).map((own, instance) => {
    const title = `process ${instance + 1}, while nothing was restarted:`
    if (own.length < 2)
      return { text: `${title} not measured: it was too short, or there is no /proc`, isFlat: true }
    const half = Math.ceil(own.length / 2)
    const compare = (key: keyof Footprint) => ({
      before: range(own.slice(0, half), key),
      after: range(own.slice(half), key),
    })
    const [memory, handles] = [compare('memoryMb'), compare('handles')]
    return {
      text: `${title} ${memory.before.least}-${memory.before.most} MB in the middle third, ${memory.after.least}-${memory.after.most} MB in the last; ${handles.before.least}-${handles.before.most} handles, then ${handles.after.least}-${handles.after.most}`,
      isFlat: !hasGrown(memory, MEMORY_ROOM_MB) && !hasGrown(handles, HANDLES_ROOM),
    }
  })
}

interface Range {
  least: number
  most: number
}

/** Memory goes up and down, as it is collected; what leaks raises both ends. */
function hasGrown({ before, after }: { before: Range; after: Range }, room: number): boolean {
  return after.least > before.least + room && after.most > before.most + room
}

function splitByInstance(footprints: readonly Footprint[][], instances: number): Footprint[][] {
  return Array.from({ length: instances }, (_, instance) =>
    footprints.flatMap((all) => all[instance] ?? []),
  )
}

function range(own: readonly Footprint[], key: keyof Footprint): Range {
  const values = own.map((one) => Math.round(one[key]))
  return { least: Math.min(...values), most: Math.max(...values) }
}
