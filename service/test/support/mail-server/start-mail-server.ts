import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import PostalMime, { type Email } from 'postal-mime'
import { findFreePort } from '../environment/free-port.ts'
import { createCertificateAuthority } from '../http/origin-server.ts'
import { createMailCertificate } from '../smtp/certificates.ts'
import {
  buildMailServerFiles,
  defaultRefusals,
  idnDomain,
  type MailServerSettings,
  mailDomain,
  unicodeMailbox,
  unprivilegedUser,
} from './mail-server-files.ts'
import { readMailbox } from './read-mailbox.ts'
import { type Refusals, startRefusalPolicy } from './refusal-policy.ts'

/** A message in a mailbox. */
export interface Mail {
  raw: Buffer
  parsed: Email
  /** The address of the RCPT command, from the header that the server added. */
  deliveredTo: string
}

/** A real Postfix and Dovecot that deliver only to themselves. */
export interface MailServer {
  host: string
  smtpPort: number
  imapPort: number
  /** The login for sending, after STARTTLS. */
  user: string
  password: string
  /** The certificate to trust, as PEM and as a file. */
  ca: string
  caFile: string
  /** Every address of these domains has a mailbox. */
  domain: string
  idnDomain: string
  /** The addresses that it refuses at RCPT, and the replies; may be changed at any time. */
  refusals: Refusals
  /** Returns the messages for an address, oldest first. */
  inbox(address: string): Promise<Mail[]>
  /** Like inbox, but waits until there are `count` messages; throws with the server's log after `timeoutMs`. */
  waitForMail(address: string, count?: number, timeoutMs?: number): Promise<Mail[]>
  /** Returns all addresses in RCPT commands, also the refused ones. */
  recipients(): string[]
  /** Returns the logs of Postfix and Dovecot. */
  log(): string
  /** Stops both and deletes everything. This also happens when the process that started them ends, however it ends. */
  stop(): Promise<void>
}

/**
 * Both run below a shell that has its own session and reads a pipe that only the tests hold open. When the pipe closes, it stops them and
 * deletes their files. Postfix writes its process id only after a while and cannot be stopped before.
 */
const supervisor = `
trap '' PIPE
trap 'rm -rf "\${MAIL:?}"' EXIT
postfix -c "$MAIL/postfix" start-fg & postfix=$!
dovecot -F -c "$MAIL/dovecot.conf" & dovecot=$!
while read -r _; do :; done
while kill -0 "$postfix" && [ ! -s "$MAIL/queue/pid/master.pid" ]; do sleep 0.05; done
kill $(cat "$MAIL/queue/pid/master.pid") "$dovecot"
wait`

/** Starts a mail server on free ports of 127.0.0.1; call ensureMailServer first. */
export async function startMailServer(): Promise<MailServer> {
  const folder = mkdtempSync(join(tmpdir(), 'passwright-mail-'))
  const settings = {
    folder,
    smtpPort: await findFreePort(),
    imapPort: await findFreePort(),
    password: randomBytes(12).toString('hex'),
  }
  const authority = await createCertificateAuthority()
  const certificate = await createMailCertificate({ authority })
  writeFiles(folder, {
    ...buildMailServerFiles(settings),
    'certificate.pem': `${certificate.key}\n${certificate.cert}\n`,
    'ca.pem': authority.cert,
  })
  const refusals: Refusals = new Map(defaultRefusals)
  const policy = await startRefusalPolicy(join(folder, 'policy'), refusals)
  const child = spawn('/bin/sh', ['-c', supervisor], {
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
  const inbox = (address: string) => readInbox(settings, address)
  const waitForMail = async (address: string, count = 1, timeoutMs = 10_000) => {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const mails = await inbox(address)
      if (mails.length >= count) return mails
      if (performance.now() > deadline) {
        throw new Error(`${mails.length} of ${count} messages arrived for ${address}:\n${log()}`)
      }
      await pause(60)
    }
  }
  try {
    await Promise.all(
      [settings.smtpPort, settings.imapPort].map((port) => waitForGreeting(port, child)),
    )
  } catch (error) {
    const output = log()
    await stop()
    throw new Error(`The mail server did not start:\n${output}`, { cause: error })
  }
  return {
    host: '127.0.0.1',
    smtpPort: settings.smtpPort,
    imapPort: settings.imapPort,
    user: `press@${mailDomain}`,
    password: settings.password,
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
  chownSync(join(folder, 'mail'), unprivilegedUser.uid, unprivilegedUser.gid)
  execFileSync('chown', ['postfix', join(folder, 'postfix-data')])
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

async function readInbox(settings: MailServerSettings, address: string): Promise<Mail[]> {
  const isPlain = /^[ -~]*$/.test(address)
  const user = isPlain ? address : unicodeMailbox
  const raws = await readMailbox({ port: settings.imapPort, user, password: settings.password })
  const mails = await Promise.all(
    raws.map(async (raw) => {
      const parsed = await PostalMime.parse(raw)
      const deliveredTo = parsed.headers.find(({ key }) => key === 'delivered-to')?.value ?? ''
      return { raw, parsed, deliveredTo: deliveredTo.replace(/^<|>$/g, '') }
    }),
  )
  return mails.filter(({ deliveredTo }) => isPlain || deliveredTo === address)
}

/** Reads a log without the lines that our own reading of mailboxes adds. */
function readLog(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8').replace(/^.{15} imap.*: Info: .*\n/gm, '')
  } catch {
    return `There is no ${name}.\n`
  }
}

/** Waits until a server on this port sends its greeting. */
async function waitForGreeting(port: number, supervisor: ChildProcess): Promise<void> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline && supervisor.exitCode === null) {
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
  throw new Error(`No server greets on port ${port}.`)
}
