/** 25 times `kill -9` on each database while passes change that phones hold: no acknowledged change is lost, no phone is left behind, no event is missing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import { startFakeApns } from '../test/support/phones/fake-apns.ts'
import { type Caller, createCaller } from './support/caller.ts'
import { assertEqual } from './support/client.ts'
import { createPhones, readVersion } from './support/phones.ts'

const KILLS = Number(process.argv[2] ?? 25)
const PASSES = 8
const PHONES_PER_PASS = 5

/** Longer than a lease, so that the pushes of a killed process are due again. */
const PATIENCE_MS = 180_000

const folder = await mkdtemp(join(tmpdir(), 'passwright-push-crash-'))
const postgres = await startPostgres({ durable: true })
try {
  await survive('SQLite', `sqlite:${join(folder, 'crash.db')}`)
  await survive('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function survive(name: string, databaseUrl: string): Promise<void> {
  const apns = await startFakeApns({ tls: false })
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'https://passes.example.com',
    APNS_URL: apns.url,
    LOG_LEVEL: 'error',
    PORT: String(await findFreePort()),
  }
  let service = await startServiceProcess(env)
  const caller = createCaller(service.url, await createKeyByCommand(env))
  const { call } = caller
  const phones = createPhones(service.url, apns)
  const versions = new Map<string, number>()
  for (let count = 0; count < PASSES; count += 1) {
    const { serialNumber, applePass } = await call<{ serialNumber: string; applePass: string }>(
      'POST',
      '/api/passes',
      { title: 'Club', label: 'Version', value: '0', externalId: `pass-${count}` },
    )
    versions.set(serialNumber, 0)
    const file = Buffer.from(applePass, 'base64')
    for (let phone = 0; phone < PHONES_PER_PASS; phone += 1) await phones.add(file)
  }

  let isRunning = true
  let changes = 0
  const changing = Promise.all(
    [...versions.keys()].map(async (serialNumber) => {
      while (isRunning) {
        const version = (versions.get(serialNumber) ?? 0) + 1
        await call('PATCH', `/api/passes/${serialNumber}`, { value: String(version) })
        versions.set(serialNumber, version)
        changes += 1
        await wait(50)
      }
    }),
  )
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = changes
    await waitFor(
      () => changes,
      (count) => count >= before + 10,
      60_000,
    )
    // Alternately right after a change, and right after a push.
    const pushes = apns.pushes.length
    if (kill % 2 === 0)
      await waitFor(
        () => apns.pushes.length,
        (count) => count > pushes,
        10_000,
      ).catch(() => {})
    await service.stop('SIGKILL')
    service = await startServiceProcess(env)
  }
  isRunning = false
  await changing

  const isNewest = (entry: { serialNumber: string; passJson: Record<string, unknown> }) =>
    readVersion(entry) === versions.get(entry.serialNumber)
  const behind = await waitFor(
    () => phones.countBehind(isNewest),
    (count) => count === 0,
    PATIENCE_MS,
  ).catch(() => phones.countBehind(isNewest))
  try {
    for (const [serialNumber, version] of versions) {
      const { pass, installs } = await call<{ pass: { value: string }; installs: number }>(
        'GET',
        `/api/passes/${serialNumber}`,
      )
      assertEqual('the value of a pass', pass.value, String(version))
      assertEqual('its installs', installs, PHONES_PER_PASS)
    }
    const events = await countEvents(caller)
    console.log(
      `${name}: ${KILLS} kills, ${changes} changes acknowledged, ${events['pass.updated']} events of them, ${apns.pushes.length} pushes, ${behind} of ${PASSES * PHONES_PER_PASS} phones left behind, ${phones.failures()} requests of phones given up`,
    )
    assertEqual('phones left behind', behind, 0)
    assertEqual('events of changes', events['pass.updated'], changes)
    assertEqual('events of installs', events['pass.installed'], PASSES * PHONES_PER_PASS)
  } finally {
    await service.stop('SIGTERM')
    await apns.close()
  }
}

async function countEvents({ call }: Caller): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let after = ''; ; ) {
    const { events } = await call<{ events: { id: string; type: string }[] }>(
      'GET',
      `/api/events?limit=100${after && `&after=${after}`}`,
    )
    const last = events.at(-1)
    if (!last) return counts
    for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1
    after = last.id
  }
}
