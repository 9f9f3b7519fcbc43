import { EventEmitter, once } from 'node:events'
import type { SMTPServer } from 'smtp-server'
import { findFreePort } from '../environment/free-port.ts'
import {
  type Certificate,
  type CertificateAuthority,
  createCertificateAuthority,
} from '../http/origin-server.ts'
import { createMailCertificate } from './certificates.ts'
import {
  type BehaviourState,
  createFailingSmtpServer,
  type ReceivedMessage,
} from './failing-smtp-server.ts'
import { type SmtpBehaviourName, smtpBehaviours, type WrongCertificate } from './smtp-behaviours.ts'
import { createSmtpPort } from './smtp-port.ts'

export interface FakeSmtpServerOptions {
  behaviour?: SmtpBehaviourName
  /** The login that clients need; without it, AUTH is not offered and everyone may send. */
  auth?: { user: string; password: string }
  /** A free port when absent. */
  port?: number
  /** Signs its certificate; an authority of its own when absent. */
  authority?: CertificateAuthority
  /** TLS from the first byte, as on port 465. */
  secure?: boolean
  /** How long a `slow` server waits before each reply, in milliseconds. */
  delayMs?: number
}

/** What clients have done so far. */
export interface SmtpActivity {
  connections: number
  /** The commands of all clients, without the secrets of AUTH. */
  commands: string[]
  /** Everything that was sent without TLS. */
  cleartext: string
}

/** An SMTP server whose behaviour the test chooses. */
export interface FakeSmtpServer {
  host: string
  port: number
  /** The certificate to trust, as PEM. */
  ca: string
  messages: ReceivedMessage[]
  getActivity(): SmtpActivity
  /** Applies to the next commands of open connections, and to greeting, TLS and extensions of new ones. `refused` drops all connections. */
  setBehaviour(name: SmtpBehaviourName): Promise<void>
  /** Drops all connections, like a server that restarts. */
  dropConnections(): void
  /** Waits until the condition holds, checked at every activity of a client; throws with the activity after `timeoutMs`. */
  waitUntil(condition: () => boolean, timeoutMs?: number): Promise<void>
  /** Drops all connections and frees the port. */
  close(): Promise<void>
}

/** Starts an SMTP server on 127.0.0.1 that can fail in every way a mail server can. */
export async function startFakeSmtpServer(
  options: FakeSmtpServerOptions = {},
): Promise<FakeSmtpServer> {
  const { behaviour = 'good', auth, secure = false, delayMs = 300 } = options
  const { authority = await createCertificateAuthority(), port = await findFreePort() } = options
  const certificates = await createCertificates(authority)
  const changes = new EventEmitter()
  const messages: ReceivedMessage[] = []
  const activity: SmtpActivity = { connections: 0, commands: [], cleartext: '' }
  const onCommand = (line: string) => {
    activity.commands.push(line)
    changes.emit('changed')
  }
  const state: BehaviourState = { behaviour: smtpBehaviours[behaviour], delayMs }
  const server = createFailingSmtpServer(state, {
    auth,
    tls: { ...certificates.right, secure },
    onCommand,
    onMessage(message) {
      messages.push(message)
      changes.emit('changed')
    },
    dropConnection: (clientPort) => smtpPort.dropConnection(clientPort),
  })
  const smtpPort = createSmtpPort({
    port,
    innerPort: await listen(server),
    onConnect() {
      activity.connections += 1
      changes.emit('changed')
    },
    onCleartext(text) {
      activity.cleartext += text
    },
    handle(socket) {
      state.behaviour.conversation?.(socket, onCommand)
      return state.behaviour.conversation !== undefined
    },
  })
  const setBehaviour = async (name: SmtpBehaviourName) => {
    state.behaviour = smtpBehaviours[name]
    const { certificate = 'right', size, away = false, asciiOnly = false } = state.behaviour
    server.updateSecureContext(certificates[certificate])
    server.options.size = size
    server.options.hideSMTPUTF8 = asciiOnly
    await (away ? smtpPort.close() : smtpPort.open())
  }
  await setBehaviour(behaviour)
  return {
    host: '127.0.0.1',
    port,
    ca: authority.cert,
    messages,
    getActivity: () => ({ ...activity, commands: [...activity.commands] }),
    setBehaviour,
    dropConnections: () => smtpPort.dropConnections(),
    async waitUntil(condition, timeoutMs = 10_000) {
      const signal = AbortSignal.timeout(timeoutMs)
      while (!condition()) {
        await once(changes, 'changed', { signal }).catch((cause: unknown) => {
          const seen = JSON.stringify({ ...activity, messages: messages.length }, null, 1)
          throw new Error(`The condition did not come true. Activity: ${seen}`, { cause })
        })
      }
    },
    async close() {
      await smtpPort.close()
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

async function createCertificates(
  authority: CertificateAuthority,
): Promise<Record<WrongCertificate | 'right', Certificate>> {
  return {
    right: await createMailCertificate({ authority }),
    'self-signed': await createMailCertificate(),
    'other-name': await createMailCertificate({ authority, names: ['other.test'] }),
    expired: await createMailCertificate({ authority, expired: true }),
  }
}
