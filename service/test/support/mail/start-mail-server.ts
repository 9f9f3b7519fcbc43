import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import PostalMime, { type Email } from 'postal-mime'
import { quietPort } from '../free-port.ts'
import { makeAuthority } from '../origin-server.ts'
import { makeMailCertificate } from './certificates.ts'
import {
  firstRefusals,
  idnDomain,
  type MailServerPlace,
  mailDomain,
  mailServerFiles,
  nobody,
  unicodeMailbox,
} from './mail-server-files.ts'
import { readMailbox } from './read-mailbox.ts'
import { type Refusals, startRefusalPolicy } from './refusal-policy.ts'

/** A message as it lies in a mailbox. */
export interface Mail {
  raw: Buffer
  parsed: Email
  /** The address of its RCPT, which the server wrote down when it delivered it. */
  deliveredTo: string
}

/** A real Postfix and Dovecot that nothing can leave. */
export interface MailServer {
  host: string
  smtpPort: number
  imapPort: number
  /** Who may send, after STARTTLS. */
  user: string
  password: string
  /** The certificate to trust, as PEM, and a file that holds it. */
  ca: string
  caFile: string
  /** Every address of these domains has a mailbox. */
  domain: string
  idnDomain: string
  /** Whom it refuses at RCPT, and how; to be changed at will. */
  refusals: Refusals
  /** What has arrived for an address, oldest first. */
  inbox(address: string): Promise<Mail[]>
  /** As inbox, once there are so many; throws with the server's log when they do not come. */
  waitForMail(address: string, howMany?: number, timeout?: number): Promise<Mail[]>
  /** Every address that somebody asked this server to deliver to, also where it was refused. */
  recipients(): string[]
  /** What Postfix and Dovecot have written down. */
  log(): string
  /** Ends both and deletes everything. It happens by itself when the process that started it ends, however that ends. */
  stop(): Promise<void>
}

/**
 * Both run below a shell that waits for a pipe which only the tests hold open, and that has a session of its own. When the pipe ends, it
 * ends them and deletes their files. Postfix writes down its process only after a while, and cannot be ended before.
 */
const keeper = `
trap '' PIPE
trap 'rm -rf "\${MAIL:?}"' EXIT
postfix -c "$MAIL/postfix" start-fg & postfix=$!
dovecot -F -c "$MAIL/dovecot.conf" & dovecot=$!
while read -r _; do :; done
while kill -0 "$postfix" && [ ! -s "$MAIL/queue/pid/master.pid" ]; do sleep 0.05; done
kill $(cat "$MAIL/queue/pid/master.pid") "$dovecot"
wait`

/** Starts a mail server of one's own on free ports of 127.0.0.1; ask ensureMailServer first whether that works here. */
export async function startMailServer(): Promise<MailServer> {
  const folder = mkdtempSync(join(tmpdir(), 'passwright-mail-'))
  const place = {
    folder,
    smtpPort: await quietPort(),
    imapPort: await quietPort(),
    password: randomBytes(12).toString('hex'),
  }
  const authority = await makeAuthority()
  const certificate = await makeMailCertificate({ authority })
  writeFiles(folder, {
    ...mailServerFiles(place),
    'certificate.pem': `${certificate.key}\n${certificate.cert}\n`,
    'ca.pem': authority.cert,
  })
  const refusals: Refusals = new Map(firstRefusals)
  const policy = await startRefusalPolicy(join(folder, 'policy'), refusals)
  const child = spawn('/bin/sh', ['-c', keeper], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', MAIL: folder },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const log = () => readLog(folder, 'postfix.log') + readLog(folder, 'dovecot.log')
  const stop = async () => {
    policy.close()
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
  }
  const inbox = (address: string) => readInbox(place, address)
  const waitForMail = async (address: string, howMany = 1, timeout = 10_000) => {
    const deadline = performance.now() + timeout
    for (;;) {
      const mails = await inbox(address)
      if (mails.length >= howMany) return mails
      if (performance.now() > deadline) {
        throw new Error(`${mails.length} of ${howMany} mails came for ${address}:\n${log()}`)
      }
      await pause(60)
    }
  }
  try {
    await Promise.all([place.smtpPort, place.imapPort].map((port) => untilGreeted(port, child)))
  } catch (error) {
    const words = log()
    await stop()
    throw new Error(`The mail server did not start:\n${words}`, { cause: error })
  }
  return {
    host: '127.0.0.1',
    smtpPort: place.smtpPort,
    imapPort: place.imapPort,
    user: `press@${mailDomain}`,
    password: place.password,
    ca: authority.cert,
    caFile: join(folder, 'ca.pem'),
    domain: mailDomain,
    idnDomain,
    refusals,
    inbox,
    waitForMail,
    recipients: () => [
      ...new Set(Array.from(log().matchAll(/ to=<([^>]*)>/g), ([, to = '']) => to)),
    ],
    log,
    stop,
  }
}

function writeFiles(folder: string, files: Record<string, string>): void {
  chmodSync(folder, 0o755)
  for (const name of ['queue', 'postfix-data', 'mail']) mkdirSync(join(folder, name))
  chownSync(join(folder, 'mail'), nobody.uid, nobody.gid)
  execFileSync('chown', ['postfix', join(folder, 'postfix-data')])
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

async function readInbox(place: MailServerPlace, address: string): Promise<Mail[]> {
  const isPlain = /^[ -~]*$/.test(address)
  const user = isPlain ? address : unicodeMailbox
  const raws = await readMailbox({ port: place.imapPort, user, password: place.password })
  const mails = await Promise.all(
    raws.map(async (raw) => {
      const parsed = await PostalMime.parse(raw)
      const deliveredTo = parsed.headers.find(({ key }) => key === 'delivered-to')?.value ?? ''
      return { raw, parsed, deliveredTo: deliveredTo.replace(/^<|>$/g, '') }
    }),
  )
  return mails.filter(({ deliveredTo }) => isPlain || deliveredTo === address)
}

/** Without what our own reading makes Dovecot write. */
function readLog(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8').replace(/^.{15} imap.*: Info: .*\n/gm, '')
  } catch {
    return `${name} is not there.\n`
  }
}

/** Waits until a server on this port says its first words. */
async function untilGreeted(port: number, keeper: ChildProcess): Promise<void> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline && keeper.exitCode === null) {
    const socket = connect({ port, host: '127.0.0.1' })
    try {
      await once(socket, 'data', { signal: AbortSignal.timeout(1_000) })
      return
    } catch {
      await pause(30)
    } finally {
      socket.destroy()
    }
  }
  throw new Error(`Nobody greets on port ${port}.`)
}
