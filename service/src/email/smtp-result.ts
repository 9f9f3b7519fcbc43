import type { AttemptResult } from '../jobs/job.ts'

/** The result of sending a message, or of checking the mail server. */
export type SmtpResult = AttemptResult

/** What nodemailer throws: its own code, the system's, and the server's response. */
interface SmtpError extends Error {
  code?: string
  originalCode?: string
  command?: string
  response?: string
  responseCode?: number
}

/** Converts the outcome of a nodemailer call to a result; never throws. */
export async function toSmtpResult(sending: Promise<unknown>): Promise<SmtpResult> {
  try {
    await sending
    return { result: 'succeeded' }
  } catch (error) {
    const smtpError = error instanceof Error ? (error as SmtpError) : new Error(String(error))
    return (
      classifiers.map((classify) => classify(smtpError)).find((result) => result) ??
      toUnknownResult(smtpError)
    )
  }
}

type Classifier = (error: SmtpError) => SmtpResult | undefined

/** The first one that returns a result decides. */
const classifiers: readonly Classifier[] = [
  classifyLoginError,
  classifyTlsError,
  classifySenderError,
  classifyResponse,
  classifyConnectionError,
  classifyMessageError,
]

/** A wrong or missing login affects every email, so it pauses the queue. */
function classifyLoginError({ code, responseCode, response }: SmtpError): SmtpResult | undefined {
  if (code !== 'EAUTH' && responseCode !== 530 && responseCode !== 535) return undefined
  if (responseCode !== undefined && responseCode < 500) {
    return toPausedResult(
      `The mail server cannot check the login at the moment${quoteResponse(response)}`,
    )
  }
  return toPausedResult(
    `The mail server does not accept the login${quoteResponse(response)}. The operator of this service must check user and password`,
  )
}

const certificateErrorCode =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|HOSTNAME_|ERR_SSL_)|^EPROTO$/

/** TLS is required but missing, or the certificate is not trusted. */
function classifyTlsError({ code, originalCode = '', message }: SmtpError): SmtpResult | undefined {
  if (code !== 'ETLS' && !certificateErrorCode.test(originalCode)) return undefined
  if (/upgrading connection with STARTTLS/.test(message)) {
    return toPausedResult(
      'The mail server does not offer STARTTLS, and no mail may leave unencrypted. The operator of this service must use another port, or set SMTP_TLS to optional',
    )
  }
  // OpenSSL's messages for a response that is not TLS do not help an operator.
  if (/wrong version number|packet length|tlsany_meth|tls_get_more/.test(message)) {
    return toPausedResult(
      'No encrypted connection to the mail server can be made: its response is not TLS. The operator of this service must begin SMTP_URL with smtps:// for a port that starts with TLS (usually 465), and with smtp:// for any other',
    )
  }
  const detail = toShortLine(message.replace(/^Error initiating TLS - /, ''))
  return toPausedResult(
    `No encrypted connection to the mail server can be made (${detail}). The operator of this service must check the host name in SMTP_URL and the certificate of the server`,
  )
}

const rejectedByCommand: Record<string, string> = {
  EHLO: 'this machine',
  HELO: 'this machine',
  'MAIL FROM': 'the sender of MAIL_FROM',
}

/** A rejection before the server knows the recipient affects every email, so it pauses the queue. */
function classifySenderError({
  responseCode = 0,
  response,
  command = '',
}: SmtpError): SmtpResult | undefined {
  const rejected = rejectedByCommand[command]
  // 552 is about the announced size of this message (RFC 1870, 6.1).
  if (rejected === undefined || responseCode < 500 || responseCode === 552) return undefined
  return toPausedResult(
    `The mail server does not accept ${rejected}${quoteResponse(response)}. The operator of this service must fix this`,
  )
}

/** Any other error response: 4yz is temporary, 5yz permanent (RFC 5321, 4.2.1). */
function classifyResponse({ responseCode, response, command }: SmtpError): SmtpResult | undefined {
  if (!responseCode) return undefined
  const reason = toShortLine(response ?? String(responseCode))
  // 421, or an error on connecting, is about the server and not about this message.
  const outage = command === 'CONN' || responseCode === 421
  const isPermanent = responseCode >= 500 && responseCode < 600 && !outage
  return { result: isPermanent ? 'failed' : 'retry', reason, outage }
}

const connectionErrors: Record<string, string> = {
  ECONNREFUSED: 'it refuses the connection',
  ENOTFOUND: 'its host name cannot be resolved',
  EDNS: 'its host name cannot be resolved',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ECONNRESET: 'it hung up',
  ECONNECTION: 'it hung up',
  EPIPE: 'it hung up',
  ETIMEDOUT: 'it does not answer in time',
  EABORT: 'it does not answer in time',
}

/** The server is unreachable or closed the connection; it may have accepted the message or not. */
function classifyConnectionError({
  code = '',
  originalCode = '',
}: SmtpError): SmtpResult | undefined {
  const detail = connectionErrors[originalCode] ?? connectionErrors[code]
  if (detail === undefined && code !== 'ESOCKET') return undefined
  return {
    result: 'retry',
    reason: `The mail server cannot be used: ${detail ?? 'the connection broke'}`,
    outage: true,
  }
}

/** Rejected by nodemailer itself, before the server received anything. */
function classifyMessageError({ code, command, message }: SmtpError): SmtpResult | undefined {
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return undefined
  // The server's response to the message is unreadable: it may have accepted it or not.
  if (command === 'DATA') return toUnknownResult({ name: '', message })
  return { result: 'failed', reason: toShortLine(message) }
}

function toUnknownResult({ message }: SmtpError): SmtpResult {
  return { result: 'retry', reason: toShortLine(message), outage: true }
}

function toPausedResult(reason: string): SmtpResult {
  return { result: 'paused', reason, outage: true }
}

function quoteResponse(response: string | undefined): string {
  return response ? `: ${toShortLine(response).replace(/\.$/, '')}` : ''
}

/** Shortens a server's text to one line of at most 300 characters, without invisible ones. */
function toShortLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
