import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of a server that can stop passing data on, as when a machine or network hangs. */
export interface FreezableProxy {
  /** The server's URL with the address of the proxy. */
  url: string
  freeze: () => void
  unfreeze: () => void
  close: () => void
}

/** Starts a proxy in front of the server at a URL. */
export async function startFreezableProxy(serverUrl: string): Promise<FreezableProxy> {
  const { hostname, port: serverPort } = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let isFrozen = false
  const proxy = createServer((downstream) => {
    const upstream = connect(Number(serverPort), hostname)
    for (const [from, to] of [
      [downstream, upstream],
      [upstream, downstream],
    ] as const) {
      sockets.add(from)
      if (isFrozen) from.pause()
      from.on('data', (bytes) => void to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      // Listening for data made the socket flow.
      if (isFrozen) from.pause()
    }
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    url: Object.assign(new URL(serverUrl), { hostname: '127.0.0.1', port: String(port) }).href,
    freeze: () => {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    unfreeze: () => {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    close: () => {
      proxy.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
