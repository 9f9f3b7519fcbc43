import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Certificate } from '../origin-server.ts'
import type { SmtpBehaviour } from './smtp-behaviours.ts'

/** A message that the server has had as a whole. */
export interface TakenMessage {
  from: string
  /** The RCPTs. */
  to: string[]
  raw: Buffer
  at: Date
  /** Whether the server was going to tell the client that it has it. */
  acknowledged: boolean
}

/** How it feels at the moment; it may be changed at any time. */
export interface Mood {
  behaviour: SmtpBehaviour
  /** How long each answer waits while it is slow, in milliseconds. */
  delay: number
}

/** What the server is given, and whom it tells. */
interface Surroundings {
  auth: { user: string; password: string } | undefined
  tls: Certificate & { secure: boolean }
  heard: (line: string) => void
  took: (message: TakenMessage) => void
  hangUp: (remotePort: number) => void
}

type Refused = Error & { responseCode: number }
type Give = (refused?: Refused) => void
type Step = 'greeting' | 'auth' | 'mail' | 'rcpt' | 'data'

/** An SMTP server that nobody can reach yet, and that looks at the mood before each answer. */
export function makeMoodyServer(mood: Mood, surroundings: Surroundings): SMTPServer {
  const { auth, tls, heard } = surroundings
  const answer = (step: Step, give: Give) => {
    const said = mood.behaviour[step]
    const refused = said && refusal(...said)
    if (mood.behaviour.slow) setTimeout(give, mood.delay, refused).unref()
    else give(refused)
  }
  const server = new SMTPServer({
    ...tls,
    name: 'mail.wallet.test',
    disableReverseLookup: true,
    rejectOversized: true,
    authOptional: auth === undefined,
    logger: listener(heard),
    onConnect(session, callback) {
      const { withholds = [] } = mood.behaviour
      session.disabledCommands = auth === undefined ? [...withholds, 'AUTH'] : withholds
      answer('greeting', callback)
    },
    onAuth({ username, password }, _session, callback) {
      const isRight = username === auth?.user && password === auth?.password
      answer('auth', (refused) => callback(refused, isRight ? { user: username } : {}))
    },
    onMailFrom: (_address, _session, callback) => answer('mail', callback),
    onRcptTo({ address }, _session, callback) {
      const isForeign = mood.behaviour.asciiOnly && /[^ -~]/.test(address)
      if (isForeign) callback(refusal(553, '5.6.7 Addresses must be ASCII'))
      else answer('rcpt', callback)
    },
    async onData(stream, session, callback) {
      const { message } = mood.behaviour
      const hangUp = () => surroundings.hangUp(session.remotePort)
      if (message === 'drop-in') return void stream.once('data', hangUp)
      const raw = await allOf(stream)
      if (raw === undefined) return
      if (mood.behaviour.data === undefined && !stream.sizeExceeded) {
        surroundings.took(taken(raw, session, message === undefined))
      }
      if (message === 'drop-after') hangUp()
      else if (message === undefined) answer('data', callback)
    },
  })
  // A client that hangs up is no trouble of ours.
  server.on('error', () => {})
  return server
}

function refusal(responseCode: number, words: string): Refused {
  return Object.assign(new Error(words), { responseCode })
}

function taken(raw: Buffer, { envelope }: SMTPServerSession, acknowledged: boolean): TakenMessage {
  const { mailFrom, rcptTo } = envelope
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw,
    at: new Date(),
    acknowledged,
  }
}

/** The whole message, or nothing when the client went away before its end. */
async function allOf(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  }
}

/** The server tells its logger of each command, with what is secret in it left out. */
function listener(heard: (line: string) => void) {
  const ignore = () => {}
  return {
    trace: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
    debug(entry: { tnx?: string }, _words: string, line: string) {
      if (entry.tnx === 'command') heard(line)
    },
  }
}
