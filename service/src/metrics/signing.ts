import { Gauge, Histogram, type Registry } from 'prom-client'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Adds the metrics of signing to a registry; returns the function that measures a signer. */
export function registerSigning(registry: Registry) {
  const registers = [registry]
  const inProgress = new Gauge({
    name: 'passwright_signing_queue_passes',
    help: 'Passes that are being signed or wait for it.',
    registers,
  })
  const duration = new Histogram({
    name: 'passwright_signing_duration_seconds',
    help: 'How long it took to sign a pass, with the wait in the queue.',
    labelNames: ['result'],
    buckets: SECONDS,
    registers,
  })
  inProgress.set(0)
  return <A extends unknown[], R>(sign: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const endTimer = duration.startTimer()
      let result = 'failed'
      inProgress.inc()
      try {
        const signed = await sign(...args)
        result = 'succeeded'
        return signed
      } finally {
        inProgress.dec()
        endTimer({ result })
      }
    }
}
