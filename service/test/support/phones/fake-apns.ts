import { once } from 'node:events'
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { createMailCertificate } from '../smtp/certificates.ts'

/** A push as it arrived. */
export interface ReceivedPush {
  token: string
  topic: string | undefined
  headers: Record<string, unknown>
  body: string
  /** SHA-256 of the certificate that the connection presented. */
  fingerprint: string | undefined
  at: number
}

/** What the fake responds: a row of Apple's table, or a misbehaviour. */
export type ApnsResponse =
  | { status: number; reason?: string; timestamp?: number }
  /** Never responds. */
  | 'silence'
  /** Ends the connection without a response. */
  | 'hang up'
  /** Responds with 200 and closes the connection in the way of HTTP/2. */
  | 'go away'

type Decide = (push: ReceivedPush) => ApnsResponse | undefined | Promise<ApnsResponse | undefined>

/** Apple's push service, over HTTP/2 with client certificates. */
export interface FakeApns {
  url: string
  /** The certificate that signed its own. */
  ca: string
  pushes: ReceivedPush[]
  /** How many connections were opened. */
  sessions: () => number
  /** Decides the response to each push; 200 when absent or undefined. */
  respond: (decide: Decide) => void
  /** Calls back with every push, as a phone would be woken. */
  onPush: (listener: (push: ReceivedPush) => void) => void
  close: () => Promise<void>
}

/** Starts the fake; without TLS for processes that cannot be told to trust it. */
export async function startFakeApns({ tls = true, port = 0 } = {}): Promise<FakeApns> {
  const certificate = await createMailCertificate()
  const server: Http2Server = tls
    ? createSecureServer({ ...certificate, requestCert: true, rejectUnauthorized: false })
    : createServer()
  const pushes: ReceivedPush[] = []
  const listeners: ((push: ReceivedPush) => void)[] = []
  const sessions = new Set<ServerHttp2Session>()
  let opened = 0
  let decide: Decide = () => undefined

  server.on('session', (session) => {
    opened += 1
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
  })
  server.on('sessionError', () => {})
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {})
    let body = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    await once(stream, 'end').catch(() => {})
    const path = String(headers[':path'])
    const push = {
      token: decodeURIComponent(path.replace('/3/device/', '')),
      topic: headers['apns-topic']?.toString(),
      headers,
      body,
      fingerprint: readFingerprint(stream),
      at: performance.now(),
    }
    pushes.push(push)
    respond(stream, (await decide(push)) ?? { status: 200 })
    for (const listener of listeners) listener(push)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    ca: certificate.cert,
    pushes,
    sessions: () => opened,
    respond: (next) => {
      decide = next
    },
    onPush: (listener) => void listeners.push(listener),
    close: async () => {
      server.close()
      for (const session of sessions) session.destroy()
    },
  }
}

function readFingerprint(stream: ServerHttp2Stream): string | undefined {
  const { socket } = stream.session ?? {}
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined
}

function respond(stream: ServerHttp2Stream, response: ApnsResponse): void {
  if (stream.destroyed || response === 'silence') return
  if (response === 'hang up') return void stream.session?.destroy()
  if (response === 'go away') {
    stream.respond({ ':status': 200 })
    stream.end()
    stream.session?.goaway()
    return
  }
  const { status, ...body } = response
  stream.respond({ ':status': status })
  stream.end(status === 200 ? '' : JSON.stringify(body))
}
