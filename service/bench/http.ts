/** Creates passes of 48 KB over HTTP, stored and counted, per CPU second of the service: our signing engine compared with passkit-generator. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { postFile } from '../proof/client.ts'
import {
  createKeyByCommand,
  type ServiceProcess,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { median } from './median.ts'

const ROUNDS = 5
const CONNECTIONS = 16
const engines = { native: 400, 'passkit-generator': 40 } as const
type Engine = keyof typeof engines

/** Clock ticks per second in /proc (getconf CLK_TCK), the same on every common Linux. */
const TICKS_PER_SECOND = 100

/** A logo that PNG compresses badly, like a photograph: it makes a pass of about 48 KB. */
const logoURL = await drawNoisyLogo(50, 20)

const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
const names = Object.keys(engines) as Engine[]
let fileSize = 0
const contenders = await Promise.all(names.map(startEngine))
try {
  const rates = new Map<Engine, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, service, key } of contenders) {
      const rate = await measurePassesPerCpuSecond(service, key, engines[name])
      // The first round warms up.
      if (round > 0) rates.get(name)?.push(rate)
    }
  }
  const [ours = 0, theirs = 1] = names.map((name) => median(rates.get(name) ?? []))
  for (const name of names)
    console.log(`${name}: ${median(rates.get(name) ?? []).toFixed(0)} passes per CPU-second`)
  console.log(
    `ratio: ${(ours / theirs).toFixed(0)} (median of ${ROUNDS} rounds, ${CONNECTIONS} connections, ${(fileSize / 1024).toFixed(0)} KB a pass)`,
  )
} finally {
  await Promise.all(contenders.map(({ service }) => service.stop('SIGTERM')))
  await rm(folder, { recursive: true, force: true })
}

async function startEngine(name: Engine) {
  const env = { DATA_DIR: join(folder, name), SIGNER: name, LOG_LEVEL: 'warn' }
  const service = await startServiceProcess(env)
  return { name, service, key: await createKeyByCommand(env) }
}

async function measurePassesPerCpuSecond(
  service: ServiceProcess,
  key: string,
  count: number,
): Promise<number> {
  const before = readCpuSeconds(service)
  let left = count
  const runCaller = async () => {
    while (left > 0) {
      left -= 1
      const pass = { title: 'Bench', barcodeValue: String(left), barcodeFormat: 'QR', logoURL }
      const { status, file } = await postFile(service.url, key, pass)
      if (status !== 200) throw new Error(`Creating a pass failed with status ${status}`)
      fileSize = file.byteLength
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, runCaller))
  return count / (readCpuSeconds(service) - before)
}

function readCpuSeconds({ child }: ServiceProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

async function drawNoisyLogo(width: number, height: number): Promise<string> {
  const pixels = Buffer.alloc(width * height * 3)
  // A linear congruential generator (Numerical Recipes): the same noise in every run.
  let state = 1
  for (let index = 0; index < pixels.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    pixels[index] = state >>> 24
  }
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
  return `data:image/png;base64,${png.toString('base64')}`
}
