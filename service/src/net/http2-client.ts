import { type ClientHttp2Session, connect, constants } from 'node:http2'

/** The certificate that a connection presents. */
export interface Credentials {
  /** What it is for; each name has one connection. */
  name: string
  /** Another one closes the connection of the name and opens a new one. */
  fingerprint: string
  /** PEM: the certificate and its intermediates. */
  certificate: string
  key: string
}

export interface Http2Request {
  path: string
  headers: Record<string, string>
  body: string
}

/** `refused`: the other side does not take the certificate. The reason goes on from its name. */
export type Http2Result =
  | { outcome: 'responded'; status: number; body: string }
  | { outcome: 'unreachable' | 'refused'; reason: string }

/** Posts to one server over connections that are kept, and opened again when they are lost. */
export interface Http2Client {
  request(credentials: Credentials, request: Http2Request): Promise<Http2Result>
  /** Closes every connection. */
  close(): void
}

export interface Http2Timeouts {
  connectMs: number
  responseMs: number
  /** How often a connection is checked, and how long that may take. */
  pingMs: number
  pingTimeoutMs: number
}

const defaultTimeouts: Http2Timeouts = {
  connectMs: 10_000,
  responseMs: 15_000,
  pingMs: 60_000,
  pingTimeoutMs: 10_000,
}

/** A connection, from its first attempt on. */
interface Connection {
  fingerprint: string
  session: ClientHttp2Session
  opened: Promise<void>
  /** Why it was lost, as far as it is known. */
  error: () => Error | undefined
}

const MAX_BODY_LENGTH = 10_000

/** A lost connection, or one that was just being closed, is no reason to give up. */
const ATTEMPTS = 2

export interface Http2Options {
  timeouts?: Http2Timeouts
  /** PEM: who signs the server's certificate; the authorities of the system when absent. */
  ca?: string | undefined
}

/** Creates a client of one server, by its origin. */
export function createHttp2Client(
  origin: string,
  { timeouts = defaultTimeouts, ca }: Http2Options = {},
): Http2Client {
  const connections = new Map<string, Connection>()

  const open = ({ name, fingerprint, certificate, key }: Credentials): Connection => {
    const known = connections.get(name)
    if (known?.fingerprint === fingerprint) return known
    known?.session.close()
    const session = connect(origin, {
      cert: certificate,
      key,
      ca,
      settings: { enablePush: false },
    })
    let error: Error | undefined
    const forget = () => {
      if (connections.get(name)?.session === session) connections.delete(name)
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    promise.catch(() => {})
    const deadline = setTimeout(() => session.destroy(createTimeout()), timeouts.connectMs)
    const pings = setInterval(() => ping(session, timeouts.pingTimeoutMs), timeouts.pingMs).unref()
    session.once('connect', () => {
      clearTimeout(deadline)
      resolve()
    })
    session.on('error', (cause: Error) => {
      error ??= cause
      forget()
    })
    // Requests that it has taken end on it; the next one opens another connection.
    session.on('goaway', () => {
      forget()
      session.close()
    })
    session.once('close', () => {
      clearTimeout(deadline)
      clearInterval(pings)
      forget()
      reject(error ?? new Error('closed'))
    })
    const connection = { fingerprint, session, opened: promise, error: () => error }
    connections.set(name, connection)
    return connection
  }

  return {
    request: async (credentials, request) => {
      let failure: Error | undefined
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const connection = open(credentials)
        try {
          await connection.opened
          return await post(connection.session, request, timeouts)
        } catch (error) {
          failure = connection.error() ?? toError(error)
        }
      }
      return describeFailure(failure)
    },
    close: () => {
      for (const { session } of connections.values()) session.destroy()
      connections.clear()
    },
  }
}

function post(
  session: ClientHttp2Session,
  { path, headers, body }: Http2Request,
  { responseMs, pingTimeoutMs }: Http2Timeouts,
): Promise<Http2Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Http2Result>()
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: path,
    ...headers,
  })
  let status: number | undefined
  let text = ''
  const timeout = setTimeout(() => {
    // Whether the connection is dead, or only this request was forgotten.
    ping(session, pingTimeoutMs)
    stream.destroy(createTimeout())
  }, responseMs)
  stream.setEncoding('utf8')
  stream.on('response', (received) => {
    status = Number(received[constants.HTTP2_HEADER_STATUS])
  })
  stream.on('data', (chunk: string) => {
    if (text.length < MAX_BODY_LENGTH) text += chunk
  })
  stream.on('error', reject)
  stream.on('close', () => {
    clearTimeout(timeout)
    if (status === undefined) reject(new Error('closed the connection'))
    else resolve({ outcome: 'responded', status, body: text })
  })
  stream.end(body)
  return promise
}

/** Destroys a connection on which nobody responds. */
function ping(session: ClientHttp2Session, timeoutMs: number): void {
  if (session.destroyed || session.closed) return
  const timeout = setTimeout(() => session.destroy(createTimeout()), timeoutMs).unref()
  const isSent = session.ping(() => clearTimeout(timeout))
  if (!isSent) clearTimeout(timeout)
}

function createTimeout(): Error {
  return Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })
}

function describeFailure(error: Error | undefined): Http2Result {
  const { code = '' } = (error ?? {}) as { code?: string }
  // An alert is what a server sends that does not take our certificate (RFC 8446, 6.2).
  if (/^ERR_SSL_.*ALERT/.test(code)) {
    return { outcome: 'refused', reason: `refuses our certificate (${code})` }
  }
  const detail = code === '' ? 'the connection was closed' : code
  return { outcome: 'unreachable', reason: `cannot be reached (${detail})` }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
