import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import { version } from '../version.ts'

/** Gauges of prom-client whose names end like those of counters, which Prometheus warns of. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Adds what Node says of the process: memory, CPU, event loop delay, garbage collection; and our version. */
export function registerProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  const info = new Gauge({
    name: 'passwright_build_info',
    help: 'The version that runs; always 1.',
    labelNames: ['version'],
    registers: [registry],
  })
  info.set({ version }, 1)
}
