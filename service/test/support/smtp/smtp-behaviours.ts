import type { Socket } from 'node:net'

/** A refusal: the SMTP code and its text. */
type Refusal = readonly [code: number, text: string]

/** How a mail server misbehaves; what is absent works. */
export interface SmtpBehaviour {
  /** The port is closed. */
  away?: boolean
  /** Handles the connection in place of the real server; calls `onCommand` with each line of the client. */
  conversation?: (socket: Socket, onCommand: (line: string) => void) => void
  /** The wrong certificate that it presents. */
  certificate?: WrongCertificate
  /** Commands that it neither offers nor accepts. */
  withheldCommands?: string[]
  /** The SIZE that it announces, in bytes. */
  size?: number
  /** It refuses addresses beyond ASCII. */
  asciiOnly?: boolean
  /** It waits `delayMs` before each reply. */
  slow?: boolean
  greeting?: Refusal
  auth?: Refusal
  mail?: Refusal
  rcpt?: Refusal
  data?: Refusal
  /** Closes the connection during the message, or after it without a reply; or never replies. */
  message?: 'drop-in' | 'drop-after' | 'hang-after'
}

/** What can be wrong with a server's certificate. */
export type WrongCertificate = 'self-signed' | 'other-name' | 'expired'

const blocked = '550 5.7.1 On a block list'

/** The behaviours by name; a bare code is the reply to RCPT or to the message, as the table says. */
export const smtpBehaviours = {
  good: {},
  refused: { away: true },
  silent: { conversation: () => {} },
  slow: { slow: true },
  drip: { conversation: sendSlowly },
  'drop-at-greeting': { conversation: (socket) => socket.destroy() },
  'drop-in-data': { message: 'drop-in' },
  'drop-after-data': { message: 'drop-after' },
  'hang-after-data': { message: 'hang-after' },
  '421': { greeting: [421, '4.3.2 Too busy, please come back later'] },
  '421-at-rcpt': { rcpt: [421, '4.3.2 Shutting down'] },
  '450': { rcpt: [450, '4.2.0 Greylisted, please try again later'] },
  '452': { rcpt: [452, '4.2.2 Mailbox full'] },
  '550': { rcpt: [550, '5.1.1 No such user here'] },
  '552': { rcpt: [552, '5.2.2 Mailbox over its quota'] },
  '451': { data: [451, '4.3.0 Local error, please try again'] },
  '554': { data: [554, '5.7.1 Message looks like spam'] },
  '550-at-ehlo': { conversation: replyFromScript({ EHLO: blocked, HELO: blocked }) },
  '550-at-mail': { mail: [550, '5.7.1 Sender not allowed'] },
  '451-at-mail': { mail: [451, '4.7.1 Too many messages, slow down'] },
  '535': { auth: [535, '5.7.8 Authentication credentials invalid'] },
  '454-at-auth': { auth: [454, '4.7.0 Temporary authentication failure'] },
  'small-size': { size: 1_000 },
  'no-smtputf8': { asciiOnly: true },
  'no-starttls': { withheldCommands: ['STARTTLS'] },
  'no-auth': { withheldCommands: ['AUTH'] },
  'starttls-refused': {
    conversation: replyFromScript({ STARTTLS: '454 4.7.0 TLS not available' }),
  },
  'starttls-broken': {
    conversation: replyFromScript({ STARTTLS: '220 Go ahead' }, '500 What is this?'),
  },
  'starttls-silent': { conversation: replyFromScript({ STARTTLS: '220 Go ahead' }) },
  'bad-certificate': { certificate: 'self-signed' },
  'other-certificate': { certificate: 'other-name' },
  'expired-certificate': { certificate: 'expired' },
} satisfies Record<string, SmtpBehaviour>

/** A name of the table. */
export type SmtpBehaviourName = keyof typeof smtpBehaviours

/** Sends a greeting byte by byte that never ends. */
function sendSlowly(socket: Socket): void {
  const timer = setInterval(() => socket.write('2'), 20)
  socket.once('close', () => clearInterval(timer))
}

const defaultReplies: Record<string, string> = {
  EHLO: '250-mail.wallet.test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS',
  AUTH: '235 2.7.0 Accepted',
  DATA: '354 Go on',
  QUIT: '221 Bye',
}

/** Offers STARTTLS and AUTH and always sends the same reply to a command; `toHandshake` is the reply to a TLS handshake. */
function replyFromScript(
  replies: Record<string, string>,
  toHandshake?: string,
): NonNullable<SmtpBehaviour['conversation']> {
  return (socket, onCommand) => {
    const all = { ...defaultReplies, ...replies }
    let rest = ''
    socket.write('220 mail.wallet.test ESMTP\r\n')
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (text.startsWith('\x16')) return void (toHandshake && socket.write(`${toHandshake}\r\n`))
      const lines = (rest + text).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        onCommand(line)
        const command = line.split(' ', 1)[0]?.toUpperCase() ?? ''
        socket.write(`${all[command] ?? '250 OK'}\r\n`)
      }
    })
  }
}
