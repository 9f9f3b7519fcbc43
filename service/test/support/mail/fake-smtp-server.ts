import { EventEmitter, once } from 'node:events'
import type { SMTPServer } from 'smtp-server'
import { quietPort } from '../free-port.ts'
import { type Authority, type Certificate, makeAuthority } from '../origin-server.ts'
import { makeMailCertificate } from './certificates.ts'
import { type Mood, makeMoodyServer, type TakenMessage } from './failing-smtp-server.ts'
import { type SmtpBehaviourName, smtpBehaviours, type WrongCertificate } from './smtp-behaviours.ts'
import { makeSmtpDoor } from './smtp-port.ts'

export interface SmtpFaultsOptions {
  behaviour?: SmtpBehaviourName
  /** Who may send; without it no AUTH is offered and everybody may. */
  auth?: { user: string; password: string }
  /** A port to listen on again; a free one when absent. */
  port?: number
  /** Who signs its certificate; one of its own when absent. */
  authority?: Authority
  /** TLS from the first byte, as on port 465. */
  secure?: boolean
  /** How long each answer waits while it is `slow`, in milliseconds. */
  delay?: number
}

/** What clients did so far. */
export interface Seen {
  connections: number
  /** Every command line of every client, without the secrets of AUTH. */
  commands: string[]
  /** Every byte that came without TLS. */
  cleartext: string
}

/** A mail server that behaves as it is told. */
export interface SmtpFaults {
  host: string
  port: number
  /** The certificate to trust, as PEM. */
  ca: string
  messages: TakenMessage[]
  seen(): Seen
  /** From now on: the next command of who is connected, and the greeting, TLS and offers for who comes. `refused` hangs up on all. */
  behave(name: SmtpBehaviourName): Promise<void>
  /** Cuts every connection, as a server does that starts anew with another behaviour. */
  hangUp(): void
  /** Waits until this is so, asked anew whenever a client does something; throws with what was seen when it does not come. */
  until(isSo: () => boolean, timeout?: number): Promise<void>
  /** Hangs up on all at once; the port is free then. */
  close(): Promise<void>
}

/** Starts a mail server on 127.0.0.1 that can do wrong whatever a mail server can do wrong. */
export async function startSmtpFaults(options: SmtpFaultsOptions = {}): Promise<SmtpFaults> {
  const { behaviour = 'good', auth, secure = false, delay = 300 } = options
  const { authority = await makeAuthority(), port = await quietPort() } = options
  const certificates = await makeCertificates(authority)
  const changes = new EventEmitter()
  const messages: TakenMessage[] = []
  const seen: Seen = { connections: 0, commands: [], cleartext: '' }
  const heard = (line: string) => {
    seen.commands.push(line)
    changes.emit('changed')
  }
  const mood: Mood = { behaviour: smtpBehaviours[behaviour], delay }
  const server = makeMoodyServer(mood, {
    auth,
    tls: { ...certificates.right, secure },
    heard,
    took(message) {
      messages.push(message)
      changes.emit('changed')
    },
    hangUp: (clientPort) => door.hangUp(clientPort),
  })
  const door = makeSmtpDoor({
    port,
    innerPort: await listen(server),
    knocked() {
      seen.connections += 1
      changes.emit('changed')
    },
    heardInClear(text) {
      seen.cleartext += text
    },
    receive(visitor) {
      mood.behaviour.conversation?.(visitor, heard)
      return mood.behaviour.conversation !== undefined
    },
  })
  const behave = async (name: SmtpBehaviourName) => {
    mood.behaviour = smtpBehaviours[name]
    const { certificate = 'right', size, away = false, asciiOnly = false } = mood.behaviour
    server.updateSecureContext(certificates[certificate])
    server.options.size = size
    server.options.hideSMTPUTF8 = asciiOnly
    await (away ? door.close() : door.open())
  }
  await behave(behaviour)
  return {
    host: '127.0.0.1',
    port,
    ca: authority.cert,
    messages,
    seen: () => ({ ...seen, commands: [...seen.commands] }),
    behave,
    hangUp: () => door.hangUpOnAll(),
    async until(isSo, timeout = 10_000) {
      const signal = AbortSignal.timeout(timeout)
      while (!isSo()) {
        await once(changes, 'changed', { signal }).catch((cause: unknown) => {
          const story = JSON.stringify({ ...seen, messages: messages.length }, null, 1)
          throw new Error(`What was waited for did not come. Seen: ${story}`, { cause })
        })
      }
    },
    async close() {
      await door.close()
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: SMTPServer): Promise<number> {
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}

async function makeCertificates(
  authority: Authority,
): Promise<Record<WrongCertificate | 'right', Certificate>> {
  return {
    right: await makeMailCertificate({ authority }),
    'self-signed': await makeMailCertificate(),
    'other-name': await makeMailCertificate({ authority, names: ['other.test'] }),
    expired: await makeMailCertificate({ authority, expired: true }),
  }
}
