import { connect } from 'node:net'

/** Whose mailbox, and on which IMAP server of 127.0.0.1. */
export interface Mailbox {
  port: number
  user: string
  password: string
}

/** Every message of a mailbox over IMAP, as its bytes, oldest first; reading marks nothing as read. */
export async function readMailbox({ port, user, password }: Mailbox): Promise<Buffer[]> {
  const answer = await converse(port, [
    `LOGIN ${quoted(user)} ${quoted(password)}`,
    'SELECT INBOX',
    'FETCH 1:* BODY.PEEK[]',
    'LOGOUT',
  ])
  const { lines, literals } = divide(answer)
  const isEmpty = lines.includes('* 0 EXISTS')
  const refusal = lines.find((line) => /^t\d (?!OK)/.test(line) && !(isEmpty && /^t2/.test(line)))
  if (refusal !== undefined) throw new Error(`The IMAP server refused: ${refusal}`)
  return literals
}

/** Sends all commands at once and gives what came back until the server hung up. */
async function converse(port: number, commands: string[]): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setTimeout(10_000, () => socket.destroy(new Error('The IMAP server is silent.')))
  socket.write(commands.map((command, index) => `t${index} ${command}\r\n`).join(''))
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A line that ends with a number in braces is followed by so many bytes, which may say anything. */
function divide(answer: Buffer): { lines: string[]; literals: Buffer[] } {
  const lines: string[] = []
  const literals: Buffer[] = []
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\r\n', at)
    const line = answer.toString('utf8', at, end === -1 ? answer.length : end)
    at = end === -1 ? answer.length : end + 2
    lines.push(line)
    const length = Number(/\{(\d+)\}$/.exec(line)?.[1] ?? -1)
    if (length < 0) continue
    literals.push(answer.subarray(at, at + length))
    at += length
  }
  return { lines, literals }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
