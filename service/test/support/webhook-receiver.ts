import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A delivery as it arrived. */
export interface Hit {
  path: string
  headers: IncomingHttpHeaders
  body: string
  at: Date
}

/** How a path answers: always so, or by what each hit says. */
export type Behaviour = (hit: Hit, request: IncomingMessage, response: ServerResponse) => unknown

/** What stands at the URLs of webhooks in tests: each path answers in its own way. */
export interface Receiver {
  /** `http://127.0.0.1:port`, without a slash at its end. */
  url: string
  port: number
  hits: Hit[]
  /** The hits of one path. */
  at(path: string): Hit[]
  /** From now on this path answers so; a path nobody spoke of is `good`. */
  answer(path: string, behaviour: Behaviour): void
  /** The most requests to a path that were unanswered at one time. */
  mostAtOnce(path: string): number
  /** Connections that are open now. */
  open(): number
  close(): Promise<void>
}

/** Ways to answer. */
export const behaviours = {
  good: answering(200),
  failing: answering(500),
  gone: answering(410),
  /** 429 or 503 that says when to come again. */
  busy: (status: 429 | 503, retryAfter: string) => answering(status, { 'retry-after': retryAfter }),
  redirecting: (location: string, status = 302) => answering(status, { location }),
  /** Takes the body and never says a word. */
  silent: () => {},
  slow: (ms: number): Behaviour => {
    return async (_hit, _request, response) => {
      await wait(ms, undefined, { ref: false })
      response.end('late')
    }
  },
  reset: (_hit: Hit, request: IncomingMessage) => request.socket.resetAndDestroy(),
  /** A body without an end, as fast as it is taken. */
  endless: (_hit: Hit, _request: IncomingMessage, response: ServerResponse) => {
    const block = Buffer.alloc(65_536, 'x')
    const more = () => {
      while (!response.destroyed && response.write(block)) {}
    }
    response.on('drain', more)
    more()
  },
} satisfies Record<string, Behaviour | ((...given: never[]) => Behaviour)>

/** Starts a receiver on a port of 127.0.0.1: a free one, or the one that is named. */
export async function startReceiver({ port = 0 }: { port?: number } = {}): Promise<Receiver> {
  const hits: Hit[] = []
  const waysOf = new Map<string, Behaviour>()
  const count = countPerPath()
  const sockets = new Set<Socket>()

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    count.begin(path)
    response.once('close', () => count.end(path))
    const body = await textOf(request).catch(() => undefined)
    if (body === undefined) return
    const hit = { path, headers: request.headers, body, at: new Date() }
    hits.push(hit)
    await (waysOf.get(path) ?? behaviours.good)(hit, request, response)
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
    hits,
    at: (path) => hits.filter((hit) => hit.path === path),
    answer: (path, behaviour) => waysOf.set(path, behaviour),
    mostAtOnce: count.most,
    open: () => sockets.size,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}

function answering(status: number, headers: Record<string, string> = {}): Behaviour {
  return (_hit, _request, response) => response.writeHead(status, headers).end(`said ${status}`)
}

function countPerPath() {
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

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
