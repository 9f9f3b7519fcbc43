/**
 * A program for the tests, run with little memory: prepares all files at the same time while it does other work. Prints the outcomes, how
 * long the other work took at most before and meanwhile, and the peak memory of the process.
 * node image-bombs.ts TIMEOUT_MS FILE...
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Problem } from '@passwright/shared'
import { createImagePreparer } from '../../../src/passes/images/prepare.ts'

const [, , timeoutMs, ...files] = process.argv
const images = createImagePreparer({
  fetch: async (file) => ({ outcome: 'bytes', bytes: readFileSync(file) }),
  maxWaitMs: Number(timeoutMs),
})
const logo = { width: 160, height: 50, fit: 'inside' } as const
const icon = { width: 29, height: 29, fit: 'cover' } as const

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signNow = promisify(sign)
const small = readFileSync(files.at(-1) ?? '')
let rounds = 0

/** Repeats other work until `isOver`; returns the longest times that it took, in milliseconds. */
async function measureOtherWork(isOver: () => boolean) {
  const slowest = { work: 0, image: 0 }
  do {
    const started = performance.now()
    await Promise.all([signNow('sha256', Buffer.from('x'), privateKey), stat('.')])
    slowest.work = Math.max(slowest.work, performance.now() - started)
    // Extra bytes at the end make it a different image for the cache.
    rounds += 1
    const another = Buffer.concat([small, Buffer.from(String(rounds))]).toString('base64')
    await images.prepare(`data:image/png;base64,${another}`, icon, 'iconURL', 'ours')
    slowest.image = Math.max(slowest.image, performance.now() - started)
  } while (!isOver())
  return slowest
}

const calmUntil = performance.now() + 1_000
const calm = await measureOtherWork(() => performance.now() > calmUntil)
let isPreparing = true
const others = measureOtherWork(() => !isPreparing)
const outcomes = await Promise.all(
  files.map((file) =>
    images.prepare(file, logo, 'logoURL', 'ours').then(
      (images) => `made ${images.length}`,
      (error) => (error instanceof Problem ? `${error.status} ${error.message}` : String(error)),
    ),
  ),
)
isPreparing = false
const slowest = await others
const { maxRSS } = process.resourceUsage()
process.stdout.write(
  JSON.stringify({ outcomes, calm, slowest, megabytes: Math.round(maxRSS / 1024) }),
)
