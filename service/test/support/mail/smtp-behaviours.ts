import type { Socket } from 'node:net'

/** A refusal: the SMTP code and the words after it. */
type Refusal = readonly [code: number, words: string]

/** How a mail server behaves. What is absent is done right. */
export interface SmtpBehaviour {
  /** Nobody listens on the port. */
  away?: boolean
  /** Talks to the client in place of the right server, and is told each line that it hears. */
  conversation?: (socket: Socket, heard: (line: string) => void) => void
  /** Which wrong certificate it shows. */
  certificate?: WrongCertificate
  /** Commands that it neither offers nor knows. */
  withholds?: string[]
  /** The largest message that it says it takes. */
  size?: number
  /** Addresses have to be ASCII. */
  asciiOnly?: boolean
  /** Answers wait for the server's `delay`. */
  slow?: boolean
  greeting?: Refusal
  auth?: Refusal
  mail?: Refusal
  rcpt?: Refusal
  data?: Refusal
  /** Closes the socket as soon as some of the message is there, or all of it without an answer; or never answers. */
  message?: 'drop-in' | 'drop-after' | 'hang-after'
}

/** What can be wrong with a server's certificate. */
export type WrongCertificate = 'self-signed' | 'other-name' | 'expired'

const blocked = '550 5.7.1 On a block list'

/** By these names a server is told how to behave; where a bare code stands for a RCPT or a message, the step is in the table. */
export const smtpBehaviours = {
  good: {},
  refused: { away: true },
  silent: { conversation: () => {} },
  slow: { slow: true },
  drip: { conversation: drip },
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
  '550-at-ehlo': { conversation: recite({ EHLO: blocked, HELO: blocked }) },
  '550-at-mail': { mail: [550, '5.7.1 Sender not allowed'] },
  '451-at-mail': { mail: [451, '4.7.1 Too many messages, slow down'] },
  '535': { auth: [535, '5.7.8 Authentication credentials invalid'] },
  '454-at-auth': { auth: [454, '4.7.0 Temporary authentication failure'] },
  'small-size': { size: 1_000 },
  'no-smtputf8': { asciiOnly: true },
  'no-starttls': { withholds: ['STARTTLS'] },
  'no-auth': { withholds: ['AUTH'] },
  'starttls-refused': { conversation: recite({ STARTTLS: '454 4.7.0 TLS not available' }) },
  'starttls-broken': { conversation: recite({ STARTTLS: '220 Go ahead' }, '500 What is this?') },
  'starttls-silent': { conversation: recite({ STARTTLS: '220 Go ahead' }) },
  'bad-certificate': { certificate: 'self-signed' },
  'other-certificate': { certificate: 'other-name' },
  'expired-certificate': { certificate: 'expired' },
} satisfies Record<string, SmtpBehaviour>

/** A name of the table. */
export type SmtpBehaviourName = keyof typeof smtpBehaviours

/** A greeting of which a byte comes now and then, and which never ends. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('2'), 20)
  socket.once('close', () => clearInterval(timer))
}

const recited: Record<string, string> = {
  EHLO: '250-mail.wallet.test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS',
  AUTH: '235 2.7.0 Accepted',
  DATA: '354 Go on',
  QUIT: '221 Bye',
}

/** Offers STARTTLS and AUTH, and says the same to a command each time, whatever came before; the last word is for a TLS handshake. */
function recite(
  answers: Record<string, string>,
  toHandshake?: string,
): NonNullable<SmtpBehaviour['conversation']> {
  return (socket, heard) => {
    const all = { ...recited, ...answers }
    let rest = ''
    socket.write('220 mail.wallet.test ESMTP\r\n')
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (text.startsWith('\x16')) return void (toHandshake && socket.write(`${toHandshake}\r\n`))
      const lines = (rest + text).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        heard(line)
        const command = line.split(' ', 1)[0]?.toUpperCase() ?? ''
        socket.write(`${all[command] ?? '250 OK'}\r\n`)
      }
    })
  }
}
