import type { AttemptResult } from '../jobs/job.ts'

/** What became of a message, or of the attempt to reach the mail server. */
export type SmtpResult = AttemptResult

/** What nodemailer throws: its own code, the system's, and what the server answered. */
interface SmtpError extends Error {
  code?: string
  originalCode?: string
  command?: string
  response?: string
  responseCode?: number
}

/** Waits for nodemailer and says what it means. */
export async function toSmtpResult(sending: Promise<unknown>): Promise<SmtpResult> {
  try {
    await sending
    return { result: 'succeeded' }
  } catch (error) {
    const known = error instanceof Error ? (error as SmtpError) : new Error(String(error))
    return rules.map((rule) => rule(known)).find((result) => result) ?? unknown(known)
  }
}

type Rule = (error: SmtpError) => SmtpResult | undefined

/** The first that knows an error decides. */
const rules: readonly Rule[] = [
  loginRefused,
  tlsRefused,
  weRefused,
  answered,
  unreachable,
  refusedBeforehand,
]

/** A login that is wrong or missing: everybody's mail would meet it. */
function loginRefused({ code, responseCode, response }: SmtpError): SmtpResult | undefined {
  if (code !== 'EAUTH' && responseCode !== 530 && responseCode !== 535) return undefined
  if (responseCode !== undefined && responseCode < 500) {
    return paused(`The mail server cannot check the login at the moment${said(response)}`)
  }
  return paused(
    `The mail server does not accept the login${said(response)}. The operator of this service must check user and password`,
  )
}

const certificateTrouble =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|HOSTNAME_|ERR_SSL_)|^EPROTO$/

/** No TLS where it must be, or a certificate that nobody vouches for. */
function tlsRefused({ code, originalCode = '', message }: SmtpError): SmtpResult | undefined {
  if (code !== 'ETLS' && !certificateTrouble.test(originalCode)) return undefined
  if (/upgrading connection with STARTTLS/.test(message)) {
    return paused(
      'The mail server does not offer STARTTLS, and no mail may leave unencrypted. The operator of this service must use another port, or set SMTP_TLS to optional',
    )
  }
  // OpenSSL's words for an answer that is no TLS are for nobody.
  if (/wrong version number|packet length|tlsany_meth|tls_get_more/.test(message)) {
    return paused(
      'No encrypted connection to the mail server can be made: what it answers is no TLS. The operator of this service must begin SMTP_URL with smtp:// for a port that starts without, and with smtps:// for one that starts with TLS, mostly 465',
    )
  }
  const why = oneLine(message.replace(/^Error initiating TLS - /, ''))
  return paused(
    `No encrypted connection to the mail server can be made (${why}). The operator of this service must check the host name in SMTP_URL and the certificate of the server`,
  )
}

const aboutUs: Record<string, string> = {
  EHLO: 'this machine',
  HELO: 'this machine',
  'MAIL FROM': 'the sender of MAIL_FROM',
}

/** A refusal of ourselves, before the server has heard whom a mail is for: everybody's mail would meet it. */
function weRefused({
  responseCode = 0,
  response,
  command = '',
}: SmtpError): SmtpResult | undefined {
  const who = aboutUs[command]
  // 552 at this point is about the size that was announced (RFC 1870, 6.1), and 421 about the moment.
  if (who === undefined || responseCode < 500 || responseCode === 552) return undefined
  return paused(
    `The mail server does not accept ${who}${said(response)}. The operator of this service must see to it`,
  )
}

/** A refusal in the server's own words: 4yz may pass, 5yz stays (RFC 5321, 4.2.1). */
function answered({ responseCode, response, command }: SmtpError): SmtpResult | undefined {
  if (!responseCode) return undefined
  const reason = oneLine(response ?? String(responseCode))
  // Not yet about our message: the server has no time for anybody.
  const outage = command === 'CONN' || responseCode === 421
  const final = responseCode >= 500 && responseCode < 600 && !outage
  return { result: final ? 'failed' : 'retry', reason, outage }
}

const unreachableBecause: Record<string, string> = {
  ECONNREFUSED: 'it refuses the connection',
  ENOTFOUND: 'its name is not known',
  EDNS: 'its name is not known',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ECONNRESET: 'it hung up',
  ECONNECTION: 'it hung up',
  EPIPE: 'it hung up',
  ETIMEDOUT: 'it does not answer in time',
  EABORT: 'it does not answer in time',
}

/** Nobody there, or gone in the middle: nothing is known of the message. */
function unreachable({ code = '', originalCode = '' }: SmtpError): SmtpResult | undefined {
  const why = unreachableBecause[originalCode] ?? unreachableBecause[code]
  if (why === undefined && code !== 'ESOCKET') return undefined
  return {
    result: 'retry',
    reason: `The mail server cannot be used: ${why ?? 'the connection broke'}`,
    outage: true,
  }
}

/** Refused by nodemailer itself, before the server heard of it. */
function refusedBeforehand({ code, command, message }: SmtpError): SmtpResult | undefined {
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return undefined
  // What the server said to a whole message cannot be read: it may have it, or not.
  if (command === 'DATA') return unknown({ name: '', message })
  return { result: 'failed', reason: oneLine(message) }
}

function unknown({ message }: SmtpError): SmtpResult {
  return { result: 'retry', reason: oneLine(message), outage: true }
}

function paused(reason: string): SmtpResult {
  return { result: 'paused', reason, outage: true }
}

function said(response: string | undefined): string {
  return response ? `: ${oneLine(response).replace(/\.$/, '')}` : ''
}

/** A server's words on one line, of a length that people read. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
