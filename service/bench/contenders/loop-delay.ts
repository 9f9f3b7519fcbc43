// Imported into a server with `node --import`: at SIGUSR2 it prints the 99th percentile of the event-loop
// delay since the last time, in milliseconds.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 1
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delays.enable()
process.on('SIGUSR2', () => {
  const ms = delays.percentile(99) / 1e6 - RESOLUTION_MS
  console.log(`event-loop delay p99: ${ms.toFixed(3)} ms`)
  delays.reset()
})
