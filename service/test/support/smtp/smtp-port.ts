import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** The port that clients connect to, whether or not it is open. */
export interface SmtpPort {
  open(): Promise<void>
  /** Drops all connections and stops listening. */
  close(): Promise<void>
  /** Drops the connection that the inner server knows by this port. */
  dropConnection(innerPort: number): void
  dropConnections(): void
}

interface SmtpPortOptions {
  port: number
  /** The port of the inner server. */
  innerPort: number
  onConnect: () => void
  /** Called with what clients send without TLS. */
  onCleartext: (text: string) => void
  /** Handles a connection in place of the inner server; returns whether it did. */
  handle: (socket: Socket) => boolean
}

/**
 * Creates a port that forwards each connection to an inner server. It can be dropped at any moment, whereas dropping a socket during a TLS
 * handshake in this process would end the process (Node 24).
 */
export function createSmtpPort(options: SmtpPortOptions): SmtpPort {
  const clients = new Set<Socket>()
  const byInnerPort = new Map<number | undefined, Socket>()
  const server = createServer((client) => {
    clients.add(client)
    client.on('error', () => {})
    client.once('close', () => clients.delete(client))
    watchCleartext(client, options.onCleartext)
    options.onConnect()
    if (options.handle(client)) return
    const inner = connect(options.innerPort, '127.0.0.1')
    inner.on('error', () => {})
    inner.once('connect', () => byInnerPort.set(inner.localPort, client))
    inner.once('close', () => client.destroySoon())
    client.once('close', () => inner.destroy())
    client.pipe(inner).pipe(client)
  })
  const dropConnections = () => {
    for (const client of clients) client.destroy()
  }
  return {
    async open() {
      if (!server.listening) await once(server.listen(options.port, '127.0.0.1'), 'listening')
    },
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      dropConnections()
      await closed
    },
    dropConnection: (innerPort) => void byInnerPort.get(innerPort)?.destroy(),
    dropConnections,
  }
}

/** Calls `onText` with what comes before the TLS handshake, whose first byte is 22. */
function watchCleartext(client: Socket, onText: (text: string) => void): void {
  const listen = (bytes: Buffer) => {
    if (bytes[0] === 22) client.off('data', listen)
    else onText(bytes.toString('latin1'))
  }
  client.on('data', listen)
}
