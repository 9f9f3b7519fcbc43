/** A random day of passes that are made, changed, mailed, downloaded, kept, thrown away and voided, with `kill -9` in between, on each database: the statistics say what the events say. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  runCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import { createCallbackSigner } from '../test/support/google/callback-signer.ts'
import { startFakeGoogle } from '../test/support/google/fake-google.ts'
import { startFakeApns } from '../test/support/phones/fake-apns.ts'
import type { Iphone } from '../test/support/phones/iphone.ts'
import { startFakeSmtpServer } from '../test/support/smtp/fake-smtp-server.ts'
import { createCaller } from './support/caller.ts'
import { createPhones } from './support/phones.ts'
import { compareCounts, compareLiving, listEvents } from './support/stats-comparison.ts'

// npm run proof -- stats [KILLS]

const KILLS = Number(process.argv[2] ?? 15)
const ACTIONS_BETWEEN_KILLS = 60
const CALLERS = 6

/** Longer than a lease, so that the emails of a killed process are sent. */
const PATIENCE_MS = 300_000

interface StatsPass {
  serialNumber: string
  downloadPath: string
  googlePath: string
  phone: Iphone | undefined
  isGone: boolean
}

const folder = await mkdtemp(join(tmpdir(), 'passwright-stats-'))
const postgres = await startPostgres({ durable: true })
try {
  await prove('SQLite', `sqlite:${join(folder, 'stats.db')}`)
  await prove('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function prove(name: string, databaseUrl: string): Promise<void> {
  const [smtp, apns, google] = await Promise.all([
    startFakeSmtpServer(),
    startFakeApns({ tls: false }),
    startFakeGoogle(),
  ])
  const signer = createCallbackSigner()
  google.keys.push(signer.rootKey)
  const authority = join(folder, 'authority.pem')
  await writeFile(authority, smtp.ca)
  const env = {
    ...google.env,
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'https://passes.example.com',
    APNS_URL: apns.url,
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'club@example.com',
    NODE_EXTRA_CA_CERTS: authority,
    LOG_LEVEL: 'error',
    PORT: String(await findFreePort()),
  }
  let service = await startServiceProcess(env)
  const { url } = service
  const caller = createCaller(url, await createKeyByCommand(env))
  const phones = createPhones(url, apns)
  const passes: StatsPass[] = []
  const templates = await Promise.all(
    ['Gold', 'Silver'].map((each) =>
      caller.call<{ templateId: string }>('POST', '/api/templates', {
        name: each,
        pass: { title: '{{name}}' },
      }),
    ),
  )

  /** Repeats a request of a stranger until the service responds. */
  const visit = async (path: string, init: RequestInit = {}): Promise<void> => {
    for (;;) {
      const response = await fetch(url + path, { redirect: 'manual', ...init }).catch(
        () => undefined,
      )
      const body = await response?.arrayBuffer().catch(() => undefined)
      if (response && body && response.status < 500) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const create = async () => {
    const count = passes.length
    const body =
      count % 3 === 0
        ? { title: `Card ${count}` }
        : { template: count % 3 === 1 ? 'Gold' : 'Silver', values: { name: `Card ${count}` } }
    const email = chance(0.4) ? { email: { to: `a${count}@example.com` } } : {}
    const made = await caller.call<
      Record<'serialNumber' | 'downloadUrl' | 'googleSaveUrl', string>
    >('POST', '/api/passes', { ...body, ...email })
    const { serialNumber } = made
    const [downloadPath, googlePath] = [made.downloadUrl, made.googleSaveUrl].map(getPath)
    passes.push({
      serialNumber,
      downloadPath: downloadPath ?? '',
      googlePath: googlePath ?? '',
      phone: undefined,
      isGone: false,
    })
  }
  /** What may happen to a pass; of those that are deleted, phones alone still know. */
  const actions: ((pass: StatsPass) => Promise<void>)[] = [
    (pass) => call(pass, 'PATCH', '', { label: 'At', value: String(Math.random()) }),
    (pass) => call(pass, 'POST', '/void'),
    (pass) => call(pass, 'POST', '/unvoid'),
    (pass) => call(pass, 'POST', '/email', { to: 'ada@example.com' }),
    (pass) => visit(pass.downloadPath),
    (pass) => visit(pass.downloadPath),
    (pass) => visit(pass.downloadPath.replace('.pkpass', '')),
    async (pass) => {
      if (pass.phone || pass.isGone) return
      pass.phone = await phones.add(await caller.download(pass.serialNumber)).catch(() => undefined)
    },
    async (pass) => {
      const { phone } = pass
      pass.phone = undefined
      await phone?.remove(pass.serialNumber).catch(() => {})
    },
    async (pass) => {
      await visit(pass.googlePath)
      const saved = signer.sign(pass.serialNumber)
      await sendCallback(saved)
      if (chance(0.5)) await sendCallback(saved)
    },
    (pass) => sendCallback(signer.sign(pass.serialNumber, { eventType: 'del' })),
    async (pass) => {
      if (chance(0.7)) return
      pass.isGone = true
      await call(pass, 'DELETE', '')
    },
  ]
  const call = async (pass: StatsPass, method: string, path: string, body?: unknown) => {
    // Of a pass that is deleted, most requests are refused.
    await caller.call(method, `/api/passes/${pass.serialNumber}${path}`, body).catch(() => {})
  }
  const sendCallback = (message: unknown) =>
    visit('/google/callback', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })

  let isRunning = true
  let done = 0
  const acting = Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (isRunning) {
        const pass = pick(passes)
        const action = pick(actions)
        if (!pass || !action || chance(0.25)) await create()
        else await action(pass)
        done += 1
      }
    }),
  )
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = done
    await waitFor(
      () => done,
      (count) => count >= before + ACTIONS_BETWEEN_KILLS,
      120_000,
    )
    // Some emails of this day are refused.
    await smtp.setBehaviour(kill % 3 === 0 ? '550' : 'good')
    await service.stop('SIGKILL')
    service = await startServiceProcess(env)
  }
  isRunning = false
  await acting
  await smtp.setBehaviour('good')
  try {
    const jobs = () => countEmails(env)
    await waitFor(jobs, (count) => count === 0, PATIENCE_MS)
    const events = await listEvents(caller)
    console.log(
      `${name}: ${KILLS} kills, ${done} actions, ${passes.length} passes, ${events.length} events`,
    )
    await compareCounts('all passes', caller, events)
    for (const { templateId } of templates) {
      await compareCounts('a template', caller, events, templateId)
    }
    await compareLiving(caller, events)
  } finally {
    await service.stop('SIGTERM')
    await Promise.all([smtp.close(), apns.close(), google.close()])
  }
}

/** How many emails wait. */
async function countEmails(env: Record<string, string>): Promise<number> {
  const jobs: { kind: string; state: string }[] = JSON.parse(
    await runCommand(env, 'jobs', 'list', '--json'),
  )
  return jobs.filter(({ kind, state }) => state === 'waiting' && kind.includes('email')).length
}

function getPath(url: string): string {
  return new URL(url).pathname
}

function pick<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(Math.random() * all.length)]
}

function chance(share: number): boolean {
  return Math.random() < share
}
