import { execFileSync } from 'node:child_process'
import { ensureDebianPackages } from '../debian.ts'

const leftOut = 'sending through a real Postfix and reading back over IMAP'

/** Whether `startMailServer` can work here: Postfix and Dovecot are there, and we are root. */
export async function ensureMailServer(): Promise<boolean> {
  if (process.getuid?.() !== 0) {
    console.info(`Left out: ${leftOut}. Only root can start Postfix.`)
    return false
  }
  const packages = ['postfix', 'dovecot-imapd', 'dovecot-lmtpd']
  const unasked = ['postfix postfix/main_mailer_type select No configuration']
  if (!(await ensureDebianPackages(packages, leftOut, unasked))) return false
  const version = execFileSync('dovecot', ['--version'], { encoding: 'utf8' }).trim()
  if (version.startsWith('2.3.')) return true
  // Dovecot 2.4 (Debian 13) reads another kind of settings.
  console.info(`Left out: ${leftOut}. It needs Dovecot 2.3, here is ${version}.`)
  return false
}
