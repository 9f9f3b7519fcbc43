import { connect } from 'node:net'

/** A mailbox on an IMAP server of 127.0.0.1. */
export interface Mailbox {
  port: number
  user: string
  password: string
}

/** Reads all messages of a mailbox over IMAP, oldest first, without marking them as read. */
export async function readMailbox({ port, user, password }: Mailbox): Promise<Buffer[]> {
  const reply = await sendCommands(port, [
    `LOGIN ${quote(user)} ${quote(password)}`,
    'SELECT INBOX',
    'FETCH 1:* BODY.PEEK[]',
    'LOGOUT',
  ])
  const { lines, literals } = parseReply(reply)
  const isEmpty = lines.includes('* 0 EXISTS')
  const refusal = lines.find((line) => /^t\d (?!OK)/.test(line) && !(isEmpty && /^t2/.test(line)))
  if (refusal !== undefined) throw new Error(`The IMAP server refused: ${refusal}`)
  return literals
}

/** Sends all commands at once and returns everything until the server closes the connection. */
async function sendCommands(port: number, commands: string[]): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setTimeout(10_000, () => socket.destroy(new Error('The IMAP server does not respond.')))
  socket.write(commands.map((command, index) => `t${index} ${command}\r\n`).join(''))
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Splits a reply into lines and literals: a line that ends with {n} is followed by n bytes. */
function parseReply(reply: Buffer): { lines: string[]; literals: Buffer[] } {
  const lines: string[] = []
  const literals: Buffer[] = []
  for (let at = 0; at < reply.length; ) {
    const end = reply.indexOf('\r\n', at)
    const line = reply.toString('utf8', at, end === -1 ? reply.length : end)
    at = end === -1 ? reply.length : end + 2
    lines.push(line)
    const length = Number(/\{(\d+)\}$/.exec(line)?.[1] ?? -1)
    if (length < 0) continue
    literals.push(reply.subarray(at, at + length))
    at += length
  }
  return { lines, literals }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
