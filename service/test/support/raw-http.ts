import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One connection, for what no HTTP client would send. */
export interface RawConnection {
  send: (bytes: string | Uint8Array) => void
  /** Waits until what came back so far fits, and gives it; throws when the connection ends before. */
  until: (wanted: RegExp) => Promise<string>
  /** Waits until the server has hung up, and gives everything that came back. */
  ended: () => Promise<string>
  close: () => void
}

/** Opens a connection to the server behind an address. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  // Our side stays open when the server's ends, as that of a client which never hangs up.
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  let received = ''
  let over = false
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
    socket.emit('changed')
  })
  for (const ending of ['end', 'error']) {
    socket.on(ending, () => {
      over = true
      socket.emit('changed')
    })
  }
  await once(socket, 'connect')
  return {
    send: (bytes) => void socket.write(bytes),
    until: async (wanted) => {
      await change(socket, () => wanted.test(received) || over)
      if (!wanted.test(received)) throw new Error(`The connection ended after:\n${received}`)
      return received
    },
    ended: async () => {
      await change(socket, () => over)
      return received
    },
    close: () => void socket.destroy(),
  }
}

/** Sends a request as it stands and gives the whole answer, once the server has hung up. */
export async function rawRequest(url: string, bytes: string | Uint8Array): Promise<string> {
  const connection = await openRaw(url)
  try {
    connection.send(bytes)
    return await connection.ended()
  } finally {
    connection.close()
  }
}

/** The answer's text read as `fetch` would give it. */
export function responseIn(raw: string): Response {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return new Response(Buffer.from(rest.join('\r\n\r\n'), 'latin1'), { status, headers })
}

async function change(socket: Socket, fits: () => boolean): Promise<void> {
  while (!fits()) await new Promise<void>((resolve) => socket.once('changed', () => resolve()))
}
