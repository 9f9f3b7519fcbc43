import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseSender, parseSmtpUrl } from '../email/settings.ts'
import { parseGoogleCredentials } from '../google/api/credentials.ts'
import { parseAllowlist } from '../net/guard/allowlist.ts'

/** A whole number within limits; `fix` says what to write instead. */
export const wholeNumber = (min: number, max: number, fix: string) =>
  z
    .string()
    .regex(/^\d{1,10}$/, { error: fix })
    .transform(Number)
    .pipe(z.number().min(min, { error: fix }).max(max, { error: fix }))

/** A port of this machine. */
export const port = wholeNumber(1, 65_535, 'must be a port from 1 to 65535, such as 3000')
/** How many mails a day. */
export const mailLimit = wholeNumber(0, 2_000_000_000, 'must be a whole number of mails a day')
/** How many passes a month. */
export const planLimit = wholeNumber(0, 2_000_000_000, 'must be a whole number of passes a month')

/** The address that the service listens on. */
export const Host = z
  .string()
  .refine((value) => isIP(value) !== 0 || /^[a-z0-9_.-]+$/i.test(value), {
    error: 'must be an IP address or a name of this machine, such as 127.0.0.1 or 0.0.0.0',
  })

/** The address of the service, without a slash at its end. */
export const PublicUrl = z
  .string()
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: 'must be an address such as https://passes.example.com',
  })
  .refine((value) => !/[?#]/.test(value), { error: 'must not have a query or a fragment' })
  .refine((value) => !/^\w+:\/\/[^/]*@/.test(value), {
    error: 'must not have a user or a password: it stands in every link',
  })
  .transform((value) => value.replace(/\/+$/, ''))

/** The file of SQLite, made absolute, or the address of PostgreSQL. */
export const DatabaseUrl = z.string().transform((value, context) => {
  if (value.startsWith('sqlite:') && value.length > 'sqlite:'.length) {
    return { kind: 'sqlite' as const, file: resolve(value.slice('sqlite:'.length)) }
  }
  if (/^postgres(ql)?:\/\/./.test(value) && URL.canParse(value)) {
    return { kind: 'postgres' as const, url: value }
  }
  context.addIssue('must be sqlite:<file> or postgres://user:password@host/database')
  return z.NEVER
})

/** The hosts and ranges that requests may reach though they are not public. */
export const OutboundAllow = z.string().transform((value, context) => {
  const { allowlist, errors } = parseAllowlist(value)
  for (const error of errors) context.addIssue(error)
  return allowlist
})

/** The mail server, with its user and password. */
export const SmtpUrl = z.string().transform((value, context) => {
  const server = parseSmtpUrl(value)
  if (server) return server
  context.addIssue(
    'must be smtp://user:password@host:port or smtps://…, with %40 for an @ in the user or password',
  )
  return z.NEVER
})

/** The sender of emails. */
export const MailFrom = z.string().transform((value, context) => {
  const sender = parseSender(value)
  if (sender) return sender
  context.addIssue('must be an address such as cards@example.com, or My Club <cards@example.com>')
  return z.NEVER
})

/** The account at Google that issues the passes. */
export const GoogleIssuerId = z.string().regex(/^\d{1,30}$/, {
  error:
    'must be digits only: the issuer ID at the top of the Google Pay & Wallet Console; a client ID or a project number of Google Cloud is another number',
})

/** The JSON key of a service account. */
export const GoogleCredentials = z.string().transform((value, context) => {
  const credentials = parseGoogleCredentials(value)
  if (typeof credentials !== 'string') return credentials
  context.addIssue(credentials)
  return z.NEVER
})

/** Whether Prometheus is served, and on which port. */
export const Metrics = z.union([z.enum(['off', 'on']), port], {
  error: 'must be off, on, or a port of its own such as 9464',
})

/** The levels of the log. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
