/** How long `POST /api/passes` takes while 1,000 emails are queued, compared with the same service when it is idle. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { post } from '../proof/support/client.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { startFakeSmtpServer } from '../test/support/smtp/fake-smtp-server.ts'
import { median } from './median.ts'

const EMAILS = 1_000
const ROUNDS = 3
const PROBES = 60

const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
const smtp = await startFakeSmtpServer({ behaviour: 'no-starttls' })
const env = {
  DATA_DIR: folder,
  SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
  MAIL_FROM: 'club@example.com',
  MAIL_DAILY_LIMIT: '1000000',
  LOG_LEVEL: 'warn',
}
const service = await startServiceProcess(env)
try {
  const key = await createKeyByCommand(env)
  await measureRequestMs(key)

  const ratios: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = readMemoryMb()
    const idle = await measureRequestMs(key)
    const done = smtp.messages.length + EMAILS
    await queueEmails(key, round)
    const startedAt = performance.now()
    const busy: number[] = []
    while (smtp.messages.length < done) busy.push(await measureRequestMs(key, 10))
    const seconds = (performance.now() - startedAt) / 1000
    ratios.push(median(busy) / idle)
    console.log(
      `round ${round}: ${idle.toFixed(1)} ms idle, ${median(busy).toFixed(1)} ms while ${EMAILS} emails are sent in ${seconds.toFixed(0)} s; memory ${before.toFixed(0)} MB before, ${readMemoryMb().toFixed(0)} MB after`,
    )
  }
  console.log(`ratio: ${median(ratios).toFixed(1)} (median of ${ROUNDS} rounds)`)
} finally {
  await service.stop('SIGTERM')
  await smtp.close()
  await rm(folder, { recursive: true, force: true })
}

/** The median duration of consecutive requests, in milliseconds. */
async function measureRequestMs(key: string, count = PROBES): Promise<number> {
  const times: number[] = []
  for (let call = 0; call < count; call += 1) {
    const startedAt = performance.now()
    const { status } = await post(service.url, key, { title: 'Probe', barcodeValue: String(call) })
    if (status !== 201) throw new Error(`Creating a pass failed with status ${status}`)
    times.push(performance.now() - startedAt)
  }
  return median(times)
}

async function queueEmails(key: string, round: number): Promise<void> {
  const one = async (index: number) => {
    const to = `ada-${round}-${index}@example.com`
    const { status } = await post(service.url, key, { title: 'Club', email: { to } })
    if (status !== 201) throw new Error(`Creating a pass failed with status ${status}`)
  }
  await Promise.all(Array.from({ length: EMAILS }, (_, index) => one(index)))
}

/** The resident memory of the service, in megabytes. */
function readMemoryMb(): number {
  const status = readFileSync(`/proc/${service.child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}
