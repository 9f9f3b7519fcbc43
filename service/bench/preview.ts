/** How long a keystroke of the editor takes to be a picture: `POST /preview` at the speed of fast typing, with and without a strip. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { startServiceProcess, waitUntilReady } from '../test/support/environment/service-process.ts'

const KEYSTROKES = 200
/** Two hundred and forty words a minute. */
const INTERVAL_MS = 50
const LIMIT_MS = 100

const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
const service = await startServiceProcess({ DATA_DIR: folder, LOG_LEVEL: 'warn' })
try {
  await waitUntilReady(service)
  const card = {
    title: 'Riverside Climbing Club',
    headerFields: [{ label: 'Level', value: 'Gold' }],
    backFields: [{ label: 'Terms', value: 'Show this card at the desk.' }],
    barcodeFormat: 'QR',
  }
  await measure('a card', (text) => ({ ...card, value: text, barcodeValue: `MEMBER ${text}` }))
  const stripURL = await createPicture()
  await measure('a card with a strip', (text) => ({
    ...card,
    value: text,
    barcodeValue: 'MEMBER',
    stripURL,
  }))
} finally {
  await service.stop('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

/** Types a text and measures how long each of its pictures takes. */
async function measure(name: string, toBody: (text: string) => object): Promise<void> {
  const times: number[] = []
  for (let count = 0; count < KEYSTROKES; count += 1) {
    const begin = performance.now()
    const response = await fetch(`${service.url}/preview`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(toBody('x'.repeat(1 + (count % 40)) + count)),
    })
    if (!response.ok) throw new Error(`The service replied ${await response.text()}`)
    await response.arrayBuffer()
    const elapsed = performance.now() - begin
    if (count >= 20) times.push(elapsed)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, INTERVAL_MS - elapsed)))
  }
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  console.log(`${name}: median ${at(0.5).toFixed(1)} ms, 95th percentile ${at(0.95).toFixed(1)} ms`)
  if (at(0.95) > LIMIT_MS) process.exitCode = 1
}

async function createPicture(): Promise<string> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 12 }
  const create = { width: 1125, height: 432, channels: 3 as const, background: '#888', noise }
  const webp = await sharp({ create }).webp({ quality: 85 }).toBuffer()
  return `data:image/webp;base64,${webp.toString('base64')}`
}
