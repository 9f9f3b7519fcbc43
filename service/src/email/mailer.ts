import { createTransport } from 'nodemailer'
import type { Config } from '../config.ts'
import { isLoopback, type Sender, type SmtpServer } from './settings.ts'
import { type SmtpResult, toSmtpResult } from './smtp-result.ts'
import type { EmailContent, InlineImage } from './templates/content.ts'

/** One letter to one recipient, with everything said explicitly. */
export interface EmailMessage {
  /** The left part of the Message-ID: the same for the same wish, however often it is tried. */
  id: string
  /** Shown where the settings name no sender. */
  senderName: string
  to: { name: string; address: string }
  email: EmailContent
  attachment?: { fileName: string; content: Uint8Array; contentType: string }
}

/** Hands mail to the operator's mail server. */
export interface Mailer {
  /** Sends one message; what the server makes of it is a value, never a throw. */
  send: (message: EmailMessage) => Promise<SmtpResult>
  /** Connects and logs in, and sends nothing. */
  check: () => Promise<SmtpResult>
  /** Hangs up; what is on its way fails. */
  close: () => void
}

/** What becomes of mail where the settings name no mail server any more. */
export const noMailServer: SmtpResult = {
  result: 'paused',
  reason: 'There is no mail server. The operator of this service must set SMTP_URL',
  outage: true,
}

/** How long a server may stay silent, in milliseconds. */
export interface MailerTimeouts {
  connect: number
  greeting: number
  silence: number
  /** For one message in all, however busy a slow server looks. */
  message: number
}

const defaultTimeouts: MailerTimeouts = {
  connect: 15_000,
  greeting: 15_000,
  silence: 60_000,
  message: 180_000,
}

/** Gives the mailer of the settings; undefined where they name no mail server. */
export function createMailer(
  { smtp, mailFrom }: Pick<Config, 'smtp' | 'mailFrom'>,
  { connect, greeting, silence, message: messageMs }: MailerTimeouts = defaultTimeouts,
): Mailer | undefined {
  if (!smtp || !mailFrom) return undefined
  const transport = createTransport({
    pool: true,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    requireTLS: needsTls(smtp),
    ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.password ?? '' } }),
    // Who is meant to log in and cannot is no stranger: without this, mail goes out without a login.
    forceAuth: smtp.user !== undefined && (smtp.secure || needsTls(smtp)),
    connectionTimeout: connect,
    greetingTimeout: greeting,
    socketTimeout: silence,
    maxConnections: 5,
    // Once more when the server hung up before it heard of the message; the rest is for our schedule.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: (message) =>
      toSmtpResult(
        transport.sendMail({
          ...toNodemailerMessage(message, mailFrom),
          signal: AbortSignal.timeout(messageMs),
        }),
      ),
    check: () => toSmtpResult(transport.verify()),
    close: () => transport.close(),
  }
}

/** Without TLS, mail leaves only to this machine and without a password, or by the operator's wish. */
function needsTls({ secure, tls, host, password }: SmtpServer & { tls: string }): boolean {
  return !secure && tls === 'required' && !(isLoopback(host) && password === undefined)
}

/**
 * A message as nodemailer takes it. Addresses are objects and the envelope is our own: nodemailer
 * never reads a text to find out who a mail is for. Attachments are bytes, never names of files.
 */
function toNodemailerMessage(
  { id, senderName, to, email, attachment }: EmailMessage,
  sender: Sender,
) {
  return {
    messageId: `<${id}@${sender.address.slice(sender.address.lastIndexOf('@') + 1)}>`,
    from: { name: sender.name ?? senderName, address: sender.address },
    to,
    envelope: { from: sender.address, to: [to.address] },
    subject: email.subject,
    text: email.text,
    html: email.html,
    // Nobody wants the answer of an automatic answerer (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: [
      ...email.images.map(inline),
      ...(attachment
        ? [
            {
              filename: attachment.fileName,
              content: Buffer.from(attachment.content),
              contentType: attachment.contentType,
              contentDisposition: 'attachment' as const,
            },
          ]
        : []),
    ],
  }
}

function inline({ cid, fileName, png }: InlineImage) {
  return {
    cid,
    filename: fileName,
    content: Buffer.from(png),
    contentType: 'image/png',
    contentDisposition: 'inline' as const,
  }
}
