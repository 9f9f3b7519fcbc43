import { EmailAddress } from '@passwright/shared/schema'
import { toAsciiAddress } from './address.ts'

/** The mail server of the operator. */
export interface SmtpServer {
  host: string
  port: number
  /** TLS from the first byte (`smtps://`), rather than by STARTTLS. */
  secure: boolean
  user: string | undefined
  password: string | undefined
}

/** The sender of all emails, with the domain in ASCII; without a name, each email names its own sender. */
export interface Sender {
  name: string | undefined
  address: string
}

const defaultPorts = { 'smtp:': 587, 'smtps:': 465 } as const

/** Parses `smtp://user:password@host:port`; undefined if the text is anything else. */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.parse(text)
  if (!url || !isScheme(url.protocol) || url.hostname === '') return undefined
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname)) return undefined
  const user = decodePercent(url.username)
  const password = decodePercent(url.password)
  if (user === undefined || password === undefined) return undefined
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || defaultPorts[url.protocol],
    secure: url.protocol === 'smtps:',
    user: user || undefined,
    password: password || undefined,
  }
}

/** Parses `Name <address>` or an address alone; undefined if the text is anything else. */
export function parseSender(text: string): Sender | undefined {
  const named = /^\s*"?([^"<>\p{Cc}]*?)"?\s*<([^<>]*)>\s*$/u.exec(text)
  const candidate = named?.[2] ?? text.trim()
  const { data } = EmailAddress.safeParse(candidate)
  const address = data === undefined ? undefined : toAsciiAddress(data)
  return address === undefined ? undefined : { name: named?.[1]?.trim() || undefined, address }
}

/** Whether a connection to this host stays on this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function isScheme(protocol: string): protocol is keyof typeof defaultPorts {
  return Object.hasOwn(defaultPorts, protocol)
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
