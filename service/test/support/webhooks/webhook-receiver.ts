import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A request that the receiver got. */
export interface ReceivedRequest {
  path: string
  headers: IncomingHttpHeaders
  body: string
  at: Date
}

/** Sends the response to a request. */
export type RespondTo = (
  received: ReceivedRequest,
  request: IncomingMessage,
  response: ServerResponse,
) => unknown

/** The server behind the webhook URLs of tests; each path has its own response. */
export interface WebhookReceiver {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  url: string
  port: number
  requests: ReceivedRequest[]
  /** Returns the requests to a path. */
  requestsTo(path: string): ReceivedRequest[]
  /** Sets the response of a path from now on; the default is `good`. */
  setResponse(path: string, respond: RespondTo): void
  /** Returns the most requests to a path that were pending at the same time. */
  maxConcurrent(path: string): number
  /** Returns the number of open connections. */
  openConnections(): number
  close(): Promise<void>
}

/** Responses for `setResponse`. */
export const responses = {
  good: respondWith(200),
  failing: respondWith(500),
  gone: respondWith(410),
  /** 429 or 503 with Retry-After. */
  busy: (status: 429 | 503, retryAfter: string) =>
    respondWith(status, { 'retry-after': retryAfter }),
  redirecting: (location: string, status = 302) => respondWith(status, { location }),
  /** Reads the body and never responds. */
  silent: () => {},
  slow: (ms: number): RespondTo => {
    return async (_received, _request, response) => {
      await wait(ms, undefined, { ref: false })
      response.end('late')
    }
  },
  reset: (_received: ReceivedRequest, request: IncomingMessage) => request.socket.resetAndDestroy(),
  /** Sends a body without an end, as fast as the client reads. */
  endless: (_received: ReceivedRequest, _request: IncomingMessage, response: ServerResponse) => {
    const block = Buffer.alloc(65_536, 'x')
    const more = () => {
      while (!response.destroyed && response.write(block)) {}
    }
    response.on('drain', more)
    more()
  },
} satisfies Record<string, RespondTo | ((...given: never[]) => RespondTo)>

/** Starts a receiver on a port of 127.0.0.1; a free one by default. */
export async function startWebhookReceiver({
  port = 0,
}: {
  port?: number
} = {}): Promise<WebhookReceiver> {
  const requests: ReceivedRequest[] = []
  const responseOf = new Map<string, RespondTo>()
  const count = createConcurrencyCounter()
  const sockets = new Set<Socket>()

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    count.begin(path)
    response.once('close', () => count.end(path))
    const body = await readBody(request).catch(() => undefined)
    if (body === undefined) return
    const received = { path, headers: request.headers, body, at: new Date() }
    requests.push(received)
    await (responseOf.get(path) ?? responses.good)(received, request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, '127.0.0.1', resolve)
  await promise
  const { port: found } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${found}`,
    port: found,
    requests,
    requestsTo: (path) => requests.filter((one) => one.path === path),
    setResponse: (path, respond) => responseOf.set(path, respond),
    maxConcurrent: count.most,
    openConnections: () => sockets.size,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}

function respondWith(status: number, headers: Record<string, string> = {}): RespondTo {
  return (_received, _request, response) =>
    response.writeHead(status, headers).end(`said ${status}`)
}

function createConcurrencyCounter() {
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  return {
    begin: (path: string) => {
      const running = (now.get(path) ?? 0) + 1
      now.set(path, running)
      most.set(path, Math.max(most.get(path) ?? 0, running))
    },
    end: (path: string) => now.set(path, (now.get(path) ?? 0) - 1),
    most: (path: string) => most.get(path) ?? 0,
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
