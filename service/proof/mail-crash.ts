/** 25 times `kill -9` on each database between the wish for a mail and its delivery: every acknowledged wish is delivered, a second copy has the same Message-ID. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../test/support/eventually.ts'
import { type SmtpFaults, startSmtpFaults } from '../test/support/mail/fake-smtp-server.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { freePort, makeKey, startProcess } from '../test/support/service-process.ts'
import { assertEqual, post } from './client.ts'

const KILLS = 25
const CALLERS = 6

/** Longer than a lease: whatever a dead process had claimed is due again. */
const PATIENCE_MS = 120_000

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
  const smtp = await startSmtpFaults({ behaviour: 'no-starttls' })
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'club@example.com',
    LOG_LEVEL: 'warn',
    PORT: String(await freePort()),
  }
  let service = await startProcess(env)
  const key = await makeKey(env)

  const load = startLoad(service.url, key)
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Sometimes right after a wish, sometimes in the middle of a mail.
    const before = smtp.messages.length
    await load.acknowledged(4)
    if (kill % 2 === 0) await smtp.until(() => smtp.messages.length > before, PATIENCE_MS)
    await service.end('SIGKILL')
    service = await startProcess(env)
  }
  const wishes = await load.stop()
  try {
    await judge(name, smtp, wishes)
  } finally {
    await service.end('SIGTERM')
    await smtp.close()
  }
}

/** Callers that ask for one mail after the other and repeat each wish until it is acknowledged. */
function startLoad(url: string, key: string) {
  const wishes = new Map<string, string>()
  let running = true
  let waiting: { from: number; resolve: () => void } | undefined

  const wish = async (to: string) => {
    for (;;) {
      const body = { title: 'Club', email: { to } }
      const answer = await post(url, key, body, { 'idempotency-key': to }).catch(() => undefined)
      if (answer?.status === 201)
        return (answer.body as { email: { emailId: string } }).email.emailId
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const caller = async (name: number) => {
    for (let count = 1; running; count += 1) {
      const to = `ada-${name}-${count}@example.com`
      wishes.set(to, await wish(to))
      if (waiting && wishes.size >= waiting.from) waiting.resolve()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const callers = Array.from({ length: CALLERS }, (_, name) => caller(name))
  return {
    /** Waits until so many more wishes were acknowledged. */
    acknowledged: (more: number) =>
      new Promise<void>((resolve) => {
        waiting = { from: wishes.size + more, resolve }
      }),
    stop: async () => {
      running = false
      await Promise.all(callers)
      return wishes
    },
  }
}

async function judge(name: string, smtp: SmtpFaults, wishes: Map<string, string>): Promise<void> {
  const received = () => Map.groupBy(smtp.messages, ({ to }) => to.join())
  const missing = () => [...wishes.keys()].filter((to) => !received().has(to)).length
  await eventually(missing, (count) => count === 0, PATIENCE_MS).catch(() => {})

  const copies = [...received()].map(([to, messages]) => ({
    to,
    ids: messages.map(({ raw }) => /^Message-ID: <(.+)@/im.exec(raw.toString())?.[1] ?? ''),
  }))
  const twice = copies.filter(({ ids }) => ids.length > 1).length
  const strangers = copies.filter(({ to, ids }) => ids.some((id) => id !== wishes.get(to))).length
  console.log(
    `${name}: ${KILLS} kills, ${wishes.size} wishes acknowledged, ${smtp.messages.length} mails; ${missing()} lost, ${twice} with a second copy of the same Message-ID, ${strangers} with another`,
  )
  assertEqual('lost', missing(), 0)
  assertEqual('mails with a Message-ID that is not their wish', strangers, 0)
  // At most what five lanes of a process had in hand when it was killed.
  if (twice > KILLS * 5) throw new Error(`${twice} second copies`)
}
