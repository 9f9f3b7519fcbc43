import type { IncomingMessage } from 'node:http'
import { Problem } from '@passwright/shared'
import type { RequestHandler, Response } from 'express'
import type { ChunkedBytes } from '../../chunked-bytes.ts'
import { identifyCaller } from './caller.ts'
import type { Hold, MemoryBudget } from './memory-budget.ts'

/** Bodies and replies below this are not counted: they are smaller than what a connection costs. */
const SMALL_BYTES = 16 * 1024

/** A body is held as bytes, as text and as what was parsed from it. */
const BODY_FACTOR = 3

/** What a large reply may take while it is made. */
const TURN_BYTES = 4 * 1024 * 1024

/** Written at a time: on a line of 30 KB/s that is two seconds. */
const SLICE_BYTES = 64 * 1024

/** How long the speed of a caller is not judged; a body may also wait for our own event loop. */
const REPLY_GRACE_MS = 1_000
const BODY_GRACE_MS = 5_000

/** How long a caller may read nothing of a reply. */
const STALL_MS = 30_000

/** Gives every request its part in the memory budget, until its response is out or aborted. */
export function trackTransfers(budget: MemoryBudget): RequestHandler {
  return (request, response, next) => {
    const caller = identifyCaller(request)
    const hold = budget.hold(caller)
    Object.assign(response.locals, { caller, hold })
    response.once('close', hold.release)
    next()
  }
}

function getHold(response: Response): Hold {
  return response.locals.hold
}

/** Counts a request for the owner of its key instead of its address. */
export function setTransferOwner(response: Response, keyId: string): void {
  getHold(response).setOwner(keyId)
}

/** Waits until there is room in memory for the body of a request; throws `overloaded`. */
export function reserveBody(maxBytes: number): RequestHandler {
  return async (request, response, next) => {
    const hold = getHold(response)
    const bytes = getBodyBytes(request, maxBytes)
    // The parser refuses what is larger than the limit without reading it.
    if (bytes <= SMALL_BYTES || bytes > maxBytes) return next()
    if (!(await hold.reserve(bytes * BODY_FACTOR))) throw createOverloaded(response)
    const { socket } = request
    const before = socket.bytesRead
    hold.setPeer({
      movedBytes: () => socket.bytesRead - before,
      graceMs: BODY_GRACE_MS,
      cut: () => socket.destroy(),
    })
    next()
  }
}

/** Counts a body that has arrived with its real size. */
export const countBody: RequestHandler = (request, response, next) => {
  const bytes = Buffer.isBuffer(request.body) ? request.body.byteLength : 0
  const hold = getHold(response)
  hold.setPeer(undefined)
  if (bytes > SMALL_BYTES) hold.resize(bytes * BODY_FACTOR)
  next()
}

/** The declared size of a body; the limit where only reading it can tell. */
export function getBodyBytes({ headers }: IncomingMessage, maxBytes: number): number {
  if (headers['content-encoding'] !== undefined) return maxBytes
  if (headers['transfer-encoding'] !== undefined) return maxBytes
  return Number(headers['content-length'] ?? 0)
}

/** Runs work that makes a large reply when it is the caller's turn; throws `overloaded`. */
export async function takeTurn<T>(response: Response, work: () => Promise<T>): Promise<T> {
  const hold = getHold(response)
  if (!(await hold.reserveTurn(TURN_BYTES))) throw createOverloaded(response)
  try {
    return await work()
  } finally {
    hold.endTurn(TURN_BYTES)
  }
}

/** The connection ends with the reply: what follows on it would only wait as long again. */
function createOverloaded(response: Response): Problem {
  response.set('Connection', 'close')
  return new Problem('overloaded', 'Too many large requests are being served just now; try again', {
    retryAfterSeconds: 5,
  })
}

/**
 * Writes a body in slices, each when the system has taken the one before, so that progress can be seen.
 * A caller that takes none for half a minute is disconnected.
 */
export function writeBody(response: Response, { chunks, byteLength }: ChunkedBytes): void {
  const { socket } = response
  const hold = getHold(response)
  hold.resize(byteLength > SMALL_BYTES ? byteLength : 0)
  let movedBytes = 0
  hold.setPeer({
    movedBytes: () => movedBytes,
    graceMs: REPLY_GRACE_MS,
    cut: () => socket?.destroy(),
  })
  const slices = chunks.flatMap(toSlices)
  const last = slices.pop()
  let stall: NodeJS.Timeout | undefined
  const writeNext = () => {
    stall?.refresh()
    for (let slice = slices.shift(); slice; slice = slices.shift()) {
      const isTaken = response.write(slice)
      movedBytes += slice.byteLength
      if (!isTaken) return void response.once('drain', writeNext)
    }
    response.end(last)
  }
  if (response.req.method === 'HEAD') response.end()
  else writeNext()
  // The system takes most replies at once.
  if (!socket?.writableLength) return
  stall = setTimeout(() => socket.destroy(), STALL_MS).unref()
  response.once('close', () => clearTimeout(stall))
}

function toSlices(chunk: Uint8Array): Uint8Array[] {
  if (chunk.byteLength <= SLICE_BYTES) return [chunk]
  const count = Math.ceil(chunk.byteLength / SLICE_BYTES)
  return Array.from({ length: count }, (_, index) =>
    chunk.subarray(index * SLICE_BYTES, (index + 1) * SLICE_BYTES),
  )
}
