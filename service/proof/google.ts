/** 2,000 passes on each database, half of them tapped, random changes, kills and a Google that fails in every way: at the end Google holds what each tapped pass says, and of the others nothing; never above its rate. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isObject } from '@passwright/shared'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import {
  type FakeGoogle,
  type GoogleFault,
  startFakeGoogle,
} from '../test/support/google/fake-google.ts'
import { ISSUER_ID } from '../test/support/google/service-account.ts'
import { type Caller, createCaller } from './support/caller.ts'
import { assertEqual } from './support/client.ts'
import { type Fleet, startFleet } from './support/fleet.ts'

const PASSES = Number(process.argv[2] ?? 2_000)
const INSTANCES = 2
const KILL_EVERY_MS = 5_000

/** Requests that Google allows in a second. */
const RATE = 20

/** Of this many requests one fails. */
const FAULT_EVERY = 12

/** Longer than a lease and the retries of whoever met the last fault. */
const PATIENCE_MS = 600_000

const faults: readonly GoogleFault[] = [
  { status: 500 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 401 },
  { status: 403, json: { error: { code: 403, message: 'Permission denied.' } } },
  { status: 403, json: { error: { code: 403, status: 'RESOURCE_EXHAUSTED' } } },
  'lose the answer',
  'lose the answer',
  'hang up',
]

interface ProvenPass {
  serialNumber: string
  googlePath: string
  isTapped: boolean
  value: number
  voided: boolean
}

const folder = await mkdtemp(join(tmpdir(), 'passwright-google-'))
const postgres = await startPostgres({ durable: true })
try {
  await prove('SQLite', `sqlite:${join(folder, 'google.db')}`, 1)
  await prove('PostgreSQL', postgres.url, INSTANCES)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function prove(name: string, databaseUrl: string, size: number): Promise<void> {
  const google = await startFakeGoogle()
  const env = {
    ...google.env,
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'https://passes.example.com',
    LOG_LEVEL: 'error',
  }
  const fleet = await startFleet(env, size)
  try {
    const caller = createCaller(fleet.url, fleet.key)
    const passes = await createPasses(caller)
    let isRunning = true
    let kills = 0
    let requests = 0
    google.setFault(() => {
      requests += 1
      if (!isRunning || requests % FAULT_EVERY > 0) return undefined
      return faults[(requests / FAULT_EVERY) % faults.length]
    })
    const killing = (async () => {
      while (isRunning) {
        await wait(KILL_EVERY_MS)
        // A pause of the queue ends with the start of a process, too.
        await fleet.restart('SIGKILL')
        kills += 1
      }
    })()
    const changes = await changeAndTap(caller, fleet, passes)
    isRunning = false
    await killing
    await fleet.restart('SIGKILL')
    const behind = () => passes.filter((pass) => !isAtGoogle(google, pass)).length
    const left = await waitFor(behind, (count) => count === 0, PATIENCE_MS).catch(behind)
    const { most, foreign } = readCalls(google, passes)
    console.log(
      `${name}: ${passes.length} passes, ${changes} changes, ${kills} kills, ${google.listCalls().length} requests to Google, at most ${most} in a second, ${left} passes behind, ${foreign} requests for passes that nobody tapped`,
    )
    assertEqual('passes behind', left, 0)
    assertEqual('requests for passes that nobody tapped', foreign, 0)
    assertEqual('seconds above the rate', most > RATE, false)
  } finally {
    await fleet.stop()
    await google.close()
  }
}

async function createPasses({ call }: Caller): Promise<ProvenPass[]> {
  const passes: ProvenPass[] = []
  for (let count = 0; count < PASSES; count += 1) {
    const body = { title: 'Club', label: 'Version', value: '0', externalId: `pass-${count}` }
    const { serialNumber, googleSaveUrl } = await call<{
      serialNumber: string
      googleSaveUrl: string
    }>('POST', '/api/passes', body)
    const googlePath = new URL(googleSaveUrl).pathname
    passes.push({ serialNumber, googlePath, isTapped: count % 2 === 0, value: 0, voided: false })
  }
  return passes
}

/** Taps half of the passes while all of them change; returns how many changes there were. */
async function changeAndTap({ call }: Caller, fleet: Fleet, passes: ProvenPass[]): Promise<number> {
  let changes = 0
  let isTapping = true
  const tapping = Promise.all(
    [0, 1, 2, 3].map(async (part) => {
      for (const pass of passes.filter((_, index) => index % 4 === part)) {
        if (pass.isTapped) await tap(fleet, pass)
      }
    }),
  ).finally(() => {
    isTapping = false
  })
  const changing = Promise.all(
    [0, 1].map(async (part) => {
      const own = passes.filter((_, index) => index % 4 === part || index % 4 === part + 2)
      while (isTapping) {
        const pass = own[Math.floor(Math.random() * own.length)]
        if (pass) await changePass(call, pass)
        changes += 1
        await wait(20)
      }
    }),
  )
  await Promise.all([tapping, changing])
  return changes
}

async function tap(fleet: Fleet, { googlePath }: ProvenPass): Promise<void> {
  for (;;) {
    const url = fleet.url() + googlePath
    const response = await fetch(url, { redirect: 'manual' }).catch(() => undefined)
    await response?.arrayBuffer().catch(() => undefined)
    if (response?.status === 302) return
    await wait(100)
  }
}

async function changePass(call: Caller['call'], pass: ProvenPass): Promise<void> {
  const path = `/api/passes/${pass.serialNumber}`
  if (Math.random() < 0.2) {
    await call('POST', `${path}/${pass.voided ? 'unvoid' : 'void'}`)
    pass.voided = !pass.voided
    return
  }
  if (Math.random() < 0.1) await call('POST', `${path}/message`, { message: 'Hello' })
  await call('PATCH', path, { value: String(pass.value + 1) })
  pass.value += 1
}

function isAtGoogle({ objects }: FakeGoogle, pass: ProvenPass): boolean {
  const object = objects.get(`${ISSUER_ID}.${pass.serialNumber}`)
  if (!object || !pass.isTapped) return !object === !pass.isTapped
  const texts: unknown[] = Array.isArray(object.textModulesData) ? object.textModulesData : []
  const isSame = texts.some((text) => isObject(text) && text.body === String(pass.value))
  return isSame && object.state === (pass.voided ? 'INACTIVE' : 'ACTIVE')
}

function readCalls({ calls }: FakeGoogle, passes: readonly ProvenPass[]) {
  const sent = calls.filter(({ path }) => path.includes('/walletobjects/'))
  const times = sent.map(({ at }) => at)
  let most = 0
  for (let first = 0, last = 0; last < times.length; last += 1) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= 1_000) first += 1
    most = Math.max(most, last - first + 1)
  }
  const untapped = new Set(
    passes.flatMap(({ isTapped, serialNumber }) =>
      isTapped ? [] : [`${ISSUER_ID}.${serialNumber}`],
    ),
  )
  const foreign = sent.filter(({ path, body }) =>
    [...untapped].some((id) => body.id === id || path.includes(id)),
  )
  return { most, foreign: foreign.length }
}
