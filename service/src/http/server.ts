import { createServer, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Problem } from '@passwright/shared'
import type { Express } from 'express'
import type { Config } from '../config.ts'
import { problemReply } from './errors.ts'
import { toRequestId } from './request-id.ts'

/** Listens for an application; slow and broken clients are let go early. */
export async function listen(
  app: Express,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 2_000,
      // Our own answer is in our own shape.
      requireHostHeader: false,
    },
    app,
  )
  server.on('clientError', answerBrokenRequest)
  // An Expect that we do not know may be passed over (RFC 9110, 10.1.1).
  server.on('checkExpectation', app)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const refuse = (error: NodeJS.ErrnoException) => reject(explainListening(error, host))
  server.once('error', refuse)
  server.listen(port, host, resolve)
  await promise
  server.off('error', refuse)
  return server
}

/** A host that no name server knows is no address of this machine; to look at, it could be any other host. */
function explainListening(error: NodeJS.ErrnoException, host: string): NodeJS.ErrnoException {
  const unknown = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
  return unknown ? Object.assign(error, { code: 'EADDRNOTAVAIL', address: host }) : error
}

/**
 * Stops accepting, lets what runs finish within the time, then hangs up; gives when all is quiet.
 */
export async function close(server: Server, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const hangUp = setTimeout(() => server.closeAllConnections(), withinMs)
  await promise
  clearInterval(sweep)
  clearTimeout(hangUp)
}

/** Requests that Node could not parse, by its error code. */
const brokenRequests: Record<string, () => Problem> = {
  HPE_HEADER_OVERFLOW: () =>
    new Problem('headers_too_large', 'The request headers are larger than 16 KB; send less'),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new Problem('request_timeout', 'The request took too long to arrive; send it again'),
}

/** How long a client that sent no request we know may take to read so and hang up. */
const LINGER_MS = 1_000

function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  // More of what was answered already: hanging up at once could cost the client our answer.
  if (!socket.writable) return
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
  const problem =
    brokenRequests[error.code ?? '']?.() ??
    new Problem('invalid_request', 'This is not a request that HTTP knows')
  const requestId = toRequestId(undefined)
  const { status, headers, body } = problemReply(problem, requestId, '')
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
