import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'

/** The addresses that a mail server refuses at RCPT, and the replies; may change at any time. */
export type Refusals = Map<string, string>

/** Serves Postfix's policy delegation protocol, which asks about each RCPT, on a socket in its folder. */
export async function startRefusalPolicy(path: string, refusals: Refusals) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let pending = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      const requests = (pending + text).split('\n\n')
      pending = requests.pop() ?? ''
      for (const request of requests) {
        const [, recipient = ''] = /^recipient=(.*)$/m.exec(request) ?? []
        socket.write(`action=${refusals.get(recipient) ?? 'DUNNO'}\n\n`)
      }
    })
  })
  await once(server.listen(path), 'listening')
  chmodSync(path, 0o666)
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
