import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** An SMTP server that stores emails, and rejects recipients whose address begins with `nobody`. */
export interface FakeSmtpServer {
  port: number
  /** Returns the emails that were received for an address. */
  findMails: (address: string) => Promise<Email[]>
  stop: () => Promise<void>
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startFakeSmtpServer(): Promise<FakeSmtpServer> {
  const received: { to: string[]; raw: Buffer }[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('nobody') ? createRejection(address) : null),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
        })
        done()
      })
    },
  })
  const { server: socket } = server
  server.listen(0, '127.0.0.1')
  if (!socket.listening) await once(socket, 'listening')
  return {
    port: (socket.address() as AddressInfo).port,
    findMails: (address) =>
      Promise.all(
        received.filter(({ to }) => to.includes(address)).map(({ raw }) => PostalMime.parse(raw)),
      ),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function createRejection(address: string): Error {
  return Object.assign(new Error(`5.1.1 No such user: ${address}`), { responseCode: 550 })
}
