import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'

/** What a mail server refuses at RCPT: the words for an address, which may change at any time. */
export type Refusals = Map<string, string>

/** Answers Postfix's questions about each RCPT (its policy delegation protocol) at a socket in its folder. */
export async function startRefusalPolicy(path: string, refusals: Refusals) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let asked = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      const questions = (asked + text).split('\n\n')
      asked = questions.pop() ?? ''
      for (const question of questions) {
        const [, recipient = ''] = /^recipient=(.*)$/m.exec(question) ?? []
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
