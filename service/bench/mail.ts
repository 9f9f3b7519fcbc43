/** 1,000 mails queued in one go: how long `POST /api/passes` takes meanwhile, against the same service at rest in the same run. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { post } from '../proof/client.ts'
import { startSmtpFaults } from '../test/support/mail/fake-smtp-server.ts'
import { makeKey, startProcess } from '../test/support/service-process.ts'

const MAILS = 1_000
const ROUNDS = 3
const PROBES = 60

const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
const smtp = await startSmtpFaults({ behaviour: 'no-starttls' })
const env = {
  DATA_DIR: folder,
  SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
  MAIL_FROM: 'club@example.com',
  MAIL_DAILY_LIMIT: '1000000',
  LOG_LEVEL: 'warn',
}
const service = await startProcess(env)
try {
  const key = await makeKey(env)
  await probe(key)

  const ratios: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = memoryMb()
    const idle = await probe(key)
    const done = smtp.messages.length + MAILS
    await queueMails(key, round)
    const began = performance.now()
    const busy: number[] = []
    while (smtp.messages.length < done) busy.push(await probe(key, 10))
    const seconds = (performance.now() - began) / 1000
    ratios.push(median(busy) / idle)
    console.log(
      `round ${round}: ${idle.toFixed(1)} ms at rest, ${median(busy).toFixed(1)} ms while ${MAILS} mails go out in ${seconds.toFixed(0)} s; memory ${before.toFixed(0)} MB before, ${memoryMb().toFixed(0)} MB after`,
    )
  }
  console.log(`ratio: ${median(ratios).toFixed(1)} (median of ${ROUNDS} rounds)`)
} finally {
  await service.end('SIGTERM')
  await smtp.close()
  await rm(folder, { recursive: true, force: true })
}

/** The median of some calls, one after the other, in milliseconds. */
async function probe(key: string, count = PROBES): Promise<number> {
  const times: number[] = []
  for (let call = 0; call < count; call += 1) {
    const began = performance.now()
    const { status } = await post(service.url, key, { title: 'Probe', barcodeValue: String(call) })
    if (status !== 201) throw new Error(`A pass was answered with ${status}`)
    times.push(performance.now() - began)
  }
  return median(times)
}

async function queueMails(key: string, round: number): Promise<void> {
  const one = async (index: number) => {
    const to = `ada-${round}-${index}@example.com`
    const { status } = await post(service.url, key, { title: 'Club', email: { to } })
    if (status !== 201) throw new Error(`A pass was answered with ${status}`)
  }
  await Promise.all(Array.from({ length: MAILS }, (_, index) => one(index)))
}

/** What the process holds in memory, in megabytes. */
function memoryMb(): number {
  const status = readFileSync(`/proc/${service.child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
