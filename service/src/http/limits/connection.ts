import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How many requests of a connection may wait for the one that is running; more close it. */
export const MAX_PIPELINED = 64

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

interface Connection {
  running: Exchange | undefined
  waiting: Exchange[]
  /** The request that the connection began last; it may not have arrived in full. */
  last: IncomingMessage | undefined
  /** Set when nothing more can be read from the connection: what is left to say after all replies. */
  end: (() => void) | undefined
}

const connections = new WeakMap<Socket, Connection>()

/**
 * Handles the requests of each connection one after the other: the next one when the system has taken
 * the reply to the one before. Node hands over all requests of a chunk at once, and would keep all of
 * their replies in memory for a client that reads none.
 */
export function handleInOrder(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request
    const connection = getConnection(socket)
    // Node parses a chunk to its end, even when the connection is closed in the middle of it.
    if (socket.destroyed || connection.end) return
    connection.last = request
    if (connection.running === undefined) return run(connection, { request, response }, listener)
    if (connection.waiting.length < MAX_PIPELINED) connection.waiting.push({ request, response })
    else closeNow(socket, connection)
  }
}

/**
 * Ends a connection on which a broken request arrived. `reply` is called when the requests before it
 * have their replies, and not at all when the broken request has one already.
 */
export function endAfterReplies(socket: Socket, reply: () => void): void {
  const connection = getConnection(socket)
  if (connection.end) return
  const { running, waiting, last } = connection
  const broken = last?.complete === false ? last : undefined
  const isUnanswered =
    broken === undefined ||
    waiting.some(({ request }) => request === broken) ||
    (running?.request === broken && !running.response.headersSent)
  connection.waiting = waiting.filter(({ request }) => request !== broken)
  connection.end = isUnanswered ? reply : () => socket.destroySoon()
  // The body of a running request that is broken will never be complete, so nothing else comes of it.
  if (running === undefined || (running.request === broken && isUnanswered)) connection.end()
}

function getConnection(socket: Socket): Connection {
  const known = connections.get(socket)
  if (known) return known
  const connection = { running: undefined, waiting: [], last: undefined, end: undefined }
  connections.set(socket, connection)
  return connection
}

function run(connection: Connection, exchange: Exchange, listener: RequestListener): void {
  const { request, response } = exchange
  connection.running = exchange
  response.once('close', () => {
    const [next, ...others] = connection.waiting
    connection.waiting = others
    connection.running = next
    // An idle connection must not keep the last reply in memory.
    if (connection.last === request && request.complete) connection.last = undefined
    if (request.socket.destroyed) connection.waiting = []
    // After other connections: a long pipeline must not keep them waiting.
    else if (next) setImmediate(run, connection, next, listener)
    else connection.end?.()
  })
  listener(request, response)
}

function closeNow(socket: Socket, connection: Connection): void {
  connection.waiting = []
  socket.destroy()
}
