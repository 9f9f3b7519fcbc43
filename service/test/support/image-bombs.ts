/**
 * A program for the tests, run with little memory: prepares every file it is given at once, does
 * other work meanwhile, and prints what came of each, how long the other work ever took and how
 * much memory the process had at most.
 * node image-bombs.ts PATIENCE_MS FILE...
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Problem } from '@passwright/shared'
import { createImagePreparer } from '../../src/passes/images/prepare.ts'

const [, , patience, ...files] = process.argv
const images = createImagePreparer({
  fetch: async (file) => ({ outcome: 'bytes', bytes: readFileSync(file) }),
  patienceMs: Number(patience),
})
const logo = { name: 'logo', width: 160, height: 50, fit: 'inside' } as const
const icon = { name: 'icon', width: 29, height: 29, fit: 'cover' } as const

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signNow = promisify(sign)
const small = readFileSync(files.at(-1) ?? '')
let slowestWork = 0
let slowestImage = 0
let atWork = true

const others = (async () => {
  for (let round = 0; atWork; round += 1) {
    const started = performance.now()
    await Promise.all([signNow('sha256', Buffer.from('x'), privateKey), stat('.')])
    slowestWork = Math.max(slowestWork, performance.now() - started)
    // Something behind the last byte makes it another image for the cache.
    const another = Buffer.concat([small, Buffer.from(String(round))]).toString('base64')
    await images.prepare(`data:image/png;base64,${another}`, icon, 'iconURL')
    slowestImage = Math.max(slowestImage, performance.now() - started)
  }
})()

const outcomes = await Promise.all(
  files.map((file) =>
    images.prepare(file, logo, 'logoURL').then(
      (made) => `made ${made.length}`,
      (error) => (error instanceof Problem ? `${error.status} ${error.message}` : String(error)),
    ),
  ),
)
atWork = false
await others
const { maxRSS } = process.resourceUsage()
process.stdout.write(
  JSON.stringify({ outcomes, slowestWork, slowestImage, megabytes: Math.round(maxRSS / 1024) }),
)
