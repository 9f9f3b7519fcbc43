import { execFileSync } from 'node:child_process'
import { ensureDebianPackages } from '../run/debian.ts'

const skipped = 'sending through a real Postfix and reading back over IMAP'

/** Returns whether `startMailServer` works here, after installing Postfix and Dovecot if necessary; prints the reason if not. */
export async function ensureMailServer(): Promise<boolean> {
  if (process.getuid?.() !== 0) {
    console.info(`Skipped: ${skipped}. Only root can start Postfix.`)
    return false
  }
  const packages = ['postfix', 'dovecot-imapd', 'dovecot-lmtpd']
  const debconfAnswers = ['postfix postfix/main_mailer_type select No configuration']
  if (!(await ensureDebianPackages(packages, skipped, debconfAnswers))) return false
  const version = execFileSync('dovecot', ['--version'], { encoding: 'utf8' }).trim()
  if (version.startsWith('2.3.')) return true
  // Dovecot 2.4 (Debian 13) has another format of settings.
  console.info(`Skipped: ${skipped}. It needs Dovecot 2.3; this is ${version}.`)
  return false
}
