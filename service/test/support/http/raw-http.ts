import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A TCP connection for requests that no HTTP client would send. */
export interface RawConnection {
  send: (bytes: string | Uint8Array) => void
  /** Waits until the response so far matches, and returns it; throws if the connection ends first. */
  waitFor: (pattern: RegExp) => Promise<string>
  /** Waits until the server closes the connection, and returns the whole response. */
  waitForEnd: () => Promise<string>
  close: () => void
}

/** Opens a connection to the server at a URL. */
export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  // Our side stays open when the server closes its side, as with a client that never hangs up.
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  let received = ''
  let hasEnded = false
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
    socket.emit('changed')
  })
  for (const ending of ['end', 'error']) {
    socket.on(ending, () => {
      hasEnded = true
      socket.emit('changed')
    })
  }
  await once(socket, 'connect')
  return {
    send: (bytes) => void socket.write(bytes),
    waitFor: async (pattern) => {
      await waitUntil(socket, () => pattern.test(received) || hasEnded)
      if (!pattern.test(received)) throw new Error(`The connection ended after:\n${received}`)
      return received
    },
    waitForEnd: async () => {
      await waitUntil(socket, () => hasEnded)
      return received
    },
    close: () => void socket.destroy(),
  }
}

/** Sends these bytes and returns the whole response once the server has closed the connection. */
export async function sendRawRequest(url: string, bytes: string | Uint8Array): Promise<string> {
  const connection = await openRawConnection(url)
  try {
    connection.send(bytes)
    return await connection.waitForEnd()
  } finally {
    connection.close()
  }
}

/** Parses the text of a response into what `fetch` would return. */
export function parseResponse(raw: string): Response {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return new Response(Buffer.from(rest.join('\r\n\r\n'), 'latin1'), { status, headers })
}

async function waitUntil(socket: Socket, condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => socket.once('changed', () => resolve()))
}
