/** 100,000 damaged passes each get an answer from verify and inspect: no crash, none over a second, memory flat. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { inspectPass } from '../src/apple/verify/inspect-pass.ts'
import { findingRows } from '../src/apple/verify/report/findings.ts'
import { verifyPass } from '../src/apple/verify/verify-pass.ts'
import { createTestIdentity } from '../test/support/certificates/test-apple.ts'
import { createDamagedPasses } from '../test/support/verify/mutations.ts'
import { createPassKit } from '../test/support/verify/pass-kit.ts'
import { assertEqual } from './support/client.ts'

// `npm run proof -- verify-fuzz 5000 -123`: the number of damaged passes, and the seed.
const [count = 100_000, seed = Date.now() | 0] = process.argv.slice(2).map(Number)
const MAX_MS = 1_000
const MAX_GROWTH_MB = 100
/** After so many passes the process has what it needs. */
const WARM_UP = 10_000

const { identity, apple } = await createTestIdentity()
const nextPass = createDamagedPasses(createPassKit(identity), seed)
const codes = new Map<string, number>()
let accepted = 0
let slowestMs = 0
let baseMb = 0
let peakMb = 0

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

console.log(`seed ${seed}`)
const startedAt = performance.now()
for (let index = 0; index < count; index += 1) {
  const pass = nextPass()
  const before = process.cpuUsage()
  const verified = verifyPass(pass, { apple: apple.appleCertificates })
  inspectPass(pass)
  // Of the processor, since other programs may be given their turn in between.
  const { user, system } = process.cpuUsage(before)
  slowestMs = Math.max(slowestMs, (user + system) / 1_000)
  if (verified.accepted) accepted += 1
  assertEqual(
    'a code of the table',
    verified.findings.every(({ code }) => code in findingRows),
    true,
  )
  for (const { code } of verified.findings) codes.set(code, (codes.get(code) ?? 0) + 1)
  if (index % 1_000 === 999) {
    // Decompressors that failed are freed in a turn of the event loop after they were collected.
    collectGarbage()
    await nextTurn()
    const mb = process.memoryUsage().rss / 1e6
    // What the process needs when it is warm is no growth.
    if (index < Math.max(count / 10, WARM_UP)) baseMb = Math.max(baseMb, mb)
    peakMb = Math.max(peakMb, mb)
    if (index % 10_000 === 9_999) {
      console.log(`${index + 1}: slowest ${slowestMs.toFixed(0)} ms, ${mb.toFixed(0)} MB`)
    }
  }
}
const seconds = (performance.now() - startedAt) / 1000

console.log(
  `${count} damaged passes in ${seconds.toFixed(0)} s; accepted ${accepted}; codes found ${codes.size}`,
)
console.log(
  `slowest ${slowestMs.toFixed(0)} ms; memory ${baseMb.toFixed(0)} MB warm, ${peakMb.toFixed(0)} MB at most`,
)
assertEqual(`slowest in ms below ${MAX_MS}`, slowestMs < MAX_MS, true)
assertEqual(`growth in MB below ${MAX_GROWTH_MB}`, peakMb - baseMb < MAX_GROWTH_MB, true)
