import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Finds a free port of 127.0.0.1, below the ports that outgoing connections use: nothing else is likely to take it before its server
 * starts or while that server is stopped.
 */
export async function findFreePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return findFreePort()
  }
  server.close()
  await once(server, 'close')
  return port
}
