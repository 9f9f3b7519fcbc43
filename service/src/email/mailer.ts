import { createTransport } from 'nodemailer'
import type { Context } from '../context.ts'
import { isLoopback, type Sender, type SmtpServer } from './settings.ts'
import { type SmtpResult, toSmtpResult } from './smtp-result.ts'
import type { EmailContent, InlineImage } from './templates/content.ts'

/** One email to one recipient. */
export interface EmailMessage {
  /** The left part of the Message-ID: the same in every attempt to send it. */
  id: string
  /** Used if MAIL_FROM has no name. */
  senderName: string
  to: { name: string; address: string }
  email: EmailContent
  attachment?: { fileName: string; content: Uint8Array; contentType: string }
}

/** Sends email through the operator's mail server. */
export interface Mailer {
  /** Sends one message; never throws. */
  send: (message: EmailMessage) => Promise<SmtpResult>
  /** Connects and logs in without sending anything; never throws. */
  check: () => Promise<SmtpResult>
  /** Closes all connections; messages that are being sent fail. */
  close: () => void
}

/** Connections to the mail server, and emails at a time. */
export const MAX_CONNECTIONS = 9

/** The result of sending if no mail server is configured any more. */
export const noMailServer: SmtpResult = {
  result: 'paused',
  reason: 'There is no mail server. The operator of this service must set SMTP_URL',
  outage: true,
}

/** How long a server may take, in milliseconds. */
export interface MailerTimeouts {
  connect: number
  greeting: number
  /** Without any data from the server. */
  silence: number
  /** In total for one message. */
  message: number
}

const defaultTimeouts: MailerTimeouts = {
  connect: 15_000,
  greeting: 15_000,
  silence: 60_000,
  message: 180_000,
}

/** Creates the mailer; undefined if no mail server is configured. */
export function createMailer(
  { smtp, mailFrom }: Pick<Context['config'], 'smtp' | 'mailFrom'>,
  { connect, greeting, silence, message: messageMs }: MailerTimeouts = defaultTimeouts,
): Mailer | undefined {
  if (!smtp || !mailFrom) return undefined
  const transport = createTransport({
    pool: true,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    requireTLS: requiresTls(smtp),
    ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.password ?? '' } }),
    // Without this, nodemailer sends without a login if the server offers none.
    forceAuth: smtp.user !== undefined && (smtp.secure || requiresTls(smtp)),
    connectionTimeout: connect,
    greetingTimeout: greeting,
    socketTimeout: silence,
    maxConnections: MAX_CONNECTIONS,
    // Once, if the connection closed before the message was sent; other retries are up to the job.
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

/** Without TLS, only to this machine and without a password, unless the operator allows it (SMTP_TLS). */
function requiresTls({ secure, tls, host, password }: SmtpServer & { tls: string }): boolean {
  return !secure && tls === 'required' && !(isLoopback(host) && password === undefined)
}

/**
 * Converts a message for nodemailer. Addresses are objects and the envelope is explicit, so that
 * nodemailer never parses a text to find the recipient. Attachments are bytes, never file names.
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
    // Keeps auto-responders from replying (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: [
      ...email.images.map(toInlineAttachment),
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

function toInlineAttachment({ cid, fileName, png }: InlineImage) {
  return {
    cid,
    filename: fileName,
    content: Buffer.from(png),
    contentType: 'image/png',
    contentDisposition: 'inline' as const,
  }
}
