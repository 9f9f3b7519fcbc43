import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Certificate } from '../http/origin-server.ts'
import type { SmtpBehaviour } from './smtp-behaviours.ts'

/** A message that the server received completely. */
export interface ReceivedMessage {
  from: string
  /** The recipients of the RCPT commands. */
  to: string[]
  raw: Buffer
  at: Date
  /** Whether the server was about to acknowledge it. */
  acknowledged: boolean
}

/** How the server behaves now; may change at any time. */
export interface BehaviourState {
  behaviour: SmtpBehaviour
  /** How long a slow server waits before each reply, in milliseconds. */
  delayMs: number
}

interface FailingSmtpServerOptions {
  auth: { user: string; password: string } | undefined
  tls: Certificate & { secure: boolean }
  onCommand: (line: string) => void
  onMessage: (message: ReceivedMessage) => void
  dropConnection: (remotePort: number) => void
}

type Refused = Error & { responseCode: number }
type Reply = (refusal?: Refused) => void
type Step = 'greeting' | 'auth' | 'mail' | 'rcpt' | 'data'

/** Creates an SMTP server, not listening yet, that looks at `state` before each reply. */
export function createFailingSmtpServer(
  state: BehaviourState,
  options: FailingSmtpServerOptions,
): SMTPServer {
  const { auth, tls, onCommand } = options
  const respond = (step: Step, reply: Reply) => {
    const configured = state.behaviour[step]
    const refusal = configured && createRefusal(...configured)
    if (state.behaviour.slow) setTimeout(reply, state.delayMs, refusal).unref()
    else reply(refusal)
  }
  const server = new SMTPServer({
    ...tls,
    name: 'mail.wallet.test',
    disableReverseLookup: true,
    rejectOversized: true,
    authOptional: auth === undefined,
    logger: createCommandLogger(onCommand),
    onConnect(session, callback) {
      const { withheldCommands = [] } = state.behaviour
      session.disabledCommands =
        auth === undefined ? [...withheldCommands, 'AUTH'] : withheldCommands
      respond('greeting', callback)
    },
    onAuth({ username, password }, _session, callback) {
      const isRight = username === auth?.user && password === auth?.password
      respond('auth', (refusal) => callback(refusal, isRight ? { user: username } : {}))
    },
    onMailFrom: (_address, _session, callback) => respond('mail', callback),
    onRcptTo({ address }, _session, callback) {
      const isUnsupported = state.behaviour.asciiOnly && /[^ -~]/.test(address)
      if (isUnsupported) callback(createRefusal(553, '5.6.7 Addresses must be ASCII'))
      else respond('rcpt', callback)
    },
    async onData(stream, session, callback) {
      const { message } = state.behaviour
      const dropConnection = () => options.dropConnection(session.remotePort)
      if (message === 'drop-in') return void stream.once('data', dropConnection)
      const raw = await readMessage(stream)
      if (raw === undefined) return
      if (state.behaviour.data === undefined && !stream.sizeExceeded) {
        options.onMessage(toReceivedMessage(raw, session, message === undefined))
      }
      if (message === 'drop-after') dropConnection()
      else if (message === undefined) respond('data', callback)
    },
  })
  // A client may close the connection at any time.
  server.on('error', () => {})
  return server
}

function createRefusal(responseCode: number, text: string): Refused {
  return Object.assign(new Error(text), { responseCode })
}

function toReceivedMessage(
  raw: Buffer,
  { envelope }: SMTPServerSession,
  acknowledged: boolean,
): ReceivedMessage {
  const { mailFrom, rcptTo } = envelope
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw,
    at: new Date(),
    acknowledged,
  }
}

/** Reads the whole message; undefined if the client disconnects before its end. */
async function readMessage(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  }
}

/** Creates a logger that receives each command of the client, without its secrets. */
function createCommandLogger(onCommand: (line: string) => void) {
  const ignore = () => {}
  return {
    trace: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
    debug(entry: { tnx?: string }, _text: string, line: string) {
      if (entry.tnx === 'command') onCommand(line)
    },
  }
}
