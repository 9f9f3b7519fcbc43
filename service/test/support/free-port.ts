import { once } from 'node:events'
import { createServer } from 'node:net'

/** A free port of 127.0.0.1, below those that outgoing connections use: it stays free while its server is stopped. */
export async function quietPort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return port
  } catch {
    return quietPort()
  } finally {
    server.close()
  }
}
