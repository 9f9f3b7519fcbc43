import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail server that keeps what it takes, and knows nobody whose name begins with `nobody`. */
export interface MailSink {
  port: number
  /** The mails to an address. */
  to: (address: string) => Promise<Email[]>
  stop: () => Promise<void>
}

export async function startMailSink(): Promise<MailSink> {
  const taken: { to: string[]; raw: Buffer }[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('nobody') ? refusal(address) : null),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        taken.push({
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
    to: (address) =>
      Promise.all(
        taken.filter(({ to }) => to.includes(address)).map(({ raw }) => PostalMime.parse(raw)),
      ),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function refusal(address: string): Error {
  return Object.assign(new Error(`5.1.1 No such user: ${address}`), { responseCode: 550 })
}
