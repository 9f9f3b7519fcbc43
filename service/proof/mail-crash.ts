/** 25 times `kill -9` on each database between the request for an email and its delivery: every acknowledged email is delivered, and a second copy has the same `Message-ID`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { findFreePort } from '../test/support/environment/free-port.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { waitFor } from '../test/support/environment/wait-for.ts'
import { type FakeSmtpServer, startFakeSmtpServer } from '../test/support/smtp/fake-smtp-server.ts'
import { assertEqual, post } from './support/client.ts'
import { startLoad } from './support/load.ts'

// npm run proof -- mail-crash [KILLS]

const KILLS = Number(process.argv[2] ?? 25)
const CALLERS = 6

/** Longer than a lease, so that the jobs of a killed process are due again. */
const PATIENCE_MS = 120_000

/**
 * An email is lost if none has arrived for so long: longer than a lease and the first two retries, which
 * follow when a busy machine is too slow for the timeouts of a mail server.
 */
const QUIET_MS = 8 * 60_000

const folder = await mkdtemp(join(tmpdir(), 'passwright-mail-crash-'))
const postgres = await startPostgres({ durable: true })
try {
  await survive('SQLite', `sqlite:${join(folder, 'crash.db')}`)
  await survive('PostgreSQL', postgres.url)
} finally {
  await postgres.remove()
  await rm(folder, { recursive: true, force: true })
}

async function survive(name: string, databaseUrl: string): Promise<void> {
  const smtp = await startFakeSmtpServer({ behaviour: 'no-starttls' })
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'club@example.com',
    LOG_LEVEL: 'warn',
    PORT: String(await findFreePort()),
  }
  let service = await startServiceProcess(env)
  const key = await createKeyByCommand(env)

  const load = startLoad({
    callers: CALLERS,
    pauseMs: 100,
    send: async (reference) => {
      const body = { title: 'Club', email: { to: `${reference}@example.com` } }
      const headers = { 'idempotency-key': reference }
      const response = await post(service.url, key, body, headers).catch(() => undefined)
      if (response?.status !== 201) return undefined
      return (response.body as { email: { emailId: string } }).email.emailId
    },
  })
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Alternately right after a request and while an email is being sent.
    const before = smtp.messages.length
    await load.waitFor(4)
    if (kill % 2 === 0) await smtp.waitUntil(() => smtp.messages.length > before, PATIENCE_MS)
    await service.stop('SIGKILL')
    service = await startServiceProcess(env)
  }
  const emailIds = await load.stop()
  try {
    await verify(name, smtp, emailIds, (id) => describeEmail(service.url, key, id))
  } finally {
    await service.stop('SIGTERM')
    await smtp.close()
  }
}

async function verify(
  name: string,
  smtp: FakeSmtpServer,
  emailIds: Map<string, string>,
  describe: (emailId: string) => Promise<string>,
): Promise<void> {
  const received = () =>
    Map.groupBy(smtp.messages, ({ to }) => to.join().replace('@example.com', ''))
  const listMissing = () => [...emailIds].filter(([reference]) => !received().has(reference))
  const missing = () => listMissing().length
  const startedAt = Date.now()
  for (let before = -1; missing() > 0 && before !== smtp.messages.length; ) {
    before = smtp.messages.length
    const isOver = () => missing() === 0 || smtp.messages.length > before
    await waitFor(isOver, (value) => value, QUIET_MS).catch(() => {})
  }
  const waitedSeconds = Math.round((Date.now() - startedAt) / 1000)
  const reasons = await Promise.all(listMissing().map(([, emailId]) => describe(emailId)))
  for (const [reason, { length }] of Map.groupBy(reasons, (each) => each)) {
    console.log(`${name}: ${length} missing emails: ${reason}`)
  }

  const copies = [...received()].map(([reference, messages]) => ({
    reference,
    ids: messages.map(({ raw }) => /^Message-ID: <(.+)@/im.exec(raw.toString())?.[1] ?? ''),
  }))
  const twice = copies.filter(({ ids }) => ids.length > 1).length
  const unexpected = copies.filter(({ reference, ids }) =>
    ids.some((id) => id !== emailIds.get(reference)),
  ).length
  console.log(
    `${name}: ${KILLS} kills, ${emailIds.size} requests acknowledged, ${smtp.messages.length} emails, the last one ${waitedSeconds} s after the last kill; ${missing()} lost, ${twice} with a second copy of the same Message-ID, ${unexpected} with another`,
  )
  assertEqual('lost', missing(), 0)
  assertEqual('emails with an unexpected Message-ID', unexpected, 0)
  // At most the five emails that a process was sending when it was killed.
  if (twice > KILLS * 5) throw new Error(`${twice} second copies`)
}

/** What the service says of an email: its status, and why it was not sent. */
async function describeEmail(url: string, key: string, emailId: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}` }
  const response = await fetch(`${url}/api/emails/${emailId}`, { headers })
  const { status, reason = '' } = (await response.json()) as { status: string; reason?: string }
  return `${status} ${reason}`
}
