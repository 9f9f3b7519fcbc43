import { createServer, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Problem } from '@passwright/shared'
import type { Express } from 'express'
import type { Context } from '../context.ts'
import { toRequestId } from './access-log.ts'
import { buildProblemReply } from './errors.ts'
import { endAfterReplies, handleInOrder } from './limits/connection.ts'

/**
 * How many connections may wait to be accepted, where the system allows it. One that finds no place tries
 * again after one, three and seven seconds.
 */
const BACKLOG = 4_096

/** Starts an HTTP server that disconnects slow and broken clients early. */
export async function listen(
  app: Express,
  { host, port }: Pick<Context['config'], 'host' | 'port'>,
): Promise<Server> {
  const handle = handleInOrder(app)
  const server = createServer(
    {
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 2_000,
      // A missing Host gets our own error.
      requireHostHeader: false,
    },
    handle,
  )
  server.on('clientError', onBrokenRequest)
  // An unknown expectation may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', handle)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onError = (error: NodeJS.ErrnoException) => reject(toListenError(error, host))
  server.once('error', onError)
  server.listen({ port, host, backlog: BACKLOG }, resolve)
  await promise
  server.off('error', onError)
  return server
}

/** A host name that cannot be resolved is not an address of this machine. */
function toListenError(error: NodeJS.ErrnoException, host: string): NodeJS.ErrnoException {
  const isUnresolved = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
  return isUnresolved ? Object.assign(error, { code: 'EADDRNOTAVAIL', address: host }) : error
}

/** Stops accepting connections, gives running requests so much time, then closes every connection. */
export async function close(server: Server, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50)
  const closeAll = setTimeout(() => server.closeAllConnections(), withinMs)
  await promise
  clearInterval(closeIdle)
  clearTimeout(closeAll)
}

/** Requests that Node could not read, by its error code. */
const brokenRequests: Record<string, () => Problem> = {
  HPE_HEADER_OVERFLOW: () =>
    new Problem('headers_too_large', 'The request headers are larger than 16 KB; send less'),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new Problem('request_timeout', 'The request took too long to arrive; send it again'),
}

/** How long a client may take to read the error before its connection is closed. */
const LINGER_MS = 1_000

function onBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') return void socket.destroy()
  const problem =
    brokenRequests[error.code ?? '']?.() ??
    new Problem('invalid_request', 'This is not a request that HTTP knows')
  endAfterReplies(socket, () => replyToBrokenRequest(problem, socket))
}

function replyToBrokenRequest(problem: Problem, socket: Socket): void {
  // The connection is closing already; doing it now could keep the client from reading the last reply.
  if (!socket.writable) return
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
  const requestId = toRequestId(undefined)
  const { status, headers, body } = buildProblemReply(problem, requestId, '')
  const lines = Object.entries({
    ...headers,
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    'Content-Length': String(body.byteLength),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${Buffer.from(body)}`,
  )
}
