/** Measures everything side by side, and writes `service/bench/RESULTS.md` with its picture. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureBackpressure } from './measures/backpressure.ts'
import { measureDelay } from './measures/delay.ts'
import { measureDisk } from './measures/disk.ts'
import { measureDownloads } from './measures/downloads.ts'
import type { Measure, Measured } from './measures/figure.ts'
import { measureGrowth, measureMemory } from './measures/growth.ts'
import { measureInstances } from './measures/instances.ts'
import { measureRates } from './measures/rates.ts'
import { drawChart } from './report/chart.ts'
import { renderResults } from './report/results.ts'

/** What takes longest comes last. */
const measures: Record<string, Measure> = {
  rates: measureRates,
  disk: measureDisk,
  delay: measureDelay,
  backpressure: measureBackpressure,
  downloads: measureDownloads,
  instances: measureInstances,
  growth: measureGrowth,
  memory: measureMemory,
}

const isQuick = process.argv.includes('--quick')
// What was only tried out is no result.
const folder = isQuick ? await mkdtemp(join(tmpdir(), 'passwright-bench-')) : import.meta.dirname
const all: Required<Measured> = { figures: [], rates: new Map(), leftOut: [] }
for (const [name, measure] of Object.entries(measures)) {
  console.log(`measuring: ${name}`)
  const { figures, rates = all.rates, leftOut = [] } = await measure(isQuick ? 'quick' : 'full')
  all.figures.push(...figures)
  all.leftOut.push(...leftOut)
  all.rates = rates
  // After each of them, so that a run which is ended early was not for nothing.
  await writeFile(join(folder, 'RESULTS.md'), renderResults(new Date(), all))
  await writeFile(join(folder, 'results.svg'), drawChart(all.rates))
}
console.log(await readFile(join(folder, 'RESULTS.md'), 'utf8'))
console.log(`written to ${join(folder, 'RESULTS.md')}`)
