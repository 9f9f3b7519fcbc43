import { createHash } from 'node:crypto'
import { Problem } from '@passwright/shared'
import { LRUCache } from 'lru-cache'
import { createWorkerThread } from '../../concurrency/worker-thread.ts'
import type { DrawingJob, DrawingResult } from './draw.ts'

/** The results of drawing, by a hash of what was asked for: a message may have thousands of bytes. */
const cache = new LRUCache<string, { result: DrawingResult }>({
  maxSize: 8_000_000,
  sizeCalculation: ({ result }, key) => key.length + getSize(result),
})

const file = new URL('./drawing-thread.ts', import.meta.url)
const options = { timeoutMs: 10_000, maxQueued: 500, maxQueuedByOwner: 50 }

/** A large code takes up to half a second; small ones do not wait for it. */
const SMALL_BYTES = 300
const threads = {
  small: createWorkerThread<DrawingJob, DrawingResult>(file, options),
  large: createWorkerThread<DrawingJob, DrawingResult>(file, options),
}

/** What is being drawn now: another request for the same waits for it. */
const running = new Map<string, Promise<DrawingResult>>()

/**
 * Draws off the event loop, in turns between the owners of jobs, and remembers the result. Throws
 * `overloaded` when too many drawings wait, or the drawing fails.
 */
export function draw(job: DrawingJob, owner: string): Promise<DrawingResult> {
  const key = createHash('sha256').update(JSON.stringify(job)).digest('base64')
  const known = cache.get(key)
  if (known) return Promise.resolve(known.result)
  const current = running.get(key)
  if (current) return current
  const drawing = drawNow(job, owner, key).finally(() => running.delete(key))
  running.set(key, drawing)
  return drawing
}

async function drawNow(job: DrawingJob, owner: string, key: string): Promise<DrawingResult> {
  const thread = job.bytes.length > SMALL_BYTES ? threads.large : threads.small
  const result = await thread.run(job, owner)
  if (result === 'busy' || result === 'failed') throw createOverloaded(result)
  cache.set(key, { result })
  return result
}

function getSize(result: DrawingResult): number {
  if (result === undefined) return 0
  return result instanceof Uint8Array ? result.byteLength : result.path.length
}

function createOverloaded(cause: 'busy' | 'failed'): Problem {
  return new Problem('overloaded', 'The code of this pass could not be drawn just now; try again', {
    retryAfterSeconds: 5,
    cause: `drawing a code: ${cause}`,
  })
}
